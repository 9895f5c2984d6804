"""The World's face on the wire: ARM over TLS on loopback, for the real SDK clients.

`ArmServer` runs in the caller's event loop; `running` gives it a thread and a loop of its own.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from aibwatch.sim import tls
from aibwatch.sim.arm_routes import answer
from aibwatch.sim.exchange import Answer, Desk, Received, Request
from aibwatch.sim.trouble import Manner
from aibwatch.sim.world import World

T = TypeVar("T")

TRICKLE = 0.05
"""Seconds between two blanks of a body that never ends."""

_BODY_MAX = 1 << 20
_PATIENCE = 0.2
"""Seconds that a stop waits for open requests."""

_ROUNDS = 5
"""Rounds of the event loop after which an aborted connection is surely closed."""


class Rhythm:
    """Real time as the World's time: the World's start plus what passed since, times a speed."""

    def __init__(self, start: datetime, speed: float) -> None:
        """Begin to count now, from `start`, `speed` seconds of the World in each real one."""
        self._start = start
        self._speed = speed
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        """Return the World's time now."""
        passed = time.monotonic() - self._since
        return self._start + timedelta(seconds=passed * self._speed)


class ArmServer:
    """ARM over TLS on 127.0.0.1, a port of the system's choice."""

    def __init__(
        self,
        world: World,
        directory: Path,
        clock: Callable[[], datetime] | None = None,
        *,
        speed: float = 1.0,
    ) -> None:
        """Serve `world`, which advances to `clock()` at each request.

        Without a clock it goes with real time, times `speed`; 0 lets only others advance it.
        The CA file is written to `directory`.
        """
        self.lock = threading.RLock()
        self.endpoint = ""
        self._desk = Desk(world)
        self._clock = clock or (Rhythm(world.now, speed) if speed else lambda: world.now)
        self._context, self.ca_file = tls.server_context(directory)
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    @property
    def world(self) -> World:
        """The World; hold `lock` while touching it from another thread."""
        return self._desk.world

    @property
    def requests(self) -> list[Received]:
        """Every request received so far."""
        with self.lock:
            return list(self._desk.requests)

    def count(self, method: str, ending: str) -> int:
        """Return how many requests had this method and a path that ends so, in any case."""
        wanted = ending.lower()
        return sum(
            each.method == method and each.path.lower().endswith(wanted) for each in self.requests
        )

    def do(self, act: Callable[[World], T]) -> T:
        """Let `act` see or change the World as of now, between two requests."""
        with self.lock:
            self._advance()
            return act(self.world)

    async def start(self) -> None:
        """Listen. `endpoint` tells where."""
        self._loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=_BODY_MAX)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_PATIENCE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context)
        await site.start()
        self.endpoint = f"https://localhost:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening and break off what still waits for an answer."""
        self._stopping.set()
        if self._runner is None:
            return
        for site in list(self._runner.sites):
            await site.stop()
        await self._break_off()
        await self._runner.cleanup()

    def hang_up(self) -> None:
        """Reset every connection, from another thread; on return the sockets are closed."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._break_off(), self._loop).result()

    async def _break_off(self) -> None:
        """Reset every connection: closing politely would wait for the other side."""
        server = self._runner.server if self._runner is not None else None
        for each in server.connections if server is not None else ():
            if each.transport is not None:
                each.transport.abort()
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)

    def _advance(self) -> None:
        self.world.advance(max(self.world.now, self._clock()))

    async def _handle(self, incoming: web.Request) -> web.StreamResponse:
        request = Request(
            incoming.method,
            incoming.path,
            {name.lower(): value for name, value in incoming.query.items()},
            await incoming.read(),
            f"https://{incoming.host}",
            incoming.headers.get("Authorization", "").lower().startswith("bearer "),
            incoming.headers.get("x-ms-range", incoming.headers.get("Range", "")),
        )
        with self.lock:
            self._advance()
            found = answer(self._desk, request)
        return await self._send(incoming, found)

    async def _send(self, incoming: web.Request, found: Answer) -> web.StreamResponse:
        match found.manner:
            case Manner.SILENCE:
                await self._stopping.wait()
            case Manner.TRICKLE:
                return await self._trickle(incoming, found)
            case Manner.RESET:
                if incoming.transport is not None:
                    incoming.transport.abort()
            case _:
                pass
        return web.Response(status=found.status, headers=found.headers, body=found.body)

    async def _trickle(self, incoming: web.Request, found: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=found.status, headers=found.headers)
        await response.prepare(incoming)
        with suppress(ConnectionResetError):  # the client has had enough
            while not self._stopping.is_set():
                await response.write(b" ")
                await asyncio.sleep(TRICKLE)
        return response


@contextmanager
def running(
    world: World,
    directory: Path,
    clock: Callable[[], datetime] | None = None,
    *,
    speed: float = 1.0,
) -> Iterator[ArmServer]:
    """Run an ArmServer in a thread with its own loop until the block ends."""
    server = ArmServer(world, directory, clock, speed=speed)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sim-arm", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
