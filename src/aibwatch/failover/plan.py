"""What an operator's order would do, asked of the same code that would do it (PROMISES S37)."""

from datetime import datetime

from aibwatch.failover import bounds, guards, ourselves
from aibwatch.failover.ordered import ALWAYS, candidates, holds
from aibwatch.failover.seal import seal
from aibwatch.failover.superseded import superseded
from aibwatch.failover.target import pause_of
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Phase
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan
from aibwatch.model.state import View
from aibwatch.model.template import ACTIVE

OWN = frozenset(guard.__name__ for guard in ALWAYS)
"""Names of the guards that hold an order as well."""


def plan(image: Image, order: Order, view: View, now: datetime) -> Plan:
    """Return what `order` would do as of `now`."""
    found = candidates(image, order, view, now)
    able = (each.template for each in found if not each.objection)
    target = next(able, found[0].template if found else None)
    readiness = view.readiness.get((image.name, target)) if target else None
    return Plan(
        order=order,
        hash=seal(image, order, target, view, now),
        target=target,
        region=view.region_of(target) if target else None,
        red=readiness.faults if readiness else (),
        held_by=holds(image, order, view, now),
        skipped=skipped(image, order, target, view, now),
        warnings=tuple(warnings(image, order, view)),
        obstacle=obstacle(image, order, view),
    )


def skipped(
    image: Image, order: Order, target: TemplateId | None, view: View, now: datetime
) -> tuple[Hold, ...]:
    """Return what would hold aibwatch itself now, and does not hold a person; a drill, all does."""
    if order.kind is OrderKind.DRILL:
        return ()
    failure = view.state.failures.get(image.primary)
    if failure is None:
        without = (ourselves.self_suspect, ourselves.misconfigured, ourselves.warm_up)
        found = [guard(image, None, view, now) for guard in (*without, bounds.budget)]
    else:
        asked = guards.asked(image, failure, view, now)
        found = [hold for name, hold in asked if name not in OWN | {"pause"}]
    return (*(each for each in found if each is not None), *_pauses(image, target, view, now))


def _pauses(image: Image, target: TemplateId | None, view: View, now: datetime) -> list[Hold]:
    regions = {view.region_of(each) for each in (image.primary, target) if each}
    scopes = ["all", *sorted(f"region:{each}" for each in regions if each), f"image:{image.name}"]
    found = ((scope, pause_of(scope, view, now)) for scope in scopes)
    return [
        Hold(Reason.PAUSED, f"{scope} is paused: {each.reason}", each.until)
        for scope, each in found
        if each is not None
    ]


def warnings(image: Image, order: Order, view: View) -> list[str]:
    """Return what a person should know before he orders this."""
    state, found = view.state, list[str]()
    run, failure = state.runs.get(image.primary), state.failures.get(image.primary)
    away = order.kind is OrderKind.FAILOVER
    if run is not None and run.state in ACTIVE and away:
        since = f"{run.started:%Y-%m-%d %H:%M}Z"
        found.append(f"the primary {name_of(image.primary)} is {run.state} since {since}")
    if failure is None and away:
        found.append("no failure of the primary is known")
    answer = superseded(image, failure, view) if failure else None
    if answer:
        found.append(f"its failure is answered already: {answer[1]}")
    waiting = state.open_failover(image.name)
    if waiting is not None and waiting.is_drill and order.kind is not OrderKind.DRILL:
        found.append(f"drill {waiting.id}, which is {waiting.phase}, gives way; its run goes on")
    elif waiting is not None and waiting.phase is Phase.CHOOSING:
        found.append(f"failover {waiting.id}, which waits, gives way and is not taken up again")
    return found


def obstacle(image: Image, order: Order, view: View) -> str:
    """Say why no order of this image can be taken at present, "" if one can (PROMISES S5)."""
    other = view.state.orders.get(image.name)
    if other is not None and other.kind is OrderKind.DRILL and order.kind is not OrderKind.DRILL:
        other = None  # it is replaced
    if other is not None and other.id != order.id:
        return f"order {other.id} of {other.actor} is not begun yet; it ends by itself in time"
    failover = view.state.open_failover(image.name)
    if failover is None or failover.is_drill or failover.phase is Phase.CHOOSING:
        return ""  # a drill gives way; what waits does too, but not to a drill (`drill.in_the_way`)
    where = f" in {name_of(failover.target)}" if failover.target else ""
    return f"failover {failover.id} of {image.name} is {failover.phase}{where}; wait for its end"
