"""What people told aibwatch: pauses, orders, words on regions, what they have seen."""

from dataclasses import replace
from datetime import datetime

from aibwatch.model.drill import DRILLS, Blocked
from aibwatch.model.entry import (
    Acknowledged,
    OrderDropped,
    Ordered,
    Paused,
    RegionSaid,
    Resumed,
    ScheduleKnown,
)
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import State

PeopleEntry = Paused | Resumed | Ordered | OrderDropped | ScheduleKnown | RegionSaid | Acknowledged


def heed(state: State, entry: PeopleEntry) -> None:
    """Take in what a person told. Raises ValueError on what does not fit."""
    match entry:
        case Paused():
            _lapse(state, entry.at)
            state.pauses[entry.scope, entry.actor] = entry
        case Resumed():
            _lapse(state, entry.at)
            _resume(state, entry)
        case Ordered(order=order):
            _order(state, order)
        case OrderDropped():
            _drop(state, entry)
        case ScheduleKnown():
            _schedule(state, entry)
        case RegionSaid(word=word):
            state.words[word.region] = word
        case Acknowledged():
            check(state, entry)
            seen = replace(state.failovers[entry.failover], acknowledged=entry.at)
            state.failovers[entry.failover] = seen


def _order(state: State, order: Order) -> None:
    """Take an order in; one that a schedule gave is of the image's own, or of all drills'."""
    drill = order.kind is OrderKind.DRILL
    state.orders[order.image] = order
    if order.scheduled:
        state.scheduled[DRILLS if drill else order.image] = order.at
    if drill:
        state.drilled[order.image] = order.at


def check(state: State, entry: PeopleEntry) -> None:
    """Raise ValueError if `heed` would; the state is not touched."""
    if isinstance(entry, Acknowledged) and entry.failover not in state.failovers:
        message = f"{entry} does not fit: there is no failover {entry.failover}"
        raise ValueError(message)


def _lapse(state: State, now: datetime) -> None:
    """Forget pauses that have lapsed: whoever gives a name anew each time must not fill it."""
    for mark in [mark for mark, each in state.pauses.items() if not each.stands(now)]:
        del state.pauses[mark]


def _resume(state: State, entry: Resumed) -> None:
    """Take away the owner's pause of a scope, or everybody's."""
    for scope, actor in tuple(state.pauses):
        if scope == entry.scope and entry.owner in ("", actor):
            del state.pauses[scope, actor]


def _schedule(state: State, entry: ScheduleKnown) -> None:
    """Let the times of a new schedule count from now on."""
    if entry.image == DRILLS:
        state.drills_since = (state.drills_since or entry.at) if entry.schedule else None
    if entry.schedule is None:
        state.schedules.pop(entry.image, None)
        state.scheduled.pop(entry.image, None)
    else:
        state.schedules[entry.image] = entry.schedule
        state.scheduled[entry.image] = entry.at


def _drop(state: State, entry: OrderDropped) -> None:
    order = state.orders.get(entry.image)
    if order is None or order.id != entry.order:
        return
    del state.orders[entry.image]
    if order.kind is OrderKind.DRILL:
        state.blocked[entry.image] = Blocked(entry.at, entry.says)
