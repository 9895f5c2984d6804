"""What became of an order, for whoever waits for the build."""

from aibwatch.model.failover import Failover
from aibwatch.model.names import OrderId
from aibwatch.model.state import Snapshot
from aibwatch.status.plain import Object, instant
from aibwatch.status.standing import GOOD


def order_told(snapshot: Snapshot, order: OrderId) -> Object | None:
    """Return where an order stands, None if it is not known, or not any more."""
    state = snapshot.view.state
    waiting = next((each for each in state.orders.values() if each.id == order), None)
    if waiting is not None:
        decision = snapshot.decisions.get(waiting.image)
        says = decision.says if decision else ""
        return {"order": order, "image": waiting.image, "state": "waiting", "says": says}
    newest = reversed(state.failovers.values())
    found = next((each for each in newest if each.order and each.order.id == order), None)
    return _carried_out(snapshot, order, found) if found else None


def _carried_out(snapshot: Snapshot, order: OrderId, failover: Failover) -> Object:
    decision = snapshot.decisions.get(failover.image)
    open_says = decision.says if decision and failover.open else ""
    return {
        "order": order,
        "image": failover.image,
        "state": "building" if failover.open else "ended",
        "says": open_says or failover.reason,
        "failover": failover.id,
        "phase": failover.phase,
        "target": failover.target,
        "outcome": failover.outcome,
        "good": failover.outcome in GOOD if failover.outcome else None,
        "version": failover.version or None,
        "closed": instant(failover.closed),
    }
