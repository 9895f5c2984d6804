"""A drill: an image's failover rehearsed, which gives way to everything else (PROMISES S38).

It is an order, carried out by the ordinary course, so that what guards a failover guards it too.
What it may not do is stand in the way: it begins only while nothing at all is suspect or under way,
and what is real, a person's order or a failure that can be answered, ends it at once.
"""

from datetime import datetime

from aibwatch.failover.failed import consider
from aibwatch.failover.ourselves import misconfigured, self_suspect
from aibwatch.failover.target import pause_of
from aibwatch.model.decision import Close, Decision, Hold, Open, Reason
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import View, without_drill

SUSPECT = frozenset({Health.DEGRADED, Health.OUTAGE})


def rehearsed_on(image: Image, policy: Policy) -> tuple[TemplateId, ...]:
    """Return what a drill of an image may run: its drill template, or as configured a secondary."""
    if image.drill is not None:
        return (image.drill,)
    return image.secondaries if policy.drills.on_secondaries else ()


def in_the_way(image: Image, order: Order, view: View, now: datetime) -> Hold | None:
    """Hold a drill while anything is suspect or under way, whichever image or region it is."""
    if order.kind is not OrderKind.DRILL:
        return None
    doubt = self_suspect(image, order, view, now) or misconfigured(image, order, view, now)
    if doubt is not None:
        return doubt
    says = suspect(view, now) or _under_way(order, view)
    return Hold(Reason.DRILL_BLOCKED, says) if says else None


def suspect(view: View, now: datetime) -> str:
    """Say which region is not beyond doubt, "" if all that are known are."""
    for region, belief in sorted(view.state.regions.items()):
        if _is_suspect(belief):
            return f"{region} is {belief.health}"
    for region, word in sorted(view.state.words.items()):
        if word.speaks(now):
            return f"an operator says that {region} is out: {word.reason}"
    return ""


def _is_suspect(belief: RegionBelief) -> bool:
    doubted = belief.health in SUSPECT or belief.incident is not None
    return doubted or bool(belief.evidence)


def _under_way(order: Order, view: View) -> str:
    """Say what is open besides this drill, "" if nothing is."""
    opened = (view.state.failovers[each] for each in view.state.open.values())
    other = next((each for each in opened if each.order != order), None)
    if other is None:
        return ""
    kind = "drill" if other.is_drill else "failover"
    return f"{kind} {other.id} of {other.image} is {other.phase}"


def unfit(image: Image, order: Order, target: TemplateId, view: View, now: datetime) -> str:
    """Say why a drill does not go to a template, "" if it may.

    A run request has no body: that a drill's version is no `latest` the template itself must say.
    """
    if order.kind is not OrderKind.DRILL:
        return ""
    known = view.sightings.templates.get(target)
    if target == image.drill and known is not None and not known.excluded:
        return "it does not say excludeFromLatest, so that a drill would publish a latest version"
    paused = pause_of(f"region:{view.region_of(target)}", view, now)
    return f"{paused.scope} is paused: {paused.reason}" if paused else ""


def preempted(image: Image, failover: Failover, view: View, now: datetime) -> Decision | None:
    """End an open drill for what is real; None if nothing is, or the answer to it is awaited.

    Its run goes on, as nobody's: what it makes is no `latest`, and nothing is ever cancelled.
    """
    if not failover.is_drill or failover.phase is Phase.REQUESTED:
        return None
    says = _real(image, view, now)
    if not says:
        return None
    close = Close(failover.id, Outcome.SUPERSEDED)
    return Decision(image.name, Reason.PREEMPTED, says, close)


def _real(image: Image, view: View, now: datetime) -> str:
    order = view.state.orders.get(image.name)
    if order is not None and order.kind is not OrderKind.DRILL:
        return f"{order.actor} ordered a {order.kind}, which goes first"
    if image.primary not in view.state.failures:
        return ""
    answer = consider(image, without_drill(view, image.name), now)
    return f"a failure goes first: {answer.says}" if isinstance(answer.action, Open) else ""
