"""Which secondary may take a build now."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.region import Health
from aibwatch.model.state import View

ADMISSIBLE = frozenset({Health.HEALTHY, Health.DEGRADED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secondary and what speaks against it; "" if nothing does."""

    template: TemplateId
    objection: str


def candidates(
    image: Image, failover: Failover | None, view: View, now: datetime
) -> tuple[Candidate, ...]:
    """Return the image's secondaries in order of preference, each with its first objection.

    One that was asked before and is proven idle comes first: a resend goes to the same secondary,
    whose one-run-at-a-time rule is the only guard against two runs that Azure offers (S2).
    """
    order = image.secondaries
    if failover and failover.target in order:
        order = (failover.target, *(each for each in order if each != failover.target))
    tried = failover.tried if failover else ()
    refused = refusals(failover, view, now)
    return tuple(
        Candidate(
            each,
            "its run failed"
            if each in tried
            else refused.get(each) or objection(image, each, view, now),
        )
        for each in order
    )


def refusals(failover: Failover | None, view: View, now: datetime) -> dict[TemplateId, str]:
    """Return what each secondary said that refused a request less than `settle` ago."""
    recent = (
        [each for each in failover.refusals if now < each.at + view.policy.settle]
        if failover
        else []
    )
    return {each.target: f"it refused: {each.says}" for each in recent}


def chosen(image: Image, failover: Failover | None, view: View, now: datetime) -> TemplateId | None:
    """Return the secondary to ask next, None if there is none now."""
    return next(
        (each.template for each in candidates(image, failover, view, now) if not each.objection),
        None,
    )


def objection(image: Image, target: TemplateId, view: View, now: datetime) -> str:
    """Return the first thing that speaks against a secondary, "" if nothing does."""
    readiness = view.readiness.get((image.name, target))
    if readiness is None:
        return "not checked yet"
    if readiness.faults:
        return readiness.faults[0].says
    fault = view.sightings.faults.get(target)
    if fault or not view.fresh(target, now):
        return f"cannot be read ({fault or 'for longer than max_age'})"
    region = view.region_of(target)
    belief = view.state.regions.get(region) if region else None
    if belief is None or belief.health not in ADMISSIBLE or belief.incident:
        return f"its region {region} is {belief.health if belief else Health.UNKNOWN}"
    return ""
