"""What people told aibwatch: pauses, orders, words on regions, what they have seen."""

from dataclasses import replace

from aibwatch.model.entry import Acknowledged, OrderDropped, Ordered, Paused, RegionSaid, Resumed
from aibwatch.model.state import State

PeopleEntry = Paused | Resumed | Ordered | OrderDropped | RegionSaid | Acknowledged


def heed(state: State, entry: PeopleEntry) -> None:
    """Take in what a person told. Raises ValueError on what does not fit."""
    match entry:
        case Paused():
            state.pauses[entry.scope] = entry
        case Resumed():
            state.pauses.pop(entry.scope, None)
        case Ordered(order=order):
            state.orders[order.image] = order
        case OrderDropped():
            _drop(state, entry)
        case RegionSaid(word=word):
            state.words[word.region] = word
        case Acknowledged():
            check(state, entry)
            seen = replace(state.failovers[entry.failover], acknowledged=entry.at)
            state.failovers[entry.failover] = seen


def check(state: State, entry: PeopleEntry) -> None:
    """Raise ValueError if `heed` would; the state is not touched."""
    if isinstance(entry, Acknowledged) and entry.failover not in state.failovers:
        message = f"{entry} does not fit: there is no failover {entry.failover}"
        raise ValueError(message)


def _drop(state: State, entry: OrderDropped) -> None:
    order = state.orders.get(entry.image)
    if order is not None and order.id == entry.order:
        del state.orders[entry.image]
