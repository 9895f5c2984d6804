"""What came of a drill, as people are told it. Pure."""

from datetime import timedelta

from aibwatch.model.entry import Closed, OrderDropped
from aibwatch.model.notification import News, Notification
from aibwatch.model.order import Order
from aibwatch.model.rehearsal import DrillOutcome, came_to


def drilled(entry: Closed, order: Order) -> Notification:
    """Tell what came of a drill. Nobody is needed even if it failed; its version is nobody's."""
    result = came_to(entry.outcome, entry.reason)
    minutes = (entry.at - order.at) // timedelta(minutes=1)
    took = f", {minutes} min after it was ordered" if result is DrillOutcome.SUCCEEDED else ""
    return Notification(
        id=f"drill:{entry.failover}",
        key=f"drill:{order.image}",
        news=News.DRILL_RESULT,
        at=entry.at,
        title=f"{order.image}: its drill ended: {result}{took} ({entry.reason})",
        says=entry.says,
        image=order.image,
        failover=entry.failover,
        resolved=True,
    )


def not_begun(entry: OrderDropped) -> Notification:
    """Tell that an order of a drill was dropped, and what blocked it."""
    key, title = f"drill:{entry.image}", f"{entry.image}: its drill was not begun"
    mark, news, says = f"{key}@{entry.order}", News.DRILL_RESULT, entry.says
    return Notification(mark, key, news, entry.at, title, says, entry.image, resolved=True)
