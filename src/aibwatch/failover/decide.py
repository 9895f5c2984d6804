"""The decision about one image: what to do next, and why; also why nothing.

`decide` is called for every image in every cycle, and once more just before a request is sent, with
what was read in between. It looks, it never acts: the executor carries its action out.
"""

from dataclasses import replace
from datetime import datetime

from aibwatch.failover import choosing, course, drill, failed, ordered
from aibwatch.failover.deadlines import deadline
from aibwatch.model.decision import Decision, Drop, Reason
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.image import Image
from aibwatch.model.state import View

IN_PHASE = {
    Phase.CHOOSING: choosing.choose,
    Phase.REQUESTED: course.await_answer,
    Phase.STARTING: course.settle,
    Phase.BUILDING: course.watch,
    Phase.PUBLISHING: course.verify,
}
"""What to ask in each phase of an open failover."""


def decide(image: Image, view: View, now: datetime) -> Decision:
    """Return what to do next about `image`, as of `now`."""
    failover = view.state.open_failover(image.name)
    told = drill.preempted(image, failover, view, now) if failover else None
    told = told or ordered.consider(image, failover, view, now)
    if failover is None:
        return told or failed.consider(image, view, now)
    decision = told or in_phase(image, failover, view, now)
    return replace(decision, deadline=deadline(failover, view))


def orphaned(view: View) -> list[Decision]:
    """Return the ends of what is open for images that left the configuration (PROMISES L12).

    Nobody would follow it any more. What waits for an answer gets that first, at the latest with
    the next start.
    """
    says = "the image is not in the configuration any more"
    gone = [name for name in view.state.open if not view.is_configured(name)]
    found = [view.state.failovers[view.state.open[name]] for name in gone]
    ends = [
        choosing.close(each, Outcome.ABANDONED, Reason.NOT_CONFIGURED, says)
        for each in found
        if each.phase is not Phase.REQUESTED
    ]
    orders = view.state.orders.items()
    dropped = [order for name, order in orders if not view.is_configured(name)]
    drops = [
        Decision(order.image, Reason.NOT_CONFIGURED, says, Drop(order.id)) for order in dropped
    ]
    return ends + drops


def in_phase(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Return what to do next about an open failover; one that was ordered chooses by its own."""
    if failover.phase is Phase.CHOOSING and failover.order is not None:
        return ordered.choose(image, failover, failover.order, view, now)
    return IN_PHASE[failover.phase](image, failover, view, now)
