"""A part of a region that is ill, such as a zone, is not the region: what goes well there tells.

Only builds under the same conditions count, begun after the first failing one began: what was
almost ready when the trouble began proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.names import Region, TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import RunState, Template
from aibwatch.model.verdict import Failure, Family, Verdict

_UNDER_WAY = frozenset({"customizing", "optimizing", "validating", "distributing"})
"""Phases in which a build has its VM; one that hangs before says nothing."""
_LITTLE = frozenset({Family.RUN, Family.HISTORY})
"""Families that one failure has by itself."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What other builds of a region came to since the first failing one began."""

    well: frozenset[TemplateId] = frozenset()
    """They ended well since, or have their VM and live longer already than that one did."""
    young: frozenset[TemplateId] = frozenset()
    """They go on, and will soon have shown which it is."""


def beside(
    region: Region,
    counting: Sequence[Verdict],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> Beside:
    """Return the builds beside those that failed and count."""
    if not counting:
        return Beside()
    first = min(counting, key=lambda verdict: verdict.failure.ended).failure
    life = min(first.ended - first.began, policy.window)
    going = [
        (template, age)
        for template in sightings.templates.values()
        if template.region == region
        and not _is_rehearsed(template, state)
        and (age := _age(template, first, sightings, policy, now)) is not None
    ]
    well = {each.id for each, age in going if age >= life and _has_its_vm(each)}
    young = {each.id for each, age in going if age < life + policy.debounce}
    ended = {
        run.template
        for run in state.good.get(region, ())
        if run.started >= first.began and (run.ended or run.started) > first.ended
    }
    return Beside(frozenset(ended | well), frozenset(young - well))


def contradicted(counting: Sequence[Verdict], others: Beside) -> str:
    """Say that as many builds go well as failed, "" if not so many do."""
    bad = {(each.failure.identities, each.failure.recipe) for each in counting}
    if not bad or len(others.well) < len(bad):
        return ""
    return f"{len(others.well)} of its builds went well all the while, {len(bad)} failed"


def awaited(counting: Sequence[Verdict], others: Beside) -> str:
    """Say which builds will soon tell more, where a failure and its own past are all there is.

    Soon: they end badly too, and so speak, or they outlive the one that failed.
    """
    families = {family for verdict in counting for family in verdict.families}
    if families - _LITTLE:
        return ""
    return ", ".join(sorted(map(name_of, others.young)))


def _age(
    template: Template, first: Failure, sightings: Sightings, policy: Policy, now: datetime
) -> timedelta | None:
    """Return how old the build was that goes on when it was last seen; None if there is none."""
    run, seen = template.run, sightings.seen.get(template.id)
    if run is None or run.state is not RunState.RUNNING or run.started < first.began:
        return None
    if seen is None or now - seen > policy.max_age or template.id == first.template:
        return None
    return seen - run.started


def _is_rehearsed(template: Template, state: State) -> bool:
    """Whether what goes on is a drill, which speaks for no region either (PROMISES S38)."""
    return template.run is not None and state.is_rehearsed(template.id, template.run.started)


def _has_its_vm(template: Template) -> bool:
    return template.run is not None and template.run.phase.lower() in _UNDER_WAY
