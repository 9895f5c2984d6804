"""Belief about a region: which health follows from its signs, with hysteresis.

Theory of operation. Signs are gathered anew each time; of the past only the previous belief is
needed, and it comes back from the journal. Going down takes enough families that agree for
`debounce` without a break; coming up takes good evidence for `healthy_delay` without a break, and
nothing is good while enough families speak of now. One that was degraded stays so until nothing
spoke for `window`, so that what comes and goes is told once (PROMISES S24). While our own test
fails no delay runs, and each begins anew when it passes (PROMISES L6). Evidence outranks blindness:
a region that cannot be read keeps its outage, and without evidence it is unknown. An outage that a
secondary refuted, by failing in the same way, was none, and ends at once. So does one of which an
operator says that it is over, unless enough speaks since he said so: what spoke before is spent.
One whose every template was deleted is forgotten after the same delay, as nothing could show its
end. Asked again with nothing new, the belief is equal to the last.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aibwatch.diagnose.signs import Signs, is_readable, is_silent, signs
from aibwatch.model.entry import RegionAssessed
from aibwatch.model.names import IncidentId, Region, TemplateId, digest
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import Evidence, Verdict
from aibwatch.model.word import Word


def assess(
    region: Region,
    verdicts: Collection[Verdict],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> RegionBelief:
    """Return what to believe of `region`; equal to the belief in `state` if nothing changed."""
    last = state.regions.get(region) or RegionBelief(region, Health.UNKNOWN, now)
    word = state.words.get(region)
    if word is not None and _is_new(word, last):
        last = replace(last, cleared=word.at, agreed_since=None, good_since=None, unproven=False)
        found = signs(last, verdicts, state, sightings, policy, now)
        return _said_well(last, found, policy, now)
    found = signs(last, verdicts, state, sightings, policy, now)
    return _next(last, found, policy, now)


def assess_all(
    verdicts: Mapping[TemplateId, Verdict],
    state: State,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
) -> list[RegionAssessed]:
    """Return the beliefs that changed, of every region that is known, in order of name.

    Most of the time nothing speaks at all, and every region is well: then none is looked into.
    """
    entries: list[RegionAssessed] = []
    silent = not verdicts and is_silent(state, sightings, policy)
    for region in sorted(_regions(verdicts, state, sightings)):
        if silent and _is_well(region, state, sightings, policy, now):
            continue
        belief = assess(region, verdicts.values(), state, sightings, policy, now)
        if belief != state.regions.get(region):
            entries.append(RegionAssessed(now, belief, _reason(belief)))
    return entries


def wake_at(belief: RegionBelief, policy: Policy) -> datetime | None:
    """Return when time alone may change this health, None if only something new can."""
    if belief.health is Health.OUTAGE:
        return belief.good_since + policy.healthy_delay if belief.good_since else None
    if belief.quiet_since:
        return belief.quiet_since + policy.window
    return belief.agreed_since + policy.debounce if belief.agreed_since else None


def _regions(
    verdicts: Mapping[TemplateId, Verdict], state: State, sightings: Sightings
) -> set[Region]:
    """Return all regions known; after a restart some only from the journal."""
    return (
        set(sightings.read)
        | set(state.regions)
        | set(state.words)
        | {each.failure.region for each in verdicts.values()}
    )


def _is_well(
    region: Region, state: State, sightings: Sightings, policy: Policy, now: datetime
) -> bool:
    """Whether a region is believed to be well, without reserve, and is read."""
    belief = state.regions.get(region)
    if belief is None or belief.health is not Health.HEALTHY:
        return False
    reserve = belief.evidence or belief.agreed_since or belief.partial or belief.awaited
    return not (reserve or belief.unproven) and is_readable(region, sightings, policy, now)


def _is_new(word: Word, last: RegionBelief) -> bool:
    """Whether an operator said that the region is well again, and that was not heeded yet."""
    return not word.out and (last.cleared is None or word.at > last.cleared)


def _said_well(last: RegionBelief, found: Signs, policy: Policy, now: datetime) -> RegionBelief:
    """Return the belief once an operator said that the region is well: on what speaks since.

    His word needs no proof by time: what is quiet now counts as quiet for long.
    """
    if last.health is Health.OUTAGE and _agree(found.evidence, found, policy):
        return replace(last, evidence=found.evidence)
    quiet = now - policy.window
    ended = replace(last, incident=None, incident_opened=None, quiet_since=quiet)
    return _judged(ended, found.evidence, found, policy, now)


def _next(last: RegionBelief, found: Signs, policy: Policy, now: datetime) -> RegionBelief:
    if last.health is not Health.OUTAGE:
        return _judged(last, found.evidence, found, policy, now)
    if found.refuted and len(found.evidence) < policy.families:
        mistaken = replace(last, incident=None, incident_opened=None)
        return _judged(mistaken, found.evidence, found, policy, now)
    if found.deserted and not found.distrusted:
        return _deserted(last, policy, now)
    well = found.readable and found.good and not found.distrusted
    if not well or len(found.now) >= policy.families:
        return replace(last, evidence=found.evidence or last.evidence, good_since=None)
    good_since = last.good_since or now
    if policy.healthy_delay < timedelta(0) or now - good_since < policy.healthy_delay:
        return replace(last, evidence=found.evidence or last.evidence, good_since=good_since)
    healthy = RegionBelief(
        last.region, Health.HEALTHY, since=now, cleared=now, unproven=not found.proven
    )
    return _judged(healthy, found.now, found, policy, now)


def _deserted(last: RegionBelief, policy: Policy, now: datetime) -> RegionBelief:
    """Forget an outage that nothing can show to be over, after the delay that any end takes."""
    since = last.good_since or now
    if policy.healthy_delay < timedelta(0) or now - since < policy.healthy_delay:
        return replace(last, good_since=since)
    return RegionBelief(last.region, Health.UNKNOWN, since=now, cleared=now)


def _judged(
    last: RegionBelief,
    evidence: tuple[Evidence, ...],
    found: Signs,
    policy: Policy,
    now: datetime,
) -> RegionBelief:
    """Return the belief about a region that was in no outage."""
    agree = _agree(evidence, found, policy)
    agreed_since = (last.agreed_since or now) if agree else None
    if agreed_since and now - agreed_since >= policy.debounce and not found.awaited:
        return _outage(last, evidence, agreed_since, now)
    quiet_since = None if evidence else _quiet_since(last, policy, now)
    calm = Health.DEGRADED if quiet_since else Health.HEALTHY
    health = Health.DEGRADED if evidence else calm if found.readable else Health.UNKNOWN
    return replace(
        last,
        health=health,
        since=last.since if health is last.health else now,
        evidence=evidence,
        agreed_since=agreed_since,
        quiet_since=quiet_since,
        partial=found.contradicted if evidence else "",
        awaited=found.awaited if evidence else "",
        unproven=last.unproven and not found.proven,
    )


def _quiet_since(last: RegionBelief, policy: Policy, now: datetime) -> datetime | None:
    """Return since when nothing speaks, None once that is long enough or if nothing ever spoke."""
    since = last.quiet_since or (now if last.health is Health.DEGRADED else None)
    return since if since and now - since < policy.window else None


def _agree(evidence: tuple[Evidence, ...], found: Signs, policy: Policy) -> bool:
    enough = len(evidence) >= policy.families
    return enough and not (found.contradicted or found.distrusted)


def _outage(
    last: RegionBelief, evidence: tuple[Evidence, ...], agreed_since: datetime, now: datetime
) -> RegionBelief:
    """Open an incident; its id is derived, so that asking again gives the same."""
    return replace(
        last,
        health=Health.OUTAGE,
        since=now,
        evidence=evidence,
        partial="",
        awaited="",
        agreed_since=agreed_since,
        incident=IncidentId(digest(last.region, now.isoformat())),
        incident_opened=now,
    )


def _reason(belief: RegionBelief) -> str:
    if belief.evidence:
        return ", ".join(evidence.family for evidence in belief.evidence)
    if belief.quiet_since and belief.health is Health.DEGRADED:
        return f"nothing speaks any more, since {belief.quiet_since:%H:%M:%S}Z"
    return "nothing speaks against it" if belief.health is Health.HEALTHY else "no fresh read"
