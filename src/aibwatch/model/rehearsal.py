"""What came of a drill, or of a failover: its result in a word, and how long recovery took."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aibwatch.model.decision import Reason
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.state import NEVER, View


class DrillOutcome(StrEnum):
    """What came of a drill; derived from the failover that carried it out."""

    PENDING = "pending"
    """It goes on."""
    SUCCEEDED = "succeeded"
    """The version exists and is replicated where the template says."""
    FAILED = "failed"
    """Its run failed, made no version, or did not end in time."""
    INTERRUPTED = "interrupted"
    """Something real went first, or came up before it could ask."""
    BLOCKED = "blocked"
    """It was not begun: something was suspect, under way, paused or not ready."""
    CAPACITY = "capacity"
    """There was no room for the build in the secondary's region."""


_OUTCOMES = {
    Outcome.SUCCEEDED: DrillOutcome.SUCCEEDED,
    Outcome.LATE_REPLICAS: DrillOutcome.SUCCEEDED,
    Outcome.SUPERSEDED: DrillOutcome.INTERRUPTED,
    Outcome.NO_CANDIDATE: DrillOutcome.BLOCKED,
    Outcome.TIMED_OUT: DrillOutcome.BLOCKED,
}


def drill_outcome(failover: Failover) -> DrillOutcome:
    """Return what came of the drill that a failover carried out."""
    if failover.outcome is None:
        return DrillOutcome.PENDING
    return came_to(failover.outcome, failover.reason)


def came_to(outcome: Outcome, reason: str) -> DrillOutcome:
    """Return what came of a drill whose failover ended so."""
    if reason == Reason.REGIONAL_CAPACITY:
        return DrillOutcome.CAPACITY
    return _OUTCOMES.get(outcome, DrillOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long each part of one recovery took, as we saw it."""

    trigger: timedelta
    """From the order, or the opening, to the begin of the run."""
    build: timedelta
    """From there until the run was seen to have succeeded."""
    replicate: timedelta
    """From there until the version was where it must be."""

    @property
    def total(self) -> timedelta:
        """All of it."""
        return self.trigger + self.build + self.replicate


def recovery(failover: Failover) -> Recovery | None:
    """Return how long a failover that went well took, None if it did not."""
    good = failover.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)
    if not good or not (failover.run and failover.built and failover.closed):
        return None
    began, asked = failover.run.started, failover.order.at if failover.order else failover.opened
    zero = timedelta(0)  # Azure's clock and ours differ
    return Recovery(
        max(zero, began - asked),
        max(zero, failover.built - began),
        max(zero, failover.closed - failover.built),
    )


def next_up(view: View) -> Image | None:
    """Return whose turn it is to be rehearsed, None if nobody can be.

    Who was built well elsewhere the longest ago; but who had his turn since goes behind, so that
    one that cannot be rehearsed keeps nobody else from it.
    """
    state = view.state

    def turn(image: Image) -> tuple[datetime, ImageName]:
        proven, drilled = state.proven.get(image.name), state.drilled.get(image.name)
        return max(proven or NEVER, drilled or NEVER), image.name

    able = (each for each in view.images.values() if each.name not in state.orders)
    return min((each for each in able if can_be_drilled(each, view)), key=turn, default=None)


def can_be_drilled(image: Image, view: View) -> bool:
    """Whether the schedule of drills is for an image too: it is to be answered, and has where."""
    where = image.drill or (view.policy.drills.on_secondaries and image.secondaries)
    return image.mode is not Mode.OBSERVE and bool(where)


def drills_of(failovers: Iterable[Failover]) -> dict[ImageName, list[Failover]]:
    """Return the drills of each image, oldest first."""
    found: dict[ImageName, list[Failover]] = {}
    for each in failovers:
        if each.is_drill:
            found.setdefault(each.image, []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """How far recoveries differ."""

    count: int
    median: timedelta
    longest: timedelta


def spread(recoveries: Iterator[Recovery]) -> Spread | None:
    """Return how long these recoveries took in all, None if there are none."""
    totals = sorted(each.total for each in recoveries)
    return Spread(len(totals), totals[len(totals) // 2], totals[-1]) if totals else None
