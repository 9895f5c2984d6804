"""Builds that were due and did not come, while the primary's region is out.

Whoever should have begun them (a schedule, a pipeline) could not, or did not try; no run tells of
it. While the region is well, that a build is overdue is only told: that is nobody's outage.
"""

from collections.abc import Iterable
from datetime import datetime

from aibwatch.model.entry import FailureJudged
from aibwatch.model.image import Image
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import ACTIVE
from aibwatch.model.verdict import (
    OVERDUE,
    Cause,
    Classification,
    Disposition,
    Failure,
    KeyKind,
    due_key,
)


def notice_overdue(images: Iterable[Image], state: State, now: datetime) -> list[FailureJudged]:
    """Return entries for builds that are overdue and not known to be, of regions that are out."""
    expecting = (each for each in images if each.expect_every is not None)
    return [entry for image in expecting for entry in [_overdue(image, state, now)] if entry]


def _overdue(image: Image, state: State, now: datetime) -> FailureJudged | None:
    template, built = state.templates.get(image.primary), state.built_last(image)
    due = image.due(built, now) if built else None
    if template is None or built is None or due is None or not _is_open_to_it(image, state, due):
        return None
    belief = state.regions.get(template.region)
    if belief is None or belief.health is not Health.OUTAGE:
        return None
    says = f"a build was due {due:%Y-%m-%d %H:%M}Z; the last good one ended {built:%m-%d %H:%M}Z"
    failure = Failure(
        key=due_key(image.primary, due),
        run=None,
        region=template.region,
        recipe=template.recipe,
        identities=template.identities,
        seen=now,
        classification=Classification(Cause.OUTAGE, Disposition.SUSPECT, OVERDUE, (says,)),
        at=due,
    )
    return FailureJudged(now, failure)


def _is_open_to_it(image: Image, state: State, due: datetime) -> bool:
    """Whether nothing else tells of the primary: a failure, a run that goes on, a newer run."""
    run, known = state.runs.get(image.primary), state.failures.get(image.primary)
    if run is not None and (run.state in ACTIVE or run.started > due):
        return False
    if known is not None and (known.key.kind is not KeyKind.DUE or known.began >= due):
        return False
    failover = state.open_failover(image.name)
    return image.name not in state.open or (failover is not None and failover.is_drill)
