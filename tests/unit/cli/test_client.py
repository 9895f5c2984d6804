"""Talking to the daemon: what can go wrong is told in words, each with its exit code."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.cli.client import TRIES, RefusedError, address, alive, get, post
from aibwatch.config.sections import HttpSection
from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.status.limits import BURST
from unit.cli.running import TOKEN, Running, running, speaking
from unit.status.snapshots import calm


def at(port: int) -> HttpSection:
    """Return the settings of a daemon on a port of this machine."""
    return HttpSection(listen=f"127.0.0.1:{port}")


def test_an_answer_is_returned() -> None:
    """What the daemon says is what comes back."""
    with running(calm()) as daemon:
        answer = get(at(daemon.port), "/api/v1/status")

    assert isinstance(answer, dict)
    assert answer["summary"] == "3 images, 2 protected"


def test_no_daemon_is_told_with_its_address_and_the_remedy() -> None:
    """The commonest case of all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(TemporaryError) as refusal:
        get(at(port), "/api/v1/status")

    assert str(refusal.value) == (
        f"no daemon answers at http://127.0.0.1:{port}; start it with: aibwatch serve"
    )


def test_a_daemon_that_knows_nothing_yet_is_temporary() -> None:
    """Before its first cycle ends there is nothing to show, which will pass."""
    with running(None) as daemon, pytest.raises(TemporaryError, match="the first cycle has not"):
        get(at(daemon.port), "/api/v1/status")


def test_what_is_refused_is_told_in_the_daemons_words() -> None:
    """An unknown image is a mistake of usage."""
    with running(calm()) as daemon, pytest.raises(RefusedError, match="there are: db") as refusal:
        get(at(daemon.port), "/api/v1/images/nope")

    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_something_else_on_the_port_is_told(answer: bytes) -> None:
    """Another program on our port must not end in a traceback."""
    with speaking(answer) as port, pytest.raises(TemporaryError, match=f"127.0.0.1:{port}"):
        get(at(port), "/api/v1/status")


def test_a_stranger_who_answers_well_does_not_live_for_the_daemon() -> None:
    """Any web server says 200 to /livez: a health check must not believe it."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"
    with speaking(answer) as port, pytest.raises(TemporaryError, match="is no aibwatch"):
        alive(at(port), "/livez")


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("0.0.0.0:9877", "http://127.0.0.1:9877"),
        ("[::]:9877", "http://[::1]:9877"),
        ("[::1]:80", "http://[::1]:80"),
        ("watch.internal:80", "http://watch.internal:80"),
    ],
)
def test_an_address_that_is_listened_on_is_one_that_can_be_called(listen: str, url: str) -> None:
    """All addresses are listened on under names that nobody can call."""
    assert address(HttpSection(listen=listen)) == url


def test_an_order_without_a_token_file_is_denied_here() -> None:
    """The remedy is told before anything is sent."""
    with pytest.raises(PermissionDeniedError, match=r"set http\.token_file"):
        post(at(1), "/api/v1/pause", {"reason": "x"})


def test_life_is_a_yes_or_no() -> None:
    """A probe asks for the code only."""
    with running(calm()) as daemon:
        assert alive(at(daemon.port), "/readyz")

        daemon.health.draining = True

        assert not alive(at(daemon.port), "/readyz")


def given(folder: Path, daemon: Running) -> HttpSection:
    """Return the settings of a daemon that takes orders, and has taken as many as it may."""
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    http = HttpSection(listen=f"127.0.0.1:{daemon.port}", token_file=str(token))
    for _ in range(BURST):
        post(http, "/api/v1/ack", {"image": "web"})
    return http


def test_an_order_waits_where_there_are_too_many(tmp_path: Path) -> None:
    """As of a whole region in an outage: each is given in the end, and once."""
    with running(calm()) as daemon:
        http = given(tmp_path, daemon)

        def wait(seconds: float) -> None:
            daemon.clock.at += timedelta(seconds=seconds)

        post(http, "/api/v1/ack", {"image": "web"}, wait)

    assert len(daemon.orders.given) == BURST + 1


def test_an_order_waits_not_for_ever(tmp_path: Path) -> None:
    """It may work later, so it is temporary."""
    waits: list[float] = []
    with running(calm()) as daemon:
        http = given(tmp_path, daemon)

        with pytest.raises(TemporaryError, match="too many orders"):
            post(http, "/api/v1/ack", {"image": "web"}, waits.append)

    assert waits == [1.0] * TRIES
