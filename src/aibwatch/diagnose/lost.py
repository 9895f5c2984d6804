"""Runs of primaries whose end may never show (PROMISES S17).

A run that went on when its region went out, and cannot be read since, is lost. So is one that goes
on for longer than any may, if the owner wants it so. Who they fail is told by the region alone:
they have no error. A lost run that shows again is what it then is: the entry of its end replaces
what was noted here, and one that goes on is noted anew only if it is lost anew.
"""

from collections.abc import Iterable
from datetime import datetime

from aibwatch.model.entry import FailureJudged
from aibwatch.model.fault import DARK
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import STUCK_GRACE, Policy, StuckPolicy
from aibwatch.model.region import Health
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import ACTIVE, Run, Template
from aibwatch.model.verdict import (
    LOST_RUN,
    STUCK_RUN,
    Cause,
    Classification,
    Disposition,
    Failure,
    lost_key,
)


def notice_lost(
    images: Iterable[Image], state: State, sightings: Sightings, policy: Policy, now: datetime
) -> list[FailureJudged]:
    """Return entries for primaries' runs that are lost and not known to be."""
    if all(each.health is not Health.OUTAGE for each in state.regions.values()):
        return []
    found = (_lost(image.primary, state, sightings, policy, now) for image in images)
    return [each for each in found if each]


def _lost(
    primary: TemplateId, state: State, sightings: Sightings, policy: Policy, now: datetime
) -> FailureJudged | None:
    run, template = state.runs.get(primary), state.templates.get(primary)
    if run is None or template is None or run.state not in ACTIVE:
        return None
    known = state.failures.get(primary)
    if known is not None and not (known.key == lost_key(run) and sightings.found_again(known)):
        return None
    belief = state.regions.get(template.region)
    if belief is None or belief.health is not Health.OUTAGE:
        return None
    if run.started >= belief.since + policy.skew:  # Azure's clock, and ours
        return None
    why = _why(run, template, sightings, policy, now)
    return _judged(run, template, why, now) if why else None


def _judged(run: Run, template: Template, why: tuple[str, str], now: datetime) -> FailureJudged:
    signature, says = why
    failure = Failure(
        key=lost_key(run),
        run=run,
        region=template.region,
        recipe=template.recipe,
        identities=template.identities,
        seen=now,
        classification=Classification(Cause.OUTAGE, Disposition.SUSPECT, signature, (says,)),
    )
    return FailureJudged(now, failure)


def _why(
    run: Run, template: Template, sightings: Sightings, policy: Policy, now: datetime
) -> tuple[str, str] | None:
    """Return the signature and the words of what makes it lost, None if nothing does."""
    fault = sightings.faults.get(template.id)
    read = max(sightings.seen.get(template.id, sightings.booted), sightings.booted)
    if fault and fault.kind in DARK and now - read >= max(policy.lost_run, policy.max_age):
        return LOST_RUN, f"it was {run.state}, and could not be read since {read:%H:%M}Z"
    stuck = run.started + template.build_timeout + STUCK_GRACE
    if policy.stuck_policy is StuckPolicy.FAILOVER and now >= stuck:
        return STUCK_RUN, f"it is {run.state} for longer than any run may be, since {stuck:%H:%M}Z"
    return None
