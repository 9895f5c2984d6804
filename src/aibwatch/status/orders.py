"""What a person orders over HTTP: reading it strictly, refusing it in words.

An order that is misread could leave a fleet unprotected or act against an operator's will, so
nothing is guessed: unknown fields, scopes and images are refused, and the remedy is said.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.entry import Paused
from aibwatch.model.image import Image
from aibwatch.model.names import (
    MONITOR,
    ImageName,
    OrderId,
    Region,
    TemplateId,
    digest,
    region,
)
from aibwatch.model.order import SCHEDULER, Order, OrderKind
from aibwatch.model.readiness import UNACCEPTABLE, Check
from aibwatch.model.secrets import without_secrets

EVERYTHING = "all"
REASON_MAX = 500
"""Characters of a reason: it is shown on the page, in the log and in the journal."""
ACTOR_MAX = 100
"""Characters of who orders."""


class OrderError(ValueError):
    """The order cannot be understood; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an order may name."""

    images: Collection[str]
    regions: Collection[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class PauseOrder:
    """Forbid acting in `scope` until `until`, or until it is resumed."""

    scope: str
    reason: str
    until: datetime | None
    actor: str = ""
    """Who orders, as he says himself; "" if he does not."""


@dataclass(frozen=True, slots=True)
class ResumeOrder:
    """Take away the actor's pause of `scope`, or everybody's."""

    scope: str
    reason: str
    actor: str = ""
    everybodys: bool = False


@dataclass(frozen=True, slots=True)
class RegionOrder:
    """Take a person's word on a region: that it is out, or well again."""

    region: Region
    out: bool
    reason: str
    until: datetime | None = None
    actor: str = ""


@dataclass(frozen=True, slots=True)
class AckOrder:
    """Note that a person has seen how the last failover of an image ended."""

    image: ImageName
    reason: str
    actor: str = ""


def read_pause(body: bytes, known: Known) -> PauseOrder:
    """Return the pause that `body` orders. Raises OrderError."""
    fields = _fields(body, ("reason", "scope", "until", "actor"))
    reason = _reason(fields, "a pause")
    return PauseOrder(_scope(fields, known), reason, _until(fields, known.now), _actor(fields))


def read_resume(body: bytes) -> ResumeOrder:
    """Return the end of a pause that `body` orders; an empty body means the pause of everything.

    The scope need not be known any more: what was paused must be resumable for ever.
    Raises OrderError.
    """
    fields = _fields(body or b"{}", ("reason", "scope", "actor", "owner"))
    owner = _text(fields, "owner")
    if owner not in ("", EVERYTHING):
        message = "`owner` may be all, for everybody's pauses; leave it out for your own"
        raise OrderError(message)
    kind, _, name = _text(fields, "scope", EVERYTHING).partition(":")
    scope = f"{kind}:{region(name) if kind == 'region' else name}" if name else kind
    reason = _text(fields, "reason").strip()
    return ResumeOrder(scope, reason, _actor(fields), everybodys=bool(owner))


def not_yours(scope: str, actor: str, others: Sequence[Paused]) -> str:
    """Say why a pause could not be taken away: there is none, or it is somebody else's."""
    if not others:
        return f"{scope} is not paused; `aibwatch status` shows what is"
    told = "; ".join(f"by {each.actor or 'somebody'}: {each.reason}" for each in others)
    return (
        f"{scope} is paused, but not by {actor} ({told}); to take away everybody's pause of it,"
        f" use `aibwatch resume --scope {scope} --all-owners`, by the API the owner `all`"
    )


def read_region(body: bytes, known: Known) -> RegionOrder:
    """Return the word on a region that `body` holds. Raises OrderError.

    That it is out needs a reason, and may be said for a while only.
    """
    fields = _fields(body, ("region", "out", "reason", "until", "actor"))
    name = Region(_one_of("region", region(_text(fields, "region")), known.regions))
    out = fields.get("out")
    if not isinstance(out, bool):
        message = "`out` must be true (the region is out) or false (it is well again)"
        raise OrderError(message)
    if out:
        reason = _reason(fields, "an outage that is declared")
        return RegionOrder(name, out, reason, _until(fields, known.now), _actor(fields))
    if "until" in fields:
        message = "`until` is for a region that is out; that it is well again needs no end"
        raise OrderError(message)
    return RegionOrder(name, out, _text(fields, "reason").strip(), None, _actor(fields))


def read_ack(body: bytes, known: Known) -> AckOrder:
    """Return the acknowledgement that `body` holds. Raises OrderError."""
    fields = _fields(body, ("image", "reason", "actor"))
    image = ImageName(_one_of("image", _text(fields, "image"), known.images))
    return AckOrder(image, _text(fields, "reason").strip(), _actor(fields))


def _fields(body: bytes, allowed: Collection[str]) -> Mapping[str, object]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        message = f"the body is no JSON: {error}"
        raise OrderError(message) from None
    if not isinstance(fields, dict):
        message = f"the body must be a JSON object, with the fields {', '.join(allowed)}"
        raise OrderError(message)
    unknown = [each for each in fields if each not in allowed]
    if unknown:
        message = f"unknown field {unknown[0]!r}; there are {', '.join(allowed)}"
        raise OrderError(message)
    return fields


def _text(fields: Mapping[str, object], name: str, default: str = "") -> str:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        message = f"`{name}` must be a text"
        raise OrderError(message)
    if len(value) > REASON_MAX:
        message = f"`{name}` is longer than {REASON_MAX} characters"
        raise OrderError(message)
    if any("\ud800" <= each <= "\udfff" for each in value):
        # JSON may hold half a character; neither the page nor a terminal could show it.
        message = f"`{name}` holds half a character (a lone surrogate); write it in whole ones"
        raise OrderError(message)
    # Else it would be shown until a restart, and not after it: the journal cuts it out.
    return without_secrets(value)


def _reason(fields: Mapping[str, object], what: str) -> str:
    reason = _text(fields, "reason").strip()
    if not reason:
        message = f"{what} needs a `reason`: whoever finds it must know why it is there"
        raise OrderError(message)
    return reason


def _actor(fields: Mapping[str, object]) -> str:
    actor = _text(fields, "actor").strip()
    if actor in (MONITOR, SCHEDULER) or len(actor) > ACTOR_MAX:
        message = (
            f"`actor` must be the name of a person or a program, of {ACTOR_MAX} characters at most,"
            f" and neither {MONITOR!r} nor {SCHEDULER!r}"
        )
        raise OrderError(message)
    return actor


def _scope(fields: Mapping[str, object], known: Known) -> str:
    scope = _text(fields, "scope", EVERYTHING)
    kind, _, name = scope.partition(":")
    match kind:
        case "all" if scope == EVERYTHING:
            return scope
        case "image":
            return f"image:{_one_of('image', name, known.images)}"
        case "region":
            return f"region:{_one_of('region', region(name), known.regions)}"
        case _:
            message = f"unknown scope {scope!r}; a scope is all, image:<name> or region:<name>"
            raise OrderError(message)


def _one_of(kind: str, name: str, names: Collection[str]) -> str:
    if name not in names:
        message = f"unknown {kind} {name!r}; there are: {', '.join(sorted(names)) or 'none yet'}"
        raise OrderError(message)
    return name


def _until(fields: Mapping[str, object], now: datetime) -> datetime | None:
    text = _text(fields, "until")
    if not text:
        return None
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        message = f"`until` must be an ISO 8601 time such as 2026-03-01T18:00:00Z, not {text!r}"
        raise OrderError(message) from None
    if until.tzinfo is None:
        message = f"`until` must say its time zone, such as {text}Z"
        raise OrderError(message)
    if until <= now:
        message = f"`until` {text} is past; it is {now:%Y-%m-%dT%H:%M:%SZ} now"
        raise OrderError(message)
    return until


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """Build an image in a secondary, or at home again."""

    order: Order
    dry_run: bool
    """Only say what it would do."""


def read_build(
    body: bytes, kind: OrderKind, images: Mapping[ImageName, Image], now: datetime, caller: str
) -> BuildOrder:
    """Return the build that `body` orders, for `caller` if it names no actor. Raises OrderError."""
    named = ("to",) if kind is OrderKind.FAILOVER else ()
    drill = kind is OrderKind.DRILL
    accepting = () if drill else ("accept",)
    fields = _fields(body, ("image", *named, *accepting, "reason", "plan", "dry_run", "actor"))
    image = images[ImageName(_one_of("image", _text(fields, "image"), images))]
    dry_run = fields.get("dry_run", False)
    if not isinstance(dry_run, bool):
        message = "`dry_run` must be true or false"
        raise OrderError(message)
    reason, actor = _text(fields, "reason").strip(), _actor(fields) or caller
    if not (reason or dry_run or drill or kind is OrderKind.BUILD):
        message = f"a {kind} needs a `reason`: it passes over what would hold aibwatch itself"
        raise OrderError(message)
    to, accept, plan = _target(fields, image), _accepted(fields), _text(fields, "plan").strip()
    said = (kind, image.name, to or "", *sorted(accept), reason, actor, plan, now.isoformat())
    order = Order(OrderId(digest(*said)), kind, image.name, now, actor, reason, to, accept, plan)
    return BuildOrder(order, dry_run)


def _target(fields: Mapping[str, object], image: Image) -> TemplateId | None:
    """Return the secondary that is named, by its name if that says which, or by its id."""
    given = _text(fields, "to").strip().lower().rstrip("/")
    if not given:
        return None
    found = [each for each in image.secondaries if given in (each, image.called(each))]
    if not found:
        there = ", ".join(image.called(each) for each in image.secondaries) or "none"
        message = f"{given!r} is no secondary of {image.name}; there are: {there}"
        raise OrderError(message)
    return found[0]


def _accepted(fields: Mapping[str, object]) -> frozenset[str]:
    given = fields.get("accept", [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        message = "`accept` must be a list of readiness items"
        raise OrderError(message)
    possible = [each for each in Check if each not in UNACCEPTABLE]
    for each in given:
        if each in possible:
            continue
        why = "cannot be accepted by anybody" if each in list(Check) else "is no readiness item"
        message = f"{each!r} {why}; what can be accepted: {', '.join(possible)}"
        raise OrderError(message)
    return frozenset(given)
