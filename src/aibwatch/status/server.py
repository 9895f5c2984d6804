"""The HTTP server: metrics, health, the page, the API. It answers from memory and asks no Azure.

Reading is open to whoever reaches the port; changing needs the bearer token, and without a token
file it is off. `answers` says what each path answers; here is how requests come in and go out.
"""

import asyncio
import hmac
import logging
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from time import perf_counter

from aiohttp import web

from aibwatch import __version__
from aibwatch.errors import AibwatchError, TemporaryError
from aibwatch.model.chain import Head
from aibwatch.model.entry import Violated
from aibwatch.model.graph import Graph
from aibwatch.model.image import Image
from aibwatch.model.inquiry import Inquiry
from aibwatch.model.names import OrderId, TemplateId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan
from aibwatch.model.state import Snapshot
from aibwatch.model.word import Word
from aibwatch.ports import Clock, NotPausedError, Operator
from aibwatch.status import openapi, page, view
from aibwatch.status.asked import order_told
from aibwatch.status.availability import Availability
from aibwatch.status.builds import confirmed, plan_of
from aibwatch.status.calls import AFTER
from aibwatch.status.editions import latest_of
from aibwatch.status.explain import explain
from aibwatch.status.health import Finding, Health
from aibwatch.status.history import History
from aibwatch.status.limits import Bucket
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.orders import (
    Known,
    not_yours,
    read_ack,
    read_build,
    read_pause,
    read_region,
    read_resume,
)
from aibwatch.status.plain import Json, instant
from aibwatch.status.preparation import preparation
from aibwatch.status.refusal import Refusal, image_named
from aibwatch.status.reply import Handler, answered, as_html, as_json, harden, probe
from aibwatch.status.violations import violations
from aibwatch.status.watched import regions

_log = logging.getLogger(__name__)

BODY_MAX = 64 * 1024
"""Bytes of a request's body."""
BODY_SECONDS = 10.0
"""How long a body may take to come in."""
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
        self.history = History()
        """Filled by the daemon with what it enters in the journal."""
        self.availability = Availability()
        """Given by the daemon, which showed it the journal."""
        self.inquire: Callable[[Image], Inquiry | None] = lambda _image: None
        """Asks the core about one image; given by the daemon, which has one."""
        self.graphs: Callable[[Image], Mapping[TemplateId, Graph]] = lambda _image: {}
        """Tells what the secondaries of one image rest on; given by the daemon."""
        self.plan: Callable[[Order], Plan | None] = lambda _order: None
        """Asks the core what an order would do; given by the daemon, which has one."""
        self.reload: Callable[[], Awaitable[Sequence[str]]] | None = None
        """Reads the configuration anew, and tells what changes; given by the daemon."""
        self.head: Callable[[], Head] = Head
        """Tells the journal's last record; given by the daemon, which has one."""
        self.traces: Mapping[Violated, Sequence[str]] = {}
        """What led to each broken promise, as JSON lines; given by the daemon, which heard it."""
        self._listen = listen
        self._metrics = metrics
        self._health = health
        self._operator = operator
        self._snapshot = snapshot
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        metrics.readiness(lambda: health.is_ready)
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=5.0)

    async def start(self) -> None:
        """Listen. Raises TemporaryError if the address cannot be had."""
        host, port, tls = self._listen.host, self._listen.port, self._listen.tls
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except OSError as error:
            await self._runner.cleanup()
            why = os.strerror(error.errno) if error.errno else str(error)
            message = (
                f"cannot listen on {host}:{port}: {why}. "
                "Set http.listen to a free address, or stop what listens there."
            )
            raise TemporaryError(message) from error

    async def stop(self) -> None:
        """Answer what has come in, then close."""
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port that is listened on, 0 if none is."""
        addresses = self._runner.addresses
        return int(addresses[0][1]) if addresses else 0

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._measured, answered], client_max_size=BODY_MAX)
        app.on_response_prepare.append(harden)
        get, post = app.router.add_get, app.router.add_post
        get("/metrics", self._scrape)
        for path in ("/livez", "/healthz", "/-/healthy"):
            get(path, self._livez)
        for path in ("/readyz", "/-/ready"):
            get(path, self._readyz)
        get("/startupz", self._startupz)
        get("/leader", self._leader)
        get("/", self._status_page)
        get("/live.js", self._script)
        get("/images/{name}", self._image_page)
        get("/api/v1/openapi.json", self._openapi)
        get("/api/v1/status", self._status)
        for part in ("images", "regions", "failovers"):
            get(f"/api/v1/{part}", self._part(part))
        get("/api/v1/images/{name}", self._image)
        get("/api/v1/images/{name}/latest", self._latest)
        get("/api/v1/orders/{id}", self._order)
        get("/api/v1/readiness", self._readiness)
        get("/api/v1/history", self._history)
        get("/api/v1/violations", self._violations)
        post("/api/v1/pause", self._pause)
        post("/api/v1/resume", self._resume)
        for kind in OrderKind:
            post(f"/api/v1/{kind}", self._build(kind))
        post("/api/v1/region", self._region)
        post("/api/v1/ack", self._ack)
        post("/api/v1/reload", self._reload)
        return app

    @web.middleware
    async def _measured(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began = perf_counter()
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
        # Ten thousand templates take a third of a second to look through: too long for the loop.
        pieces, content_type = await asyncio.to_thread(self._metrics.pieces, accept)
        headers = {"Content-Type": content_type}
        if request.method == "HEAD":
            return web.Response(headers=headers)
        response = web.StreamResponse(headers=headers)
        with suppress(ConnectionError):  # whoever asked went away
            await response.prepare(request)
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

    # Reading.

    async def _openapi(self, _request: web.Request) -> web.Response:
        return as_json(openapi.document())

    async def _status(self, _request: web.Request) -> web.Response:
        status = await self._told(self._picture())
        return as_json({**status, "audit": view.audit(self.head())})

    def _part(self, name: str) -> Handler:
        async def part(_request: web.Request) -> web.Response:
            status = await self._told(self._picture())
            found: dict[str, Json] = {"at": status["at"], name: status[name]}
            if name == "failovers":
                found["recent"] = status["recent"]
            return as_json(found)

        return part

    async def _history(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not re.fullmatch(AFTER, after):
            message = f"`after` must be the `seq` of an entry, such as 17, not {after!r}"
            raise Refusal(400, message)
        return as_json({"history": self.history.after(int(after))})

    async def _order(self, request: web.Request) -> web.Response:
        order = OrderId(request.match_info["id"])
        told = order_told(self._picture(), order)
        if told is None:
            message = f"no order {order!r} is known now; /api/v1/history tells of those that ended"
            raise Refusal(404, message)
        return as_json(told)

    async def _violations(self, _request: web.Request) -> web.Response:
        told = violations(self._picture().view.state, self.traces)
        return as_json({"violations": told})

    async def _image(self, request: web.Request) -> web.Response:
        return as_json(self._explained(request))

    async def _latest(self, request: web.Request) -> web.Response:
        seen = self._picture().view
        image = image_named(request.match_info["name"], seen.images)
        return as_json(latest_of(seen, image, request.query.get("region")))

    async def _readiness(self, request: web.Request) -> web.Response:
        snapshot = self._picture()
        name, seen = request.query.get("image"), snapshot.view
        images = [image_named(name, seen.images)] if name else [*seen.images.values()]
        known = (seen.readiness, seen.misconfigured, seen.sightings, snapshot.at)
        told = await asyncio.to_thread(preparation, images, *known, seen.state.blueprints)
        return as_json(told)

    async def _status_page(self, _request: web.Request) -> web.Response:
        snapshot = self._snapshot()
        if snapshot is None:
            return as_html(page.render("starting", {}))
        status = await self._told(snapshot)
        stale = self._clock.now() - snapshot.at > self._health.limit
        return as_html(await asyncio.to_thread(page.render, "status", {**status, "stale": stale}))

    async def _image_page(self, request: web.Request) -> web.Response:
        if self._snapshot() is None:
            return as_html(page.render("starting", {}))
        return as_html(page.render("image", self._explained(request)))

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=page.SCRIPT, content_type="text/javascript")

    def _picture(self) -> Snapshot:
        snapshot = self._snapshot()
        if snapshot is None:
            message = "nothing is known yet: the first cycle has not ended; ask again in a moment"
            raise Refusal(503, message)
        return snapshot

    async def _told(self, snapshot: Snapshot) -> Mapping[str, Json]:
        measured = self.availability.told(regions(snapshot.view), snapshot.at)
        return await asyncio.to_thread(view.status, snapshot, __version__, measured)

    def _explained(self, request: web.Request) -> Mapping[str, Json]:
        snapshot = self._picture()
        image = image_named(request.match_info["name"], snapshot.view.images)
        return explain(snapshot, image, self.inquire(image), self.graphs(image))

    # Ordering.

    async def _pause(self, request: web.Request) -> web.Response:
        order = read_pause(await self._authorized(request), self._known())
        actor = order.actor or _actor(request)
        await self._operator.pause(order.scope, order.reason, actor, order.until)
        until = instant(order.until)
        return as_json({"paused": order.scope, "reason": order.reason, "until": until})

    async def _resume(self, request: web.Request) -> web.Response:
        order = read_resume(await self._authorized(request))
        actor = order.actor or _actor(request)
        try:
            left = await self._operator.resume(
                order.scope, order.reason, actor, everybodys=order.everybodys
            )
        except NotPausedError as error:
            raise Refusal(409, not_yours(order.scope, actor, error.others)) from None
        still = [view.pause_told(each) for each in left]
        return as_json({"resumed": order.scope, "reason": order.reason, "still": still})

    async def _region(self, request: web.Request) -> web.Response:
        order = read_region(await self._authorized(request), self._known())
        actor, now = order.actor or _actor(request), self._clock.now()
        word = Word(order.region, order.out, now, order.reason, actor, order.until)
        await self._operator.say(word)
        return as_json(
            {
                "region": order.region,
                "out": order.out,
                "reason": order.reason,
                "actor": actor,
                "until": instant(order.until),
            }
        )

    async def _ack(self, request: web.Request) -> web.Response:
        order = read_ack(await self._authorized(request), self._known())
        actor = order.actor or _actor(request)
        try:
            await self._operator.acknowledge(order.image, order.reason, actor)
        except KeyError:
            message = f"no failover of {order.image} waits for a person; /api/v1/status lists them"
            raise Refusal(409, message) from None
        return as_json({"acknowledged": order.image, "reason": order.reason})

    async def _reload(self, request: web.Request) -> web.Response:
        await self._authorized(request)
        if self.reload is None:
            message = "the configuration cannot be read anew yet; ask again in a moment"
            raise Refusal(503, message)
        try:
            changes = await self.reload()
        except AibwatchError as error:
            raise Refusal(409, f"the old configuration stays: {error}") from None
        return as_json({"changed": list(changes)})

    def _known(self) -> Known:
        """Return what an order may name now."""
        view = self._picture().view
        return Known(view.images, regions(view), self._clock.now())

    def _build(self, kind: OrderKind) -> Handler:
        """Return what takes an order to build, or only plans it."""

        async def build(request: web.Request) -> web.Response:
            body, images = await self._authorized(request), self._picture().view.images
            asked = read_build(body, kind, images, self._clock.now(), _actor(request))
            plan = self.plan(asked.order)
            if plan is None:
                message = "no order can be planned yet; ask again in a moment"
                raise Refusal(503, message)
            if asked.dry_run:
                return as_json({**plan_of(plan), "order": None})
            order = confirmed(asked.order, plan)
            await self._operator.order(order)
            return as_json({**plan_of(plan), "order": order.id})

        return build

    async def _authorized(self, request: web.Request) -> bytes:
        """Return the body of a request that may change something."""
        token = self._listen.token
        if not token:
            message = "changing calls are off: set http.token_file to a file that holds a token"
            raise Refusal(403, message)
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            message = "this call needs the header `Authorization: Bearer <token of token_file>`"
            raise Refusal(401, message)
        # Each kind for itself: a script that builds without end must not keep a pause out.
        now = self._clock.now()
        wait = self._buckets.setdefault(request.path, Bucket(now)).take(now)
        if wait:
            message = f"too many orders at once; nothing was done, ask again in {wait} s"
            raise Refusal(429, message, wait)
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()


def _actor(request: web.Request) -> str:
    return f"api from {request.remote}"
