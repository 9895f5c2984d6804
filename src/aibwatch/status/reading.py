"""What people and programs read: the page and its images, the API. It answers from memory."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from aibwatch import __version__
from aibwatch.model.chain import Head
from aibwatch.model.entry import Violated
from aibwatch.model.graph import Graph
from aibwatch.model.image import Image
from aibwatch.model.inquiry import Inquiry
from aibwatch.model.names import OrderId, TemplateId
from aibwatch.model.state import Snapshot
from aibwatch.ports import Clock
from aibwatch.status import openapi, page, view
from aibwatch.status.aside import Aside
from aibwatch.status.asked import order_told
from aibwatch.status.availability import Availability
from aibwatch.status.calls import AFTER
from aibwatch.status.editions import latest_of
from aibwatch.status.explain import explain
from aibwatch.status.health import Health
from aibwatch.status.history import History
from aibwatch.status.plain import Json
from aibwatch.status.preparation import preparation
from aibwatch.status.refusal import Refusal, image_named
from aibwatch.status.reply import Handler, as_html, as_json, as_json_text
from aibwatch.status.violations import violations
from aibwatch.status.watched import regions

PARTS = ("images", "regions", "failovers")
"""Parts of the status that can be had alone."""


class Reading:
    """Answers what only reads; open to whoever reaches the port."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot | None],
        health: Health,
        clock: Clock,
        aside: Aside,
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
        self.head: Callable[[], Head] = Head
        """Tells the journal's last record; given by the daemon, which has one."""
        self.traces: Mapping[Violated, Sequence[str]] = {}
        """What led to each broken promise, as JSON lines; given by the daemon, which heard it."""
        self._snapshot = snapshot
        self._health = health
        self._clock = clock
        self._aside = aside

    def routes(self) -> list[web.RouteDef]:
        """Return which path is answered by what."""
        return [
            web.get("/", self._status_page),
            web.get("/live.js", self._script),
            web.get("/images/{name}", self._image_page),
            web.get("/api/v1/openapi.json", self._openapi),
            web.get("/api/v1/status", self._status),
            *(web.get(f"/api/v1/{part}", self._part(part)) for part in PARTS),
            web.get("/api/v1/images/{name}", self._image),
            web.get("/api/v1/images/{name}/latest", self._latest),
            web.get("/api/v1/orders/{id}", self._order),
            web.get("/api/v1/readiness", self._readiness),
            web.get("/api/v1/history", self._history),
            web.get("/api/v1/violations", self._violations),
        ]

    def picture(self) -> Snapshot:
        """Return the picture of the last cycle. Raises Refusal before the first has ended."""
        snapshot = self._snapshot()
        if snapshot is None:
            message = "nothing is known yet: the first cycle has not ended; ask again in a moment"
            raise Refusal(503, message)
        return snapshot

    async def _openapi(self, _request: web.Request) -> web.Response:
        return as_json(openapi.document())

    async def _status(self, _request: web.Request) -> web.Response:
        snapshot, audit = self.picture(), view.audit(self.head())
        return as_json_text(
            await self._told(snapshot, lambda status: json.dumps({**status, "audit": audit}))
        )

    def _part(self, name: str) -> Handler:
        shown = ("at", name, "recent") if name == "failovers" else ("at", name)

        def write(status: Mapping[str, Json]) -> str:
            return json.dumps({each: status[each] for each in shown})

        async def part(_request: web.Request) -> web.Response:
            return as_json_text(await self._told(self.picture(), write))

        return part

    async def _history(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not re.fullmatch(AFTER, after):
            message = f"`after` must be the `seq` of an entry, such as 17, not {after!r}"
            raise Refusal(400, message)
        return as_json({"history": self.history.after(int(after))})

    async def _order(self, request: web.Request) -> web.Response:
        order = OrderId(request.match_info["id"])
        told = order_told(self.picture(), order)
        if told is None:
            message = f"no order {order!r} is known now; /api/v1/history tells of those that ended"
            raise Refusal(404, message)
        return as_json(told)

    async def _violations(self, _request: web.Request) -> web.Response:
        told = violations(self.picture().view.state, self.traces)
        return as_json({"violations": told})

    async def _image(self, request: web.Request) -> web.Response:
        return as_json(self._explained(request))

    async def _latest(self, request: web.Request) -> web.Response:
        seen = self.picture().view
        image = image_named(request.match_info["name"], seen.images)
        return as_json(latest_of(seen, image, request.query.get("region")))

    async def _readiness(self, request: web.Request) -> web.Response:
        """Answer for what is configured: what is only tagged is told of if asked for by name."""
        snapshot = self.picture()
        name, seen = request.query.get("image"), snapshot.view
        configured = [each for key, each in seen.images.items() if seen.is_configured(key)]
        images = [image_named(name, seen.images)] if name else configured
        known = (seen.readiness, seen.misconfigured, seen.sightings, snapshot.at)
        return as_json_text(
            await self._aside.do(
                lambda: json.dumps(preparation(images, *known, seen.state.blueprints))
            )
        )

    async def _status_page(self, _request: web.Request) -> web.Response:
        snapshot = self._snapshot()
        if snapshot is None:
            return as_html(page.render("starting", {}))
        stale = self._clock.now() - snapshot.at > self._health.limit
        return as_html(
            await self._told(
                snapshot, lambda status: page.render("status", {**status, "stale": stale})
            )
        )

    async def _image_page(self, request: web.Request) -> web.Response:
        if self._snapshot() is None:
            return as_html(page.render("starting", {}))
        try:
            told = self._explained(request)
        except Refusal as refusal:
            name = request.match_info["name"]
            return as_html(page.render("missing", {"name": name}), refusal.status)
        return as_html(page.render("image", told))

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=page.SCRIPT, content_type="text/javascript")

    async def _told(self, snapshot: Snapshot, write: Callable[[Mapping[str, Json]], str]) -> str:
        """Return the status as `write` writes it.

        Beside the loop, as a large one takes long to write; and what it is written from, as large,
        is gone before the next answer is begun.
        """
        measured = self.availability.told(regions(snapshot.view), snapshot.at)
        return await self._aside.do(lambda: write(view.status(snapshot, __version__, measured)))

    def _explained(self, request: web.Request) -> Mapping[str, Json]:
        snapshot = self.picture()
        image = image_named(request.match_info["name"], snapshot.view.images)
        return explain(snapshot, image, self.inquire(image), self.graphs(image))
