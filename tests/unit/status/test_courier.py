"""Carrying notifications to real servers: what is retried, what is not, and where nothing goes."""

import asyncio
import hashlib
import hmac
import logging
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from aibwatch.model.chain import Head
from aibwatch.model.entry import Notified, Violated
from aibwatch.model.notification import ChannelKind, News, Notification
from aibwatch.status import courier as carrying
from aibwatch.status import mailing, posting
from aibwatch.status.addresses import is_forbidden
from aibwatch.status.channel import Channel, UndeliveredError, Why
from aibwatch.status.courier import PAUSE_MAX, Courier, opened
from builders import NOON
from receiver import Receiver, receiving

HEAD = Head(3, "0123456789ab" + "0" * 52)
TEST = Notification("n1", "k", News.NEEDS_HUMAN, NOON, "title & more", "it says", version="v1")


@dataclass
class Hasty:
    """A clock whose sleeps take no time, but for a turn of the loop; it remembers them."""

    slept: list[float] = field(default_factory=list)
    passed: float = 0.0

    def now(self) -> datetime:
        """Return noon and what was slept."""
        return NOON + timedelta(seconds=self.passed)

    async def sleep(self, seconds: float) -> None:
        """Remember it."""
        self.slept.append(seconds)
        self.passed += seconds / 100
        await asyncio.sleep(0.001)


@dataclass
class Tally:
    """Counts what the metrics would."""

    took: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    waiting: tuple[int, int] = (-1, -1)

    def notified(self, channel: str, why: str | None = None) -> None:
        """Count one."""
        if why is None:
            self.took.append(channel)
        else:
            self.failed.append((channel, why))

    def notifications_waiting(self, length: int, capacity: int) -> None:
        """Remember it."""
        self.waiting = (length, capacity)


def a_channel(receiver: Receiver, **changes: object) -> Channel:
    """Return a webhook at a receiver."""
    channel = Channel("hook", ChannelKind.WEBHOOK, receiver.url, "the-secret")
    if receiver.ca_file:
        channel = replace(channel, trust=ssl.create_default_context(cafile=receiver.ca_file))
    return replace(channel, **changes)  # type: ignore[arg-type]


def a_courier(*channels: Channel) -> tuple[Courier, Tally, list[Notified]]:
    """Return a courier with its counts and what it enters."""
    tally, told = Tally(), list[Notified]()
    courier = Courier(channels, Hasty(), tally, head=lambda: HEAD, record=told.append)
    return courier, tally, told


def send(channel: Channel, notification: Notification = TEST) -> None:
    """Send one by a channel, once."""

    async def once() -> None:
        async with opened(channel) as session:
            await a_courier()[0].deliver(channel, notification, session)

    asyncio.run(once())


def broken(number: int) -> Violated:
    """Return an entry that makes one notification."""
    return Violated(NOON, f"S{number}", "broken")


async def until_told(courier: Courier, told: list[Notified], count: int) -> None:
    """Let a courier carry until so many were taken."""
    task = asyncio.create_task(courier.run())
    async with asyncio.timeout(20):
        while len(told) < count and not task.done():  # noqa: ASYNC110  it is another's list
            await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.wait([task])


def test_a_webhook_is_signed_over_time_and_body(tmp_path: Path) -> None:
    """Who has the secret can tell that it was us, now, and that nothing was changed."""
    with receiving(tmp_path) as receiver:
        send(a_channel(receiver))

    [(headers, body)] = receiver.got
    signed = headers["X-Aibwatch-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"the-secret", signed, hashlib.sha256).hexdigest()
    assert headers["X-Aibwatch-Signature"] == f"sha256={expected}"
    assert headers["X-Aibwatch-Id"] == "n1"
    assert headers["X-Aibwatch-Timestamp"] == str(int(NOON.timestamp()))
    assert receiver.bodies[0]["head"] == "0123456789ab"


def test_slack_and_teams_are_sent_their_own_forms(tmp_path: Path) -> None:
    """And no signature, for which they have no use."""
    with receiving(tmp_path) as receiver:
        for kind in (ChannelKind.SLACK, ChannelKind.TEAMS):
            send(a_channel(receiver, kind=kind))

    slack, teams = receiver.bodies
    assert slack["text"].startswith("title &amp; more")
    assert teams["attachments"][0]["content"]["body"][0]["text"] == "title & more"
    assert [each for headers, _ in receiver.got for each in headers if "Aibwatch-S" in each] == []


def test_a_certificate_that_is_not_trusted_is_not_spoken_to(tmp_path: Path) -> None:
    """Whoever stands there gets nothing."""
    with receiving(tmp_path) as receiver, pytest.raises(UndeliveredError) as failure:
        send(a_channel(receiver, trust=None))

    assert (failure.value.why, failure.value.lasting) == (Why.UNREACHABLE, False)
    assert receiver.got == []


@pytest.mark.parametrize(
    ("status", "why", "lasting"),
    [
        (302, Why.REFUSED, True),
        (404, Why.REFUSED, True),
        (429, Why.THROTTLED, False),
        (500, Why.SERVER_ERROR, False),
    ],
)
def test_an_answer_says_whether_to_try_again(status: int, why: Why, lasting: bool) -> None:  # noqa: FBT001
    """A redirect is not followed, whereever it leads."""
    with receiving() as receiver:
        receiver.status, receiver.location = status, receiver.url
        with pytest.raises(UndeliveredError) as failure:
            send(a_channel(receiver))

    assert (failure.value.why, failure.value.lasting) == (why, lasting)
    assert len(receiver.got) == 1


def test_an_answer_that_does_not_come_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten seconds; here after less."""
    monkeypatch.setattr(posting, "TIMEOUT_SECONDS", 0.2)
    with receiving() as receiver:
        receiver.hangs = True
        with pytest.raises(UndeliveredError) as failure:
            send(a_channel(receiver))

    assert failure.value.why is Why.TIMEOUT


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "168.63.129.16",
        "[fe80::1]",
        "fe80::1%eth0",
        "[::ffff:169.254.169.254]",
    ],
)
def test_link_local_addresses_are_forbidden(address: str) -> None:
    """There a machine hands out tokens of its identity."""
    assert is_forbidden(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "hooks.example.com"])
def test_other_addresses_are_not(address: str) -> None:
    """Networks of one's own are where webhooks live."""
    assert not is_forbidden(address)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("169.254.169.254", Why.FORBIDDEN_ADDRESS),
        ("2852039166", Why.REFUSED),
        ("0xa9fea9fe", Why.FORBIDDEN_ADDRESS),
        ("[::ffff:a9fe:a9fe]", Why.FORBIDDEN_ADDRESS),
    ],
)
def test_nothing_is_sent_to_a_link_local_address_however_it_is_written(host: str, why: Why) -> None:
    """Numbers that only the system's resolver takes for addresses are judged after it."""
    with pytest.raises(UndeliveredError) as failure:
        send(Channel("hook", ChannelKind.WEBHOOK, f"http://{host}:9/"))

    assert (failure.value.why, failure.value.lasting) == (why, True)


def test_a_name_that_resolves_to_a_link_local_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name says nothing; where it leads does."""
    link_local = [(2, 1, 6, "", ("169.254.169.254", 9))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: link_local)
    mail = Channel("mail", ChannelKind.EMAIL, host="metadata.example.com", port=9)

    for channel in (Channel("hook", ChannelKind.WEBHOOK, "http://metadata.example.com:9/"), mail):
        with pytest.raises(UndeliveredError) as failure:
            send(channel)
        assert failure.value.why is Why.FORBIDDEN_ADDRESS


def test_a_link_local_address_can_be_allowed() -> None:
    """By a key of its own; then only nobody may be there."""
    channel = Channel("hook", ChannelKind.WEBHOOK, "http://[fe80::1%25lo]:9/", link_local=True)

    with pytest.raises(UndeliveredError) as failure:
        send(channel)

    assert failure.value.why is Why.UNREACHABLE


def test_what_is_not_taken_is_tried_again_ever_more_seldom_and_in_order() -> None:
    """Until it is; nothing overtakes it (PROMISES L8)."""
    with receiving() as receiver:
        receiver.answers = [500, 429, 503]
        courier, tally, told = a_courier(a_channel(receiver))
        for number in (1, 2):
            courier.bulletin.take(broken(number))
        asyncio.run(until_told(courier, told, 2))

    assert [each["key"] for each in receiver.bodies] == ["promise:S1"] * 4 + ["promise:S2"]
    assert [each.key for each in told] == ["promise:S1", "promise:S2"]
    assert tally.took == ["hook", "hook"]
    assert [why for _, why in tally.failed] == ["server_error", "throttled", "server_error"]
    assert isinstance(courier.clock, Hasty)
    pauses = [each for each in courier.clock.slept if each > carrying.LOOK_SECONDS]
    assert pauses == [2.0, 4.0, 8.0]
    assert max(pauses) < PAUSE_MAX


def test_what_is_refused_for_good_does_not_hold_what_comes_after() -> None:
    """It is counted, and not said to be told."""
    with receiving() as receiver:
        receiver.answers = [400]
        courier, tally, told = a_courier(a_channel(receiver))
        for number in (1, 2):
            courier.bulletin.take(broken(number))
        asyncio.run(until_told(courier, told, 1))

    assert [each.key for each in told] == ["promise:S2"]
    assert tally.failed == [("hook", "refused")]


def test_a_channel_that_hangs_holds_no_other() -> None:
    """Each has a task of its own."""
    with receiving() as stuck, receiving() as well:
        stuck.hangs = True
        courier, tally, told = a_courier(
            a_channel(stuck, name="stuck"), a_channel(well, name="well")
        )
        for number in (1, 2, 3):
            courier.bulletin.take(broken(number))
        asyncio.run(until_told(courier, told, 3))

    assert tally.took == ["well"] * 3
    assert tally.waiting[1] == carrying.KEPT


def test_a_channel_is_told_only_what_it_wants() -> None:
    """By `events`."""
    with receiving() as receiver, receiving() as other:
        deaf = a_channel(other, name="deaf", events=frozenset({News.INCIDENT_OPENED}))
        courier, tally, told = a_courier(deaf, a_channel(receiver))
        courier.bulletin.take(broken(1))
        asyncio.run(until_told(courier, told, 1))

    assert other.got == []
    assert tally.took == ["hook"]


def test_who_follows_tells_nothing() -> None:
    """Until he leads: then what was not told yet."""
    with receiving() as receiver:
        courier, _, told = a_courier(a_channel(receiver))
        leading = iter([False] * 20)
        courier.leads = lambda: next(leading, True)
        courier.bulletin.take(broken(1))
        asyncio.run(until_told(courier, told, 1))

    assert len(receiver.got) == 1
    assert next(leading, None) is None


def test_a_template_that_fails_does_not_keep_it_from_being_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The default words are sent, and the failure is counted and logged."""
    with receiving() as receiver, caplog.at_level(logging.WARNING):
        courier, tally, told = a_courier(a_channel(receiver, template="{{ nothing }}"))
        courier.bulletin.take(broken(1))
        asyncio.run(until_told(courier, told, 1))

    assert receiver.bodies[0]["text"].startswith("Promise S1 was broken")
    assert tally.failed == [("hook", "template")]
    assert "its template fails" in caplog.text


def test_what_cannot_be_told_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Who acts hears of it in the same breath: a bug of ours is logged."""
    courier, _, _ = a_courier()

    courier.hear(None)  # type: ignore[arg-type]  # nothing
    courier.bulletin.kept = None  # type: ignore[assignment]  # it is broken
    courier.hear(broken(1))

    assert "an entry cannot be told: Violated" in caplog.text


def test_neither_url_nor_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever knows the URL can write there (PROMISES S39)."""
    with receiving() as receiver, caplog.at_level(logging.DEBUG):
        receiver.answers = [500, 400]
        channel = a_channel(receiver, url=receiver.url + "/CANARYPATH", secret="CANARYSECRET")
        courier, _, told = a_courier(channel)
        for number in (1, 2):
            courier.bulletin.take(broken(number))
        asyncio.run(until_told(courier, told, 1))

    assert "did not take" in caplog.text
    assert "CANARY" not in caplog.text + repr(channel) + repr(told)


# E-mail


class Box:
    """Takes mails."""

    def __init__(self) -> None:
        """Begin empty."""
        self.got: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take one."""
        self.got.append(envelope)
        return self.answer


def _knows_ada(
    _server: object, _session: object, _envelope: object, how: str, data: object
) -> AuthResult:
    right = LoginPassword(b"ada", b"the-password")
    success = how in ("LOGIN", "PLAIN") and data == right
    return AuthResult(success=success, handled=success)


class Server(Controller):
    """Does not try itself with its own side's TLS, which a client cannot use."""

    trust: ssl.SSLContext | None = None

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), 5) as line:
            if self.trust is None:
                line.recv(99)
                return
            with self.trust.wrap_socket(line, server_hostname="localhost") as secured:
                secured.recv(99)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(params=["starttls", "tls"])
def mail(request: pytest.FixtureRequest) -> Iterator[tuple[Channel, Box]]:
    """Give a mail server of either kind, with a channel that leads there."""
    ca, box = trustme.CA(), Box()
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert("localhost").configure_cert(theirs)
    ca.configure_trust(ours)
    starttls = request.param == "starttls"
    ways = {"tls_context": theirs, "require_starttls": True} if starttls else {}
    server = Server(
        box,
        hostname="localhost",
        port=_free_port(),
        authenticator=_knows_ada,
        auth_required=starttls,  # it warns of a login that it does not see protected
        auth_require_tls=starttls,
        ssl_context=None if starttls else theirs,
        **ways,
    )
    server.trust = None if starttls else ours
    server.start()
    assert server.server is not None
    port = server.server.sockets[0].getsockname()[1]
    channel = Channel(
        "mail",
        ChannelKind.EMAIL,
        trust=ours,
        host="localhost",
        port=port,
        starttls=starttls,
        username="ada",
        password="the-password",
        sender="aibwatch@example.com",
        to=("ada@example.com", "bob@example.com"),
    )
    yield channel, box
    server.stop()


def test_a_mail_is_sent_over_tls_to_everybody(mail: tuple[Channel, Box]) -> None:
    """With a login, by STARTTLS or from the first byte."""
    channel, box = mail

    send(channel)

    [envelope] = box.got
    assert envelope.rcpt_tos == ["ada@example.com", "bob@example.com"]
    assert isinstance(envelope.content, bytes)
    assert b"Subject: aibwatch: title & more" in envelope.content
    assert b"0123456789ab" in envelope.content


@pytest.mark.parametrize(
    ("answer", "why", "lasting"),
    [("550 no", Why.REFUSED, True), ("451 later", Why.SERVER_ERROR, False)],
)
def test_a_mail_that_is_not_accepted_says_whether_to_try_again(
    mail: tuple[Channel, Box],
    answer: str,
    why: Why,
    lasting: bool,  # noqa: FBT001
) -> None:
    """By its code."""
    channel, box = mail
    box.answer = answer

    with pytest.raises(UndeliveredError) as failure:
        send(channel)

    assert (failure.value.why, failure.value.lasting) == (why, lasting)


def test_a_mail_server_that_is_not_trusted_or_known_is_told_nothing(
    mail: tuple[Channel, Box],
) -> None:
    """Neither the mail nor the password leaves."""
    channel, box = mail

    with pytest.raises(UndeliveredError) as untrusted:
        send(replace(channel, trust=None))
    with pytest.raises(UndeliveredError) as wrong:
        send(replace(channel, password="another"))

    assert untrusted.value.why is Why.UNREACHABLE
    assert (wrong.value.why, wrong.value.lasting) == (Why.REFUSED, True)
    assert box.got == []


def test_a_mail_server_that_says_nothing_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds a step; here less."""
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UndeliveredError) as failure:
            send(Channel("mail", ChannelKind.EMAIL, host="127.0.0.1", port=port))

    assert failure.value.why is Why.TIMEOUT
