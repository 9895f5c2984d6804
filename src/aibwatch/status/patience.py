"""Connections on which nothing is asked are closed: each takes a file, and files have an end.

Whoever opened many and said nothing, or half of a request, or took no answer, would keep the daemon
from asking Azure, and so from acting.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from time import monotonic
from typing import Generic, TypeVar

from aiohttp import web

PATIENCE_SECONDS = 75.0
"""So long a connection may be there without a new request: more than a Prometheus pauses."""
LOOK_SECONDS = 1.0

Connection = TypeVar("Connection", bound=Hashable)


class Patience(Generic[Connection]):
    """Since when each connection has asked for nothing more."""

    def __init__(self) -> None:
        """Begin with none."""
        self._since: dict[Connection, float] = {}

    def asked(self, connection: Connection, now: float) -> None:
        """Take that a request began at `now`, in seconds."""
        self._since[connection] = now

    def lost(self, connections: Iterable[Connection], now: float) -> list[Connection]:
        """Return those of the open connections that have had their time."""
        self._since = {each: self._since.get(each, now) for each in connections}
        return [each for each, at in self._since.items() if now - at > PATIENCE_SECONDS]


async def watch(
    patience: Patience[web.RequestHandler], server: Callable[[], web.Server | None]
) -> None:
    """Close what has had its time, for ever."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        served = server()
        for each in patience.lost(served.connections if served else (), monotonic()):
            if each.transport is not None:
                # To close it would wait for whoever takes no answer.
                each.transport.abort()
