"""The server over real sockets: what each path answers, and who may change anything."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp
import pytest

from aibwatch.errors import NotLeadingError, StoreError, TemporaryError
from aibwatch.model.chain import Head
from aibwatch.model.entry import Paused
from aibwatch.model.names import ImageName
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.model.state import Snapshot
from aibwatch.model.word import Word
from aibwatch.ports import NotPausedError
from aibwatch.status.health import Health
from aibwatch.status.limits import BURST, Bucket
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.refusal import refusal_of
from aibwatch.status.server import BODY_MAX, Server
from builders import MINUTE, NOON, WEST, a_word
from unit.status.snapshots import calm, outage

TOKEN = "a-token-from-a-file"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


ORDERS = ("pause", "resume", "region", "ack")


@dataclass
class Desk:
    """An operator's desk that notes every order; it can be out of paper."""

    orders: list[tuple[object, ...]] = field(default_factory=list)
    full: bool = False
    leader: str = ""
    """Another replica, if it leads."""

    async def pause(self, scope: str, reason: str, actor: str, until: datetime | None) -> None:
        """Note a pause."""
        if self.leader:
            message = f"ask {self.leader}"
            raise NotLeadingError(message)
        if self.full:
            message = "the disk is full"
            raise StoreError(message)
        self.orders.append(("pause", scope, reason, actor, until))

    async def resume(
        self, scope: str, reason: str, actor: str, *, everybodys: bool = False
    ) -> Sequence[Paused]:
        """Note the end of a pause; only `all` is paused, and not by lee. One other stands."""
        if scope != "all" or actor == "lee":
            others = (Paused(NOON, "all", "gallery migration", "ann"),) if scope == "all" else ()
            raise NotPausedError(scope, others)
        owner = "all" if everybodys else "own"
        self.orders.append(("resume", scope, reason, actor, owner))
        return (Paused(NOON, "image:web", "move", "ann"),)

    async def acknowledge(self, image: ImageName, reason: str, actor: str) -> None:
        """Note an acknowledgement; only `web` needs one."""
        if image != "web":
            raise KeyError(image)
        self.orders.append(("ack", image, reason, actor))

    async def say(self, word: Word) -> None:
        """Note a word on a region."""
        self.orders.append(("say", word))

    async def order(self, order: Order) -> None:
        """Note an order to build."""
        if self.full:
            message = "the disk is full"
            raise StoreError(message)
        self.orders.append(("order", order))


@dataclass
class Stopped:
    """A clock that stands."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return the time."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Return at once: nothing here waits."""


@dataclass
class Stage:
    """A server with everything that it shows."""

    snapshot: Snapshot | None = field(default_factory=calm)
    token: str | None = TOKEN
    metrics: Metrics = field(default_factory=Metrics)
    health: Health = field(default_factory=lambda: Health(started=True, token_once=True))
    desk: Desk = field(default_factory=Desk)
    clock: Stopped = field(default_factory=Stopped)
    head: Head = field(default_factory=Head)
    plan: Callable[[Order], Plan | None] = lambda _order: None

    def run(self, ask: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
        """Serve on a free port while `ask` asks."""
        asyncio.run(self._run(ask))

    async def _run(self, ask: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
        if self.snapshot:
            self.metrics.publish(self.snapshot)
        server = Server(
            Listen("127.0.0.1", 0, self.token),
            self.metrics,
            self.health,
            self.desk,
            lambda: self.snapshot,
            self.clock,
        )
        server.reading.head, server.ordering.plan = (lambda: self.head), self.plan
        await server.start()
        try:
            base = f"http://127.0.0.1:{server.port}"
            async with aiohttp.ClientSession(base) as session:
                await ask(session)
        finally:
            await server.stop()

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return status and text of one read."""
        return self.call("GET", path, headers=headers)

    def post(
        self, path: str, body: object, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Return status and text of one order; with the right token unless `headers` are given."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", path, headers=BEARER if headers is None else headers, data=data)

    def call(
        self, method: str, path: str, *, headers: dict[str, str], data: bytes | None = None
    ) -> tuple[int, str]:
        """Return status and text of one request."""
        found: list[tuple[int, str]] = []

        async def ask(session: aiohttp.ClientSession) -> None:
            async with session.request(method, path, headers=headers, data=data) as answer:
                found.append((answer.status, await answer.text()))

        self.run(ask)
        return found[0]


def message(text: str) -> str:
    """Return the words of an error."""
    found = json.loads(text)["error"]["message"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/images/web",
        "/metrics",
        "/livez",
        "/readyz",
        "/startupz",
        "/leader",
        "/healthz",
        "/-/healthy",
        "/-/ready",
        "/api/v1/status",
        "/api/v1/images",
        "/api/v1/images/web",
        "/api/v1/regions",
        "/api/v1/failovers",
    ],
)
def test_every_path_answers_with_headers_that_harden_it(path: str) -> None:
    """All of them work, none may be framed, sniffed or cached, none tells our version."""
    seen: list[tuple[int, dict[str, str]]] = []

    async def ask(session: aiohttp.ClientSession) -> None:
        async with session.get(path) as answer:
            seen.append((answer.status, dict(answer.headers)))

    Stage(outage()).run(ask)

    status, headers = seen[0]
    assert status == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "aibwatch"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_status_has_the_head_of_the_journal() -> None:
    """Short, with how many records it stands for; nothing before the first (PROMISES S39)."""
    new, used = Stage(calm()), Stage(calm())
    used.head = Head(17, "0123456789abcdef" * 4)

    told = [json.loads(each.get("/api/v1/status")[1])["audit"] for each in (new, used)]

    assert told == [{"head": None, "entries": 0}, {"head": "0123456789ab", "entries": 17}]


def test_an_outage_turns_no_probe_red() -> None:
    """An outage of Azure is the daemon's working day."""
    stage = Stage(outage())

    for path in ("/livez", "/readyz", "/startupz"):
        assert stage.get(path) == (200, "ok")


def test_the_probes_answer_before_the_first_cycle() -> None:
    """A daemon that starts is alive, not started, and has nothing to show yet."""
    stage = Stage(None, health=Health())

    assert stage.get("/livez")[0] == 200
    assert stage.get("/startupz") == (503, "[-] first_cycle no cycle was attempted yet\nnot ok")
    assert stage.get("/readyz")[0] == 503
    assert stage.get("/leader")[0] == 503
    assert stage.get("/api/v1/status")[0] == 503
    assert stage.get("/metrics")[0] == 200
    assert "Starting" in stage.get("/")[1]
    assert "Starting" in stage.get("/images/web")[1]


def test_a_standby_is_ready_and_tells_who_led_last() -> None:
    """Red is /leader alone, at the instant when the lease is lost, whatever the picture shows."""
    picture = calm()
    state = replace(picture.view.state, holder="node-7:12")
    stage = Stage(replace(picture, view=replace(picture.view, leader=False, state=state)))
    stage.health.leads = lambda: False

    assert stage.get("/leader") == (
        503,
        "[-] leader standby; the last to lead was node-7:12\nnot ok",
    )
    assert stage.get("/readyz")[0] == 200
    assert stage.get("/livez")[0] == 200
    assert json.loads(stage.get("/api/v1/status")[1])["leader"] is False
    assert "standby: node-7:12 was the last to act" in stage.get("/")[1]


def test_an_order_to_a_standby_is_refused_and_the_leader_named() -> None:
    """Nothing is lost without a word, and the remedy is in it."""
    stage = Stage()
    stage.desk.leader = "node-7:12"

    status, text = stage.post("/api/v1/pause", {"reason": "move"})

    assert status == 503
    assert message(text) == "nothing was changed: ask node-7:12"
    assert stage.desk.orders == []


def test_a_cycle_that_stands_still_fails_livez_alone_and_marks_the_page() -> None:
    """A restart helps, so the platform is told; readers are told that the page is old."""
    stage = Stage(clock=Stopped(NOON + 4 * MINUTE))
    stage.health.beat(NOON)

    assert stage.get("/livez") == (
        503,
        "[-] cycle last beat 240 s ago, limit 180 s\nnot ok",
    )
    assert stage.get("/readyz")[0] == 200
    assert "stands still" in stage.get("/")[1]


def test_a_probe_lists_its_findings_when_asked() -> None:
    """Every check is named with ?verbose."""
    assert "[+] store" in Stage().get("/readyz?verbose")[1]


def test_a_scrape_comes_in_the_format_that_was_asked_for() -> None:
    """Prometheus gets OpenMetrics, a person with curl the plain text."""
    modern = Stage().get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    plain = Stage().get("/metrics")

    assert modern[0] == plain[0] == 200
    assert modern[1].endswith("# EOF\n")
    assert "# EOF" not in plain[1]


def test_the_head_of_a_scrape_is_answered_without_its_body() -> None:
    """And the next request on the same connection is understood."""
    stage = Stage()

    async def ask(session: aiohttp.ClientSession) -> None:
        for method, path in (("HEAD", "/metrics"), ("GET", "/livez")):
            async with session.request(method, path) as answer:
                assert answer.status == 200
                assert await answer.text() == ("" if method == "HEAD" else "ok")

    stage.run(ask)


def test_who_asks_for_a_scrape_and_goes_away_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Prometheus does so when its time is up; nothing is logged of it."""
    stage = Stage()
    many = [b"x" * 1_000_000] * 200
    monkeypatch.setattr(stage.metrics, "families", lambda _accept: (iter([many]), "text/plain"))

    async def ask(session: aiohttp.ClientSession) -> None:
        async with session.get("/metrics") as answer:
            await answer.content.read(1)
            answer.close()
        async with session.get("/livez") as answer:
            assert await answer.text() == "ok"

    stage.run(ask)

    assert not caplog.records


def test_requests_are_counted_by_their_route_and_never_by_their_path() -> None:
    """A path that somebody made up must not become a label."""
    stage = Stage()
    stage.get("/images/web")
    stage.get("/made/up")

    count = stage.metrics.registry.get_sample_value
    name = "aibwatch_http_requests_total"
    assert count(name, {"handler": "/images/{name}", "code": "200"}) == 1
    assert count(name, {"handler": "unmatched", "code": "404"}) == 1


def test_parts_of_the_status_can_be_asked_for_alone() -> None:
    """Each part has its list under its own name."""
    stage = Stage(outage())

    regions = json.loads(stage.get("/api/v1/regions")[1])
    failovers = json.loads(stage.get("/api/v1/failovers")[1])
    image = json.loads(stage.get("/api/v1/images/db")[1])

    assert regions["regions"][0]["name"] == "westeurope"
    assert [each["image"] for each in failovers["failovers"]] == ["web"]
    assert [each["outcome"] for each in failovers["recent"]] == ["succeeded"]
    assert image["decision"]["reason"] == "cooldown"


def test_an_unknown_image_is_answered_with_the_known_ones() -> None:
    """The remedy is in the message."""
    status, text = Stage().get("/api/v1/images/wbe")

    assert status == 404
    assert message(text) == "unknown image 'wbe'; there are: db, lab, web"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nope"), ("POST", "/api/v1/status")])
def test_what_is_not_there_is_told_as_json(method: str, path: str) -> None:
    """Every error of the server has one shape."""
    status, text = Stage().call(method, path, headers={})

    assert status in (404, 405)
    assert path in message(text)


def test_a_pause_reaches_the_operator() -> None:
    """The order carries scope, reason, who asked, and until when."""
    stage = Stage()

    status, text = stage.post(
        "/api/v1/pause",
        {"reason": "move", "scope": "image:web", "until": "2026-03-02T14:00:00Z"},
    )

    assert (status, json.loads(text)["paused"]) == (200, "image:web")
    until = NOON + timedelta(hours=2)
    assert stage.desk.orders == [("pause", "image:web", "move", "api from 127.0.0.1", until)]


def test_a_resume_reaches_the_operator() -> None:
    """An empty body resumes everything."""
    stage = Stage()

    status, _ = stage.post("/api/v1/resume", b"")

    assert status == 200
    assert stage.desk.orders == [("resume", "all", "", "api from 127.0.0.1", "own")]


def test_a_resume_of_everybodys_tells_what_is_paused_still() -> None:
    """In the shape of the status."""
    stage = Stage()

    _, text = stage.post("/api/v1/resume", {"owner": "all", "actor": "kim"})

    assert stage.desk.orders == [("resume", "all", "", "kim", "all")]
    (still,) = json.loads(text)["still"]
    assert (still["scope"], still["actor"], still["until"]) == ("image:web", "ann", None)


def test_somebody_elses_pause_is_named_with_what_would_take_it_away() -> None:
    """Who is woken at night must not have to guess."""
    status, text = Stage().post("/api/v1/resume", {"actor": "lee"})

    assert status == 409
    assert message(text) == (
        "all is paused, but not by lee (by ann: gallery migration); to take away everybody's pause"
        " of it, use `aibwatch resume --scope all --all-owners`, by the API the owner `all`"
    )


def test_a_word_on_a_region_reaches_the_operator() -> None:
    """With who says it, and when it was taken."""
    stage = Stage()
    order = {"region": "West Europe", "out": True, "reason": "dark", "actor": "kim"}

    status, text = stage.post("/api/v1/region", {**order, "until": "2026-03-02T14:00:00Z"})
    stage.post("/api/v1/region", {"region": WEST, "out": False})

    until = NOON + timedelta(hours=2)
    assert status == 200
    told = {**order, "region": WEST, "until": until.isoformat()}
    assert json.loads(text) == told
    assert stage.desk.orders == [
        ("say", a_word(reason="dark", until=until)),
        ("say", a_word(out=False, reason="", actor="api from 127.0.0.1")),
    ]


def test_an_acknowledgement_reaches_the_operator() -> None:
    """One that there is nothing to acknowledge of is a conflict."""
    stage = Stage()

    status, text = stage.post("/api/v1/ack", {"image": "web", "actor": "kim"})
    refused, why = stage.post("/api/v1/ack", {"image": "db"})

    assert (status, json.loads(text)["acknowledged"], refused) == (200, "web", 409)
    assert message(why).startswith("no failover of db waits for a person")
    assert stage.desk.orders == [("ack", "web", "", "kim")]


@pytest.mark.parametrize("order", ["failover", "failback", "build", "drill"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_an_image_that_is_only_tagged_is_not_built_by_anybody(order: str, *, dry_run: bool) -> None:
    """What may be run is what the configuration names (PROMISES S36)."""
    snapshot = calm()
    tagged = replace(snapshot, view=replace(snapshot.view, tagged=frozenset({ImageName("web")})))
    stage = Stage(snapshot=tagged)

    body = {"image": "web", "reason": "a test", "dry_run": dry_run}
    status, text = stage.post(f"/api/v1/{order}", body)

    assert (status, message(text)) == (
        409,
        "web is known by its tags alone: name it under `images` to have it built",
    )
    assert stage.desk.orders == []


def test_readiness_is_told_of_what_is_configured_and_of_what_is_asked_by_name() -> None:
    """A pipeline that asks for all must not fail for what somebody tagged."""
    snapshot = calm()
    tagged = replace(snapshot, view=replace(snapshot.view, tagged=frozenset({ImageName("web")})))
    stage = Stage(snapshot=tagged)

    every, named = (
        [each["name"] for each in json.loads(stage.get(f"/api/v1/readiness{query}")[1])["images"]]
        for query in ("", "?image=web")
    )

    assert named == ["web"]
    assert every == [each for each in snapshot.view.images if each != "web"]


def test_resuming_what_is_not_paused_is_a_conflict() -> None:
    """A typo in the scope must not look like a success."""
    status, text = Stage().post("/api/v1/resume", {"scope": "image:wbe"})

    assert status == 409
    assert message(text).startswith("image:wbe is not paused")


@pytest.mark.parametrize("path", [f"/api/v1/{each}" for each in ORDERS])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer täuschung"},
    ],
)
def test_without_the_token_nothing_changes(path: str, headers: dict[str, str]) -> None:
    """401, and the operator hears nothing."""
    stage = Stage()

    status, text = stage.post(path, {"reason": "x"}, headers)

    assert status == 401
    assert "Authorization: Bearer" in message(text)
    assert stage.desk.orders == []


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_file_changing_calls_are_off(token: str | None) -> None:
    """An empty token opens nothing either."""
    stage = Stage(token=token)

    status, text = stage.post("/api/v1/pause", {"reason": "x"}, {"Authorization": "Bearer "})

    assert status == 403
    assert "http.token_file" in message(text)
    assert stage.desk.orders == []


def test_an_order_that_cannot_be_understood_changes_nothing() -> None:
    """400 with words."""
    stage = Stage()

    status, text = stage.post("/api/v1/pause", {"reason": "x", "scope": "image:wbe"})

    assert status == 400
    assert message(text) == "unknown image 'wbe'; there are: db, lab, web"
    assert stage.desk.orders == []


def test_a_body_beyond_the_bound_is_refused() -> None:
    """Nobody fills our memory."""
    stage = Stage()

    status, _ = stage.post("/api/v1/pause", b"x" * (BODY_MAX + 1))

    assert status == 413
    assert stage.desk.orders == []


def test_too_many_orders_of_one_kind_are_refused_and_keep_no_other_out() -> None:
    """With when to ask again; a pause comes through while builds run wild."""
    stage = Stage()
    found: list[tuple[int, str | None]] = []

    async def flood(session: aiohttp.ClientSession) -> None:
        for _ in range(BURST + 1):
            async with session.post("/api/v1/ack", json={"image": "web"}, headers=BEARER) as said:
                found.append((said.status, said.headers.get("Retry-After")))
        async with session.post("/api/v1/pause", json={"reason": "x"}, headers=BEARER) as said:
            found.append((said.status, None))

    stage.run(flood)

    assert found == [(200, None)] * BURST + [(429, "1"), (200, None)]
    assert len(stage.desk.orders) == BURST + 1


def test_who_has_no_token_keeps_nobody_out() -> None:
    """What is not authorized takes nothing from the bucket."""
    stage = Stage()
    found: list[int] = []

    async def flood(session: aiohttp.ClientSession) -> None:
        for _ in range(BURST):
            async with session.post("/api/v1/ack", json={"image": "web"}) as said:
                found.append(said.status)
        async with session.post("/api/v1/ack", json={"image": "web"}, headers=BEARER) as said:
            found.append(said.status)

    stage.run(flood)

    assert found == [401] * BURST + [200]


def test_a_bucket_fills_again_with_time_and_never_beyond() -> None:
    """A clock that is set back neither fills nor empties it."""
    bucket = Bucket(NOON, tokens=1)

    assert [bucket.take(NOON), bucket.take(NOON)] == [0, 1]
    assert bucket.take(NOON - MINUTE) == 1
    late = NOON + MINUTE
    assert [bucket.take(late) for _ in range(BURST + 1)] == [0] * BURST + [1]
    assert bucket.take(late + timedelta(milliseconds=100)) == 0


def test_an_order_that_cannot_be_stored_is_not_confirmed() -> None:
    """A pause that would not survive a restart is no pause."""
    status, text = Stage(desk=Desk(full=True)).post("/api/v1/pause", {"reason": "x"})

    assert status == 503
    assert message(text) == "nothing was changed: the disk is full"


def test_a_fault_of_ours_is_a_500_in_words_and_counted() -> None:
    """One broken answer neither ends the server nor tells a stranger our insides."""
    stage = Stage()
    stage.snapshot = calm()
    stage.snapshot.view.state.regions["westeurope"] = None  # type: ignore[index,assignment]  # it is the point

    status, text = stage.get("/api/v1/status")

    assert (status, message(text)) == (500, "this is a fault of aibwatch; its log says more")
    labels = {"handler": "/api/v1/status", "code": "500"}
    count = stage.metrics.registry.get_sample_value("aibwatch_http_requests_total", labels)
    assert count == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /api/v1/images/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        (
            b"POST /api/v1/pause HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\n"
            b"Content-Length: 0\r\n\r\n"
        ),
        b"GET /images/..%2f..%2fetc HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
    ],
)
def test_bytes_that_are_no_text_are_refused_and_not_a_fault(sent: bytes) -> None:
    """Whatever comes in is answered with a 4xx, and the server goes on."""
    lines: list[bytes] = []

    async def ask(session: aiohttp.ClientSession) -> None:
        port = session._base_url.port  # the very server, by hand
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        lines.append(await reader.readline())
        writer.close()
        async with session.get("/livez") as answer:
            assert answer.status == 200

    Stage().run(ask)

    assert lines[0].startswith(b"HTTP/1.1 4") or lines[0].startswith(b"HTTP/1.0 4")


def test_a_body_that_never_comes_is_told_as_such() -> None:
    """A client that stalls is told so, rather than that we are broken."""
    refusal = refusal_of(TimeoutError())

    assert refusal
    assert refusal.status == 408


def started(host: str, port: int) -> None:
    """Listen there, and no longer."""
    stage = Stage()

    async def start() -> None:
        listen = Listen(host, port, None)
        server = Server(listen, stage.metrics, stage.health, stage.desk, lambda: None, stage.clock)
        await server.start()

    asyncio.run(start())


def test_a_taken_port_is_told_with_its_remedy() -> None:
    """The address and what to do are in the message; it may work later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(
            TemporaryError, match=rf"127\.0\.0\.1:{port}: Address already in use.*http\.listen"
        ):
            started("127.0.0.1", port)


def test_a_host_that_nobody_knows_is_told_in_words() -> None:
    """Not as an error of an unknown number."""
    with pytest.raises(TemporaryError) as refusal:
        started("fe80::1%nowhere", 0)

    assert str(refusal.value).startswith("cannot listen on fe80::1%nowhere:0: Name or ")
    assert "nknown error" not in str(refusal.value)


def test_a_number_longer_than_python_reads_is_refused_in_words() -> None:
    """Thousands of digits fit into an address; they are no fault of ours."""
    status, text = Stage().get("/api/v1/history?after=" + "9" * 5000)

    assert status == 400
    assert "`after` must be the `seq` of an entry" in message(text)


@pytest.mark.parametrize("field", ["reason", "actor"])
def test_half_a_character_is_refused(field: str) -> None:
    """JSON can hold one; the page could not be shown any more while its pause stands."""
    stage = Stage()

    body = json.dumps({"reason": "move", field: "a\ud800b"}).encode()
    status, text = stage.post("/api/v1/pause", body)

    assert (status, stage.desk.orders) == (400, [])
    assert f"`{field}` holds half a character" in message(text)
