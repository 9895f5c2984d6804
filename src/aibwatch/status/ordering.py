"""What people and programs order: pauses, words about regions, builds, a reload.

It needs the bearer token; without a token file it is off.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from aibwatch.errors import AibwatchError
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan
from aibwatch.model.state import Snapshot
from aibwatch.model.word import Word
from aibwatch.ports import Clock, NotPausedError, Operator
from aibwatch.status import view
from aibwatch.status.builds import confirmed, plan_of
from aibwatch.status.limits import Bucket
from aibwatch.status.orders import (
    Known,
    not_yours,
    read_ack,
    read_build,
    read_pause,
    read_region,
    read_resume,
)
from aibwatch.status.plain import instant
from aibwatch.status.refusal import Refusal
from aibwatch.status.reply import Handler, as_json
from aibwatch.status.watched import regions

BODY_MAX = 64 * 1024
"""Bytes of a request's body."""
BODY_SECONDS = 10.0
"""How long a body may take to come in."""

ONLY_TAGGED = "{} is known by its tags alone: name it under `images` to have it built"


class Ordering:
    """Takes what changes something, from whoever has the token."""

    def __init__(
        self, operator: Operator, token: str | None, picture: Callable[[], Snapshot], clock: Clock
    ) -> None:
        """Hand orders to `operator`; `picture` raises Refusal before the first cycle has ended."""
        self.plan: Callable[[Order], Plan | None] = lambda _order: None
        """Asks the core what an order would do; given by the daemon, which has one."""
        self.reload: Callable[[], Awaitable[Sequence[str]]] | None = None
        """Reads the configuration anew, and tells what changes; given by the daemon."""
        self._operator = operator
        self._token = token
        self._picture = picture
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return which path is answered by what."""
        return [
            web.post("/api/v1/pause", self._pause),
            web.post("/api/v1/resume", self._resume),
            *(web.post(f"/api/v1/{kind}", self._build(kind)) for kind in OrderKind),
            web.post("/api/v1/region", self._region),
            web.post("/api/v1/ack", self._ack),
            web.post("/api/v1/reload", self._reload),
        ]

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
            body, seen = await self._authorized(request), self._picture().view
            asked = read_build(body, kind, seen.images, self._clock.now(), _actor(request))
            if not seen.is_configured(asked.order.image):
                message = ONLY_TAGGED.format(asked.order.image)
                raise Refusal(409, message)
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
        if not self._token:
            message = "changing calls are off: set http.token_file to a file that holds a token"
            raise Refusal(403, message)
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
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
