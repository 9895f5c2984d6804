"""The hash of an order's plan: the same as long as nothing that matters has changed."""

from datetime import datetime

from aibwatch.failover.age import expiry
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, digest
from aibwatch.model.order import Order
from aibwatch.model.state import View

SIZE = 4
"""Bytes of each part: enough to notice a change, and short enough to be typed."""


def seal(image: Image, order: Order, target: TemplateId | None, view: View, now: datetime) -> str:
    """Return the hash of what an order would do as of now; `model.plan.PARTS` names its parts.

    A failure that is too old to be answered is none: what was advised for it holds no more.
    """
    known = view.sightings.templates.get(target) if target else None
    run = view.state.runs.get(image.primary)
    failure = view.state.failures.get(image.primary)
    matters = failure is not None and now <= expiry(failure, view)
    parts = (
        (order.kind, image.name, order.to or ""),
        (target or "",),
        (known.recipe, known.identities) if known else ("",),
        sorted(order.accept),
        (
            f"{run.started.isoformat()} {run.state}" if run else "",
            str(failure.key) if failure and matters else "",
        ),
    )
    return "-".join(digest(*each, size=SIZE) for each in parts)
