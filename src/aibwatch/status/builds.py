"""Builds that an operator orders: what is told of their plan, and when they are refused."""

from dataclasses import replace

from aibwatch.model.decision import Hold
from aibwatch.model.names import name_of
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan, changed
from aibwatch.model.readiness import UNACCEPTABLE, Item
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.refusal import Refusal

CONFLICT = 409


def confirmed(order: Order, plan: Plan) -> Order:
    """Return the order with the plan that holds now.

    One that carries the hash of a plan builds where that plan says, and nowhere else. Raises
    Refusal if that plan is another one now, or if nothing could carry the order out; only a build
    that is wanted waits until something can.
    """
    different = changed(order.plan, plan.hash) if order.plan else ()
    if different:
        message = (
            f"the plan is another one now; changed: {'; '.join(different)}."
            f" It would be {plan.request or 'refused'}; look again with --dry-run"
        )
        raise Refusal(CONFLICT, message)
    if plan.refusal and order.kind is not OrderKind.BUILD:
        raise Refusal(CONFLICT, plan.refusal)
    if order.plan and order.kind is OrderKind.FAILOVER:
        order = replace(order, to=plan.target)
    return replace(order, plan=plan.hash)


def plan_of(plan: Plan) -> Object:
    """Return what is told of a plan."""
    order = plan.order
    return {
        "kind": order.kind,
        "image": order.image,
        "plan": plan.hash,
        "request": plan.request or None,
        "target": plan.target,
        "target_name": name_of(plan.target) if plan.target else None,
        "region": plan.region,
        "red": [_item(each, order) for each in plan.red],
        "needed": list(plan.needed),
        "held_by": [_hold(each) for each in plan.held_by],
        "skipped": [_hold(each) for each in plan.skipped],
        "warnings": list(plan.warnings),
        "refused": plan.refusal or None,
    }


def _item(item: Item, order: Order) -> Json:
    acceptable = item.check not in UNACCEPTABLE
    accepted = acceptable and item.check in order.accept
    return {
        "check": item.check,
        "says": item.says,
        "accepted": accepted,
        "acceptable": acceptable,
    }


def _hold(hold: Hold) -> Json:
    return {"reason": hold.reason, "says": hold.says, "until": instant(hold.until)}
