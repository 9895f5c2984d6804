"""The guards: each may hold an image back, and says why and until when.

All of them are asked, so that a person sees everything that stands in the way at once. They are
asked twice: when a decision is made, and again just before a request is sent.
"""

from datetime import datetime
from typing import Protocol

from aibwatch.failover import bounds, ourselves, proof
from aibwatch.failover.cooldown import cooldown
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.image import Image
from aibwatch.model.state import View
from aibwatch.model.verdict import Failure

OPENING = frozenset(
    {
        Reason.AWAITING_EVIDENCE,
        Reason.NEVER_SUCCEEDED,
        Reason.CHANGED_SINCE_SUCCESS,
        Reason.DEBOUNCING,
        Reason.REGION_RECOVERED,
        Reason.SELF_SUSPECT,
        Reason.AZURE_WIDE,
        Reason.MISCONFIGURED,
        Reason.OBSERVE_ONLY,
        Reason.ADVISE_ONLY,
        Reason.NOT_DRILLED,
        Reason.WARMING_UP,
        Reason.BUILT_ELSEWHERE,
    }
)
"""Holds that keep a failover from being opened; the others hold an open one in CHOOSING."""


class Guard(Protocol):
    """One rule that may hold an image back; people know it by the name of its function."""

    __name__: str

    def __call__(self, image: Image, failure: Failure, view: View, now: datetime, /) -> Hold | None:
        """Return its hold, None if it lets pass."""


GUARDS: tuple[Guard, ...] = (
    proof.evidence,
    proof.region,
    ourselves.self_suspect,
    ourselves.misconfigured,
    ourselves.mode,
    ourselves.drilled,
    ourselves.warm_up,
    proof.unreadable,
    proof.built_elsewhere,
    ourselves.pause,
    ourselves.leadership,
    ourselves.store,
    cooldown,
    bounds.budget,
    bounds.candidate,
)
"""In the order in which a person wants to hear of them."""


def holds(image: Image, failure: Failure, view: View, now: datetime) -> tuple[Hold, ...]:
    """Return every guard that holds."""
    answers = (guard(image, failure, view, now) for guard in GUARDS)
    return tuple(hold for hold in answers if hold is not None)


def asked(
    image: Image, failure: Failure, view: View, now: datetime
) -> tuple[tuple[str, Hold | None], ...]:
    """Return every guard by its name with its hold, None where it lets pass."""
    return tuple((guard.__name__, guard(image, failure, view, now)) for guard in GUARDS)
