"""Which secondary may take a build now."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.failover.load import claimed, under_way
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Failover, Refusal
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, Region, TemplateId
from aibwatch.model.region import Health
from aibwatch.model.state import View

ADMISSIBLE = frozenset({Health.HEALTHY, Health.DEGRADED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secondary and what speaks against it; "" if nothing does."""

    template: TemplateId
    objection: str
    full: Region | None = None
    """Its region, if all that speaks against it is how much is built there already."""


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
    refused = {each.target: f"it refused: {each.says}" for each in refusals(failover, view, now)}
    found = []
    for each in order:
        wrong = spent(each, failover, view) or refused.get(each) or ""
        wrong = wrong or objection(image, each, view, now)
        crowd = "" if wrong else crowded(image, each, view, now)
        full = view.region_of(each) if crowd else None
        found.append(Candidate(each, wrong or crowd, full))
    return tuple(found)


def wants(image: Image, failover: Failover | None, view: View, now: datetime) -> tuple[Region, ...]:
    """Return the regions where it would be built if there were room, in order of preference."""
    found = candidates(image, failover, view, now)
    fit = (each.template for each in found if each.full or not each.objection)
    regions = map(view.region_of, fit)
    return tuple(dict.fromkeys(each for each in regions if each))


def crowded(image: Image, target: TemplateId, view: View, now: datetime) -> str:
    """Say that no place in a secondary's region is left for it, "" if one is (S22).

    Those that wait for one and have the earlier turn count like those that build there.
    """
    region, most = view.region_of(target), view.policy.per_region
    count = len(under_way(image, view, region))
    says = f"{count} failovers build in {region}, per_region is {most}"
    if count >= most:
        return says
    first = claimed(image, region, view, now)
    return f"{says}; {first} that wait go first" if count + first >= most else ""


def spent(target: TemplateId, failover: Failover | None, view: View) -> str:
    """Return why a secondary had its turn for this failure, "" if it had none (S23)."""
    tried = failover.tried if failover else ()
    if target in tried:
        return "its run failed"
    region = view.region_of(target)
    if region and region in {view.region_of(each) for each in tried}:
        return f"a run in its region {region} failed"
    return ""


def refusals(failover: Failover | None, view: View, now: datetime) -> tuple[Refusal, ...]:
    """Return the refusals of less than `settle` ago; who refused is not asked again at once."""
    known = failover.refusals if failover else ()
    return tuple(each for each in known if now < each.at + view.policy.settle)


def chosen(image: Image, failover: Failover | None, view: View, now: datetime) -> TemplateId | None:
    """Return the secondary to ask next, None if there is none now."""
    return next(
        (each.template for each in candidates(image, failover, view, now) if not each.objection),
        None,
    )


def objection(image: Image, target: TemplateId, view: View, now: datetime) -> str:
    """Return the first thing that speaks against a secondary, "" if nothing does."""
    return (
        unready(image, target, view, now)
        or quarantine(target, view)
        or inadmissible(view.region_of(target), view, now)
        or _paused(view.region_of(target), view, now)
    )


def unready(
    image: Image,
    target: TemplateId,
    view: View,
    now: datetime,
    accepted: frozenset[str] = frozenset(),
) -> str:
    """Say what is red about a template, but for what is accepted, or that it cannot be read."""
    readiness = view.readiness.get((image.name, target))
    if readiness is None:
        return "not checked yet"
    wrong = next((each.says for each in readiness.faults if each.check not in accepted), "")
    if wrong:
        return wrong
    fault = view.sightings.faults.get(target)
    if fault or not view.fresh(target, now):
        return f"cannot be read ({fault or 'for longer than max_age'})"
    return ""


def inadmissible(region: Region | None, view: View, now: datetime) -> str:
    """Say that nothing may be begun in a region as it is believed to be, "" if it may (S26)."""
    belief = view.state.regions.get(region) if region else None
    if belief is None or belief.health not in ADMISSIBLE or belief.incident:
        return f"its region {region} is {belief.health if belief else Health.UNKNOWN}"
    if belief.bad:
        return f"its region {region} shows the signs of an outage too"
    word = view.state.words.get(belief.region)
    if word is not None and word.speaks(now):
        return f"an operator says that its region {region} is out: {word.reason}"
    return ""


def is_out(region: Region | None, view: View, now: datetime) -> bool:
    """Whether a region is believed, or said by an operator, to be out."""
    belief = view.state.regions.get(region) if region else None
    if belief is None:
        return False
    word = view.state.words.get(belief.region)
    said = word is not None and word.speaks(now)
    return said or belief.health is Health.OUTAGE or belief.incident is not None


def _paused(region: Region | None, view: View, now: datetime) -> str:
    paused = pause_of(f"region:{region}", view, now)
    return f"region:{region} is paused: {paused.reason}" if paused else ""


def quarantine(target: TemplateId, view: View) -> str:
    """Say that a secondary's run was given up and is not seen to have ended, "" if it is (S5)."""
    failover = view.state.failovers.get(view.state.quarantined.get(target, FailoverId("")))
    if failover is None or failover.closed is None:
        return ""
    template, seen = view.sightings.templates.get(target), view.sightings.seen.get(target)
    if template and not template.busy and seen and seen > failover.closed:
        return ""
    return f"its run for failover {failover.id} was given up, and it was not seen idle since"


def pause_of(scope: str, view: View, now: datetime) -> Paused | None:
    """Return the pause of `scope` that lasts longest, None if none is in force (S35)."""
    pauses = view.state.pauses.values()
    standing = (each for each in pauses if each.scope == scope and each.stands(now))
    return max(standing, key=lambda each: (each.end, each.actor), default=None)
