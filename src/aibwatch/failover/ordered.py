"""What an operator ordered: a failover of its own, which is chosen for by fewer guards (S37).

A person answers for the order, with his name and reason. So nothing is asked that guards against
our own misjudgement: evidence, the region's health, distrust of ourselves, mode, warm-up, builds
elsewhere, pauses, cooldown and caps. What guards against two runs at once, against a template that
cannot build, and residency, is asked as ever. Once the request is sent the course is the ordinary
one. Precedence: what waits to be answered by itself gives way to an order; what builds does not.
"""

from datetime import datetime
from typing import Protocol

from aibwatch.failover import drill, wanted
from aibwatch.failover.choosing import close, exhausted, expire
from aibwatch.failover.deadlines import deadline
from aibwatch.failover.failed import held, wake_at
from aibwatch.failover.ourselves import leadership, store
from aibwatch.failover.target import (
    Candidate,
    inadmissible,
    quarantine,
    refusals,
    spent,
    unready,
)
from aibwatch.model.decision import Decision, Drop, Hold, Open, Reason, Start
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, Token, digest, name_of
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import UNACCEPTABLE
from aibwatch.model.state import View
from aibwatch.model.verdict import failover_id, order_key


class Guard(Protocol):
    """One rule that may hold an order back; people know it by the name of its function."""

    __name__: str

    def __call__(self, image: Image, order: Order, view: View, now: datetime, /) -> Hold | None:
        """Return its hold, None if it lets pass."""


def candidate(image: Image, order: Order, view: View, now: datetime) -> Hold | None:
    """Hold while no template that the order allows may take it now; name what is wrong with each.

    One that was not read lately, is busy, not provisioned, quarantined or in a region that is out
    is none; nor is one with a red readiness item that the order does not accept by its name.
    """
    found = candidates(image, order, view, now)
    if any(not each.objection for each in found):
        return None
    says = "; ".join(f"{name_of(each.template)}: {each.objection}" for each in found)
    again = [
        each.at + view.policy.settle for each in refusals(_failover(image, order, view), view, now)
    ]
    return Hold(Reason.NO_CANDIDATE, says or _nobody(order), min(again, default=None))


def clock(_image: Image, _order: Order, view: View, _now: datetime) -> Hold | None:
    """Hold while our clock is known to be wrong: whose run is whose is told by it (S2)."""
    test, allowed = view.sightings.self_test, view.policy.skew
    if test is None or abs(test.skew) <= allowed:
        return None
    says = f"Azure's clock and ours differ by {abs(test.skew)}, more than {allowed}"
    return Hold(Reason.SELF_SUSPECT, f"{says}; it lifts when they agree")


ALWAYS: tuple[Guard, ...] = (leadership, store, clock, candidate)
"""Those that hold a person's order as well. No others: PROMISES S37 says which go."""

GUARDS: tuple[Guard, ...] = (wanted.pause, wanted.warm_up, drill.in_the_way, *ALWAYS)
"""In the order in which a person wants to hear of them."""

OPENING = frozenset({Reason.PAUSED, Reason.WARMING_UP, Reason.NOT_LEADER, Reason.STORE_UNWRITABLE})
"""Holds that keep an order from being taken up; the other holds its failover in CHOOSING."""

BLOCKING = frozenset({Reason.PAUSED, Reason.DRILL_BLOCKED, Reason.SELF_SUSPECT, Reason.AZURE_WIDE})
"""Holds upon which a drill that has not begun is given up."""


def holds(image: Image, order: Order, view: View, now: datetime) -> tuple[Hold, ...]:
    """Return every guard that holds."""
    answers = (guard(image, order, view, now) for guard in GUARDS)
    return tuple(hold for hold in answers if hold is not None)


def candidates(image: Image, order: Order, view: View, now: datetime) -> tuple[Candidate, ...]:
    """Return the templates that an order allows, the one that was asked before first (S2)."""
    failover = _failover(image, order, view)
    refused = {each.target: f"it refused: {each.says}" for each in refusals(failover, view, now)}
    asked = failover.target if failover else None
    turns = sorted(allowed(image, order, view.policy), key=lambda each: each != asked)
    return tuple(
        Candidate(
            each,
            spent(each, failover, view)
            or refused.get(each)
            or wanted.misplaced(image, order, each, failover, view, now)
            or drill.unfit(image, order, each, view, now)
            or objection(image, order, each, view, now),
        )
        for each in turns
    )


def allowed(image: Image, order: Order, policy: Policy) -> tuple[TemplateId, ...]:
    """Return the templates that may build an order, in order of preference."""
    match order.kind:
        case OrderKind.FAILBACK:
            return (image.primary,)
        case OrderKind.BUILD:
            return image.templates
        case OrderKind.DRILL:
            return drill.rehearsed_on(image, policy)
        case OrderKind.FAILOVER:
            return tuple(each for each in image.secondaries if order.to in (None, each))


def objection(image: Image, order: Order, target: TemplateId, view: View, now: datetime) -> str:
    """Return the first thing that speaks against a template, "" if nothing does."""
    return (
        unready(image, target, view, now, order.accept - UNACCEPTABLE)
        or quarantine(target, view)
        or inadmissible(view.region_of(target), view, now)
    )


def consider(image: Image, failover: Failover | None, view: View, now: datetime) -> Decision | None:
    """Decide for an order that no failover carries out yet; None if there is none, or it waits."""
    order = view.state.orders.get(image.name)
    if order is None:
        return None
    says = ended(image, order, view, now)
    if says:
        return _drop(image, order, says)
    if order.kind is OrderKind.DRILL:
        return _take_up_drill(image, order, view, now)
    if failover is None:
        return take_up(image, order, view, now)
    if failover.phase is Phase.CHOOSING and order.kind is not OrderKind.BUILD:
        says = f"{order.actor} ordered a {order.kind}, which goes first"
        return close(failover, Outcome.SUPERSEDED, Reason.OVERRULED, says)
    return None


def ended(image: Image, order: Order, view: View, now: datetime) -> str:
    """Say why there is nothing more to do for an order, "" if there is."""
    own = failover_id(image.name, order_key(image.primary, order.id))
    if own in view.state.failovers:
        return f"failover {own} carried it out"
    built = wanted.built(image, order, view)
    if built:
        return built
    until = order.at + view.policy.max_failure_age
    if now > until:  # nobody waits for it any more
        return f"it could not be begun by {until:%Y-%m-%d %H:%M}Z"
    return ""


def _take_up_drill(image: Image, order: Order, view: View, now: datetime) -> Decision:
    """Begin a drill now or not at all; only the warm-up is waited for (S38, L9)."""
    held_by = holds(image, order, view, now)
    if not held_by or held_by[0].reason is Reason.WARMING_UP:
        return take_up(image, order, view, now)
    says = "; ".join(f"{hold.reason}: {hold.says}" for hold in held_by)
    return Decision(image.name, Reason.DRILL_BLOCKED, f"blocked: {says}", Drop(order.id))


def take_up(image: Image, order: Order, view: View, now: datetime) -> Decision:
    """Open the failover of an order, or name every guard that holds it."""
    held_by = holds(image, order, view, now)
    opening = [hold for hold in held_by if hold.reason in OPENING]
    if opening:
        until = order.at + view.policy.max_failure_age
        return held(image, opening[0], held_by, max(now, wake_at(held_by, until)))
    key = order_key(image.primary, order.id)
    action = Open(failover_id(image.name, key), key)
    return Decision(image.name, Reason.ORDERED, words(order), action, held_by)


def choose(image: Image, failover: Failover, order: Order, view: View, now: datetime) -> Decision:
    """Decide for the failover of an order that is CHOOSING."""
    if exhausted(image, failover, view):
        return close(failover, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY, "no secondary is left")
    built = wanted.built(image, order, view)
    if built:
        return close(failover, Outcome.SUPERSEDED, Reason.BUILT_ELSEWHERE, built)
    held_by, until = holds(image, order, view, now), deadline(failover, view)
    if order.kind is OrderKind.DRILL and any(hold.reason in BLOCKING for hold in held_by):
        return close(failover, Outcome.SUPERSEDED, Reason.DRILL_BLOCKED, held_by[0].says)
    if now > until:
        return expire(failover, held_by, Reason.ORDER_ENDED)
    if held_by:
        return held(image, held_by[0], held_by, max(now, wake_at(held_by, until)))
    return start(image, failover, order, view, now)


def start(image: Image, failover: Failover, order: Order, view: View, now: datetime) -> Decision:
    """Ask the first template that may. Nothing holds, so there is one."""
    found = candidates(image, order, view, now)
    target = next(each.template for each in found if not each.objection)
    token = Token(digest(str(failover.key), target, str(failover.hop), size=16))
    reason = Reason.RESEND if failover.target == target else Reason.ORDERED
    if reason is Reason.ORDERED and (failover.target or failover.tried):
        reason = Reason.NEXT_SECONDARY
    return Decision(image.name, reason, words(order), Start(failover.id, target, token))


def words(order: Order) -> str:
    """Say who ordered what, and why."""
    accepts = f", accepting {', '.join(sorted(order.accept))}" if order.accept else ""
    to = f" to {name_of(order.to)}" if order.to else ""
    return f"{order.actor} ordered a {order.kind}{to}{accepts}: {order.reason}"


def _drop(image: Image, order: Order, says: str) -> Decision:
    return Decision(image.name, Reason.ORDER_ENDED, says, Drop(order.id))


def _failover(image: Image, order: Order, view: View) -> Failover | None:
    """Return the failover that carries out an order, if it is open."""
    failover = view.state.open_failover(image.name)
    return failover if failover and failover.order == order else None


def _nobody(order: Order) -> str:
    if order.kind is OrderKind.DRILL:
        return "it has no drill template, and drills.publish is excluded"
    return f"{name_of(order.to)} is no secondary of it" if order.to else "it has no secondary"
