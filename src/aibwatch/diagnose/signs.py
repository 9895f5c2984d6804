"""The signs by which a region is judged: which families speak, whether it is read, what built."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aibwatch.diagnose import notices
from aibwatch.diagnose.feedback import refuted
from aibwatch.diagnose.partial import awaited, beside, contradicted
from aibwatch.diagnose.provider import answers
from aibwatch.diagnose.regionwide import said
from aibwatch.diagnose.suspicion import self_test
from aibwatch.model.fault import FaultKind
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import UNTOLD, Cause, Evidence, Family, Verdict


@dataclass(frozen=True, slots=True)
class Signs:
    """All that a belief is made of, as of one instant."""

    spoken: Mapping[Family, Evidence]
    """From verdicts on failures there that are young enough and not vetoed."""
    now: tuple[Evidence, ...]
    """What speaks now, whatever fails there: active notices, the provider's own answers, the word
    of an operator."""
    contradicted: str
    """Builds that went well there all the while, in words; then it is no outage of the region."""
    awaited: str
    """Builds there whose course will tell, in words, where little else speaks."""
    refuted: bool
    """A secondary failed in the same way as what speaks here."""
    readable: bool
    """A template there was read with success within `max_age`."""
    good: bool
    """Builds work again, or the last trouble is long ago and no notice says that it lasts. Never
    while an operator says that the region is out."""
    proven: bool
    """Builds work again: one went well after the last trouble."""
    distrusted: bool = False
    """Our own test fails: what is seen meanwhile proves nothing, neither bad nor good (L6)."""
    deserted: bool = False
    """In an outage: no template that was known there is left, so that nothing can show its end."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """At most one of each family, in the order of `Family`."""
        found = {**self.spoken, **{each.family: each for each in self.now}}
        return tuple(found[family] for family in Family if family in found)


def signs(
    last: RegionBelief,
    verdicts: Iterable[Verdict],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> Signs:
    """Gather the signs of the region that `last` is about."""
    counting = _counting(last, verdicts, policy, now)
    others = beside(last.region, counting, state, sightings, policy, now)
    proven = _built_since(last, counting, state)
    return Signs(
        spoken=_spoken(counting),
        now=_now(last.region, state, sightings, policy, now),
        contradicted=contradicted(counting, others),
        awaited=awaited(counting, others),
        refuted=any(refuted(each.failure, state, policy) for each in counting),
        readable=is_readable(last.region, sightings, policy, now),
        good=said(last.region, state, now) is None
        and (proven or _quiet(last, counting, sightings, policy, now)),
        proven=proven,
        distrusted=bool(self_test(sightings, policy)),
        deserted=_deserted(last, state, sightings),
    )


def is_readable(region: Region, sightings: Sightings, policy: Policy, now: datetime) -> bool:
    """Whether a template there was read with success within `max_age`."""
    read = sightings.read.get(region)
    return read is not None and now - read <= policy.max_age


def is_silent(state: State, sightings: Sightings, policy: Policy) -> bool:
    """Whether there is nothing that could speak against any region, but for failed builds."""
    told = any(sightings.notices.values())
    return not (told or state.words or policy.canaries or sightings.faults)


def _deserted(last: RegionBelief, state: State, sightings: Sightings) -> bool:
    """Whether a region in outage has no template left; one that cannot be read is left.

    Before the first sweep nothing was asked for; how warm we are is another matter, as suspicion
    that rests on this very outage lets the warm-up begin anew each time. What is watched is asked
    for every sweep, so what is not asked for any more is neither configured nor listed.
    """
    if last.health is not Health.OUTAGE or not sightings.swept:
        return False
    return all(
        each.id not in sightings.asked or _is_gone(each.id, sightings)
        for each in (*state.templates.values(), *sightings.templates.values())
        if each.region == last.region
    )


def _is_gone(template: TemplateId, sightings: Sightings) -> bool:
    fault = sightings.faults.get(template)
    return fault is not None and fault.kind is FaultKind.NOT_FOUND


def _counting(
    last: RegionBelief, verdicts: Iterable[Verdict], policy: Policy, now: datetime
) -> list[Verdict]:
    """Return verdicts on failures there that count, newest first.

    An open incident keeps them longer: a region that is out makes no new ones. Those that rest on
    what speaks against the region are no sign of it: it would never end.
    """
    limit = policy.incident_failure_age if last.incident else policy.max_failure_age
    counting = [
        verdict
        for verdict in verdicts
        if verdict.failure.region == last.region
        and verdict.failure.key.kind not in UNTOLD
        and verdict.evidence
        and verdict.veto is None
        and now - verdict.failure.ended <= limit
        and (last.cleared is None or verdict.failure.ended > last.cleared)
    ]
    counting.sort(key=lambda verdict: verdict.failure.key.template)
    counting.sort(key=lambda verdict: verdict.failure.ended, reverse=True)
    return counting


def _spoken(counting: list[Verdict]) -> dict[Family, Evidence]:
    """Return for each family what the newest failure says of it.

    That there was no room says so for the image that wanted it, not for all others: of such a
    failure nothing but itself speaks against the region.
    """
    spoken: dict[Family, Evidence] = {}
    for verdict in counting:
        for evidence in verdict.evidence:
            if evidence.family is Family.RUN or not _without_room(verdict):
                spoken.setdefault(evidence.family, evidence)
    return spoken


def _without_room(verdict: Verdict) -> bool:
    return verdict.failure.classification.cause is Cause.CAPACITY


def _now(
    region: Region, state: State, sightings: Sightings, policy: Policy, now: datetime
) -> tuple[Evidence, ...]:
    """Return the evidence that needs no failure of a build."""
    active = notices.active(region, sightings, policy.services, now)
    told = f"Microsoft reports {notices.titles(active)}"
    speaking = [
        Evidence(Family.NOTICES, told) if active else None,
        answers(state, sightings, policy, now).itself(region),
        said(region, state, now),
    ]
    return tuple(each for each in speaking if each)


def _built_since(last: RegionBelief, counting: list[Verdict], state: State) -> bool:
    """Whether a run went well after the last trouble. That reads work is no sign of it (S24)."""
    built = state.built_in.get(last.region)
    return built is not None and built > _last_trouble(last, counting)


def _quiet(
    last: RegionBelief,
    counting: list[Verdict],
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> bool:
    """Whether the last trouble is long ago, and no notice says that it lasts."""
    lasts = notices.unresolved(last.region, sightings, policy.services)
    return now - _last_trouble(last, counting) > policy.window and not lasts


def _last_trouble(last: RegionBelief, counting: list[Verdict]) -> datetime:
    """Return when the last failure ended that counts.

    Failures that were superseded are not remembered one by one, but all that opened the incident
    are older than its opening, which is when the outage began.
    """
    return max([*(verdict.failure.ended for verdict in counting), last.since])
