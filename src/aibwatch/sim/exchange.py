"""One request to ARM and one answer, before and after the network."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from aibwatch.model.names import TemplateId, digest
from aibwatch.sim.templates import Look
from aibwatch.sim.trouble import Manner, Trouble
from aibwatch.sim.weather import Distortion
from aibwatch.sim.world import World

JUNK_SIZE = 10_000_000
"""Bytes."""

_CUT = b'{"id":"/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/images","prop'


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks."""

    method: str
    path: str
    query: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    base: str
    """Scheme, host and port by which the client reached us: links in answers begin with it."""
    authorized: bool
    """Whether it carries a bearer token; which one does not matter."""
    span: str = ""
    """Which bytes it asks for: `x-ms-range` or `Range`, "" for all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client is told."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    manner: Manner = Manner.JSON


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it was logged."""

    at: datetime
    method: str
    path: str
    status: int
    """0 if no answer was sent."""


@dataclass(slots=True)
class Desk:
    """The World with what the wire remembers: encoded bodies and the log of requests."""

    world: World
    requests: list[Received] = field(default_factory=list)
    bodies: dict[TemplateId, tuple[Look, Distortion | None, bytes]] = field(default_factory=dict)
    pages: dict[tuple[str, str, int], tuple[tuple[Look, ...], bytes]] = field(default_factory=dict)


Handler = Callable[[Desk, Request, re.Match[str]], Answer]


def compact(value: object) -> bytes:
    """Encode as lists come: without a blank."""
    return json.dumps(value, separators=(",", ":")).encode()


def said(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer as ARM itself does: compact JSON."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, {**kind, **(headers or {})}, compact(value))


def relayed(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer as the provider does, straight through: pretty-printed JSON (recorded)."""
    kind = {"Content-Type": "application/json"}
    return Answer(status, {**kind, **(headers or {})}, json.dumps(value, indent=2).encode())


def failed(trouble: Trouble) -> Answer:
    """Answer with a trouble, in its manner."""
    wait = {} if trouble.retry_after is None else {"Retry-After": str(trouble.retry_after)}
    match trouble.manner:
        case Manner.JSON:
            error = {"error": {"code": trouble.code, "message": trouble.message}}
            return said(error, trouble.status, wait)
        case Manner.HTML:
            kind = {"Content-Type": "text/html"}
            return Answer(trouble.status, kind, trouble.message.encode())
        case Manner.CUT | Manner.JUNK:
            half = _CUT if trouble.manner is Manner.CUT else b"x" * JUNK_SIZE
            return Answer(trouble.status, {"Content-Type": "application/json"}, half)
        case _:
            return Answer(trouble.status, manner=trouble.manner)


_WHOLE = 15
"""How many times a principal's share all of a subscription's requests may be (documented)."""


def usual_headers(world: World, number: int, subscription: str) -> dict[str, str]:
    """Return the headers that every answer of ARM has."""
    request_id = f"00000000-0000-0000-0000-{number:012}"
    told = world.now + world.weather.skew
    headers = {
        "Date": format_datetime(told, usegmt=True),
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request_id,
        "x-ms-routing-request-id": f"WESTEUROPE:{told:%Y%m%dT%H%M%SZ}:{request_id}",
    }
    if subscription:
        reads, writes = (world.remaining(subscription, write=each) for each in (False, True))
        headers["x-ms-ratelimit-remaining-subscription-reads"] = str(reads)
        headers["x-ms-ratelimit-remaining-subscription-writes"] = str(writes)
        # Those of the whole subscription, whoever asks; here nobody else does.
        headers["x-ms-ratelimit-remaining-subscription-global-reads"] = str(_WHOLE * reads)
        headers["x-ms-ratelimit-remaining-subscription-global-writes"] = str(_WHOLE * writes)
    return headers


def operation_url(base: str, path: str, salt: str) -> str:
    """Return the URL of an operation with its signed query of about 3.3 kB (recorded shape)."""
    seal = "".join(digest(path, salt, str(part), size=64) for part in range(25))
    return f"{base}{path}?api-version=2025-10-01&t=1&c={seal}&s={seal[:64]}&h={seal[64:128]}"
