"""The HTTP server: metrics and health; the page and the API are `reading` and `ordering`.

It answers from memory and asks no Azure. `answers` says what each path answers; here is how
requests come in and go out.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, perf_counter

from aiohttp import web

from aibwatch.errors import TemporaryError
from aibwatch.model.state import Snapshot
from aibwatch.ports import Clock, Operator
from aibwatch.status.aside import Aside
from aibwatch.status.health import Finding, Health
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.ordering import BODY_MAX, Ordering
from aibwatch.status.patience import Patience, watch
from aibwatch.status.reading import Reading
from aibwatch.status.reply import Handler, answered, harden, probe

UNMATCHED = "unmatched"
"""The label `handler` of requests for paths that we do not have."""


class Server:
    """Serves one daemon. Start once, stop once."""

    def __init__(
        self,
        listen: Listen,
        metrics: Metrics,
        health: Health,
        operator: Operator,
        snapshot: Callable[[], Snapshot | None],
        clock: Clock,
    ) -> None:
        """Take what to show; `snapshot` gives the picture of the last cycle, None before it."""
        self._pages, self._scrapes = Aside("pages"), Aside("scrapes")
        self.reading = Reading(snapshot, health, clock, self._pages)
        self.ordering = Ordering(operator, listen.token, self.reading.picture, clock)
        self._listen = listen
        self._metrics = metrics
        self._health = health
        self._snapshot = snapshot
        self._clock = clock
        metrics.readiness(lambda: health.is_ready)
        self._patience = Patience[web.RequestHandler]()
        self._watch: asyncio.Task[None] | None = None
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=5.0)

    async def start(self) -> None:
        """Listen. Raises TemporaryError if the address cannot be had."""
        host, port, tls = self._listen.host, self._listen.port, self._listen.tls
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except OSError as error:
            await self._runner.cleanup()
            # Names that cannot be resolved have numbers of their own, below 0.
            number = error.errno or 0
            why = os.strerror(number) if number > 0 else error.strerror or str(error)
            message = (
                f"cannot listen on {host}:{port}: {why}. "
                "Set http.listen to a free address, or stop what listens there."
            )
            raise TemporaryError(message) from error
        self._watch = asyncio.create_task(watch(self._patience, lambda: self._runner.server))

    async def stop(self) -> None:
        """Answer what has come in, then close."""
        if self._watch:
            self._watch.cancel()
        await self._runner.cleanup()
        self._pages.close()
        self._scrapes.close()

    @property
    def port(self) -> int:
        """The port that is listened on, 0 if none is."""
        addresses = self._runner.addresses
        return int(addresses[0][1]) if addresses else 0

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._measured, answered], client_max_size=BODY_MAX)
        app.on_response_prepare.append(harden)
        get = app.router.add_get
        get("/metrics", self._scrape)
        for path in ("/livez", "/healthz", "/-/healthy"):
            get(path, self._livez)
        for path in ("/readyz", "/-/ready"):
            get(path, self._readyz)
        get("/startupz", self._startupz)
        get("/leader", self._leader)
        app.add_routes([*self.reading.routes(), *self.ordering.routes()])
        return app

    @web.middleware
    async def _measured(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began = perf_counter()
        self._patience.asked(request.protocol, monotonic())
        code = 500
        try:
            response = await handler(request)
            code = response.status
        finally:
            resource = request.match_info.route.resource
            name = resource.canonical if resource else UNMATCHED
            self._metrics.served(name, code, perf_counter() - began)
        return response

    # Metrics and health.

    async def _scrape(self, request: web.Request) -> web.StreamResponse:
        accept = request.headers.get("Accept", "")
        families, content_type = self._metrics.families(accept)
        headers = {"Content-Type": content_type}
        if request.method == "HEAD":
            return web.Response(headers=headers)
        response = web.StreamResponse(headers=headers)
        with suppress(ConnectionError):  # whoever asked went away
            await response.prepare(request)
            # Ten thousand templates take a fifth of a second: too long for the loop.
            while pieces := await self._scrapes.do(next, families, ()):
                for each in pieces:
                    await response.write(each)
                    await asyncio.sleep(0)
            await response.write_eof()
        return response

    async def _livez(self, request: web.Request) -> web.Response:
        return probe(request, self._health.live(self._clock.now()))

    async def _readyz(self, request: web.Request) -> web.Response:
        return probe(request, self._health.ready())

    async def _startupz(self, request: web.Request) -> web.Response:
        return probe(request, self._health.up())

    async def _leader(self, request: web.Request) -> web.Response:
        snapshot = self._snapshot()
        if snapshot is None:
            return probe(request, (Finding("leader", ok=False, says="no cycle has ended yet"),))
        return probe(request, self._health.leading(snapshot.view.state.holder))
