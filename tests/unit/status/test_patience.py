"""Who connects and says nothing does not keep others out."""

import asyncio
from time import monotonic

import aiohttp
import pytest

from aibwatch.status import patience
from unit.status.test_server import Stage

PATIENCE = 0.3
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server lose its patience sooner."""
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr(patience, "LOOK_SECONDS", PATIENCE / 10)


async def connected(session: aiohttp.ClientSession) -> Streams:
    """Connect to the server of a session, by hand."""
    async with session.get("/livez") as answer:
        url = answer.url
    return await asyncio.open_connection(url.host, url.port)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /live",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half of the headers", "nothing more"],
)
def test_a_connection_that_asks_nothing_is_closed(sent: bytes) -> None:
    """Each takes a file, and there is an end to those: then none is left to ask Azure by."""

    async def ask(session: aiohttp.ClientSession) -> None:
        reader, writer = await connected(session)
        writer.write(sent)
        async with asyncio.timeout(20):
            told = await reader.read()
        writer.close()

        assert (b"200 OK" in told) is sent.endswith(b"\r\n\r\n")

    Stage().run(ask)


def test_who_asks_again_and_again_keeps_his_connection() -> None:
    """As a Prometheus does; it counts from the last request, or from when it was first seen."""
    kept = patience.Patience[str]()
    moments = [0.0, PATIENCE, 2 * PATIENCE]

    for now in moments:
        kept.asked("scraper", now)
        assert kept.lost(["scraper"], now) == []
    assert kept.lost(["scraper", "silent"], 3 * PATIENCE) == []

    assert kept.lost(["scraper", "silent"], 3.5 * PATIENCE) == ["scraper"]
    assert kept.lost(["silent"], 4.5 * PATIENCE) == ["silent"]


def test_each_request_gives_a_connection_new_time() -> None:
    """So that one that is used stays, however old it is."""

    async def ask(session: aiohttp.ClientSession) -> None:
        reader, writer = await connected(session)
        end = monotonic() + 2 * PATIENCE
        while monotonic() < end:
            writer.write(b"HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n")
        writer.close()

    Stage().run(ask)
