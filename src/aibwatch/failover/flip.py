"""The smallest change that would make a held decision act: found by deciding again, not by prose.

Each fact is a change of what a decision looks at, with its words. Facts are supposed one at a time,
then in pairs, then by three; the first number of them that makes the decision act is the answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from aibwatch.failover.decide import decide
from aibwatch.failover.target import ADMISSIBLE
from aibwatch.failover.witness import restored, witness_of
from aibwatch.model.decision import Decision, Open, Start
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Version
from aibwatch.model.image import Image, Mode
from aibwatch.model.inquiry import Flip
from aibwatch.model.names import DefinitionId, TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import HOLDING, Colour, Item, Readiness
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.verdict import Cause, Disposition, Evidence, Family

FACTS_MAX = 3
"""More than so many at once are no small change."""
FLIPS_MAX = 5
"""So many changes of the same size are told."""
EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Case:
    """An image and all that a decision about it may look at."""

    image: Image
    view: View
    now: datetime

    def decision(self) -> Decision:
        """Return what is decided of it."""
        return decide(self.image, self.view, self.now)

    def with_state(self, state: State) -> "Case":
        """Return the case with another state."""
        return replace(self, view=replace(self.view, state=state))

    def with_sightings(self, sightings: Sightings) -> "Case":
        """Return the case with other sightings."""
        return replace(self, view=replace(self.view, sightings=sightings))

    def with_policy(self, policy: Policy) -> "Case":
        """Return the case under another policy."""
        return replace(self, view=replace(self.view, policy=policy))


Suppose = Callable[[Case], Case]
"""Supposes a fact; where it holds already, the case is returned as it is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is not so, in words, and the case in which it were."""

    says: str
    suppose: Suppose


def flips(image: Image, view: View, now: datetime) -> tuple[Flip, ...]:
    """Return the smallest sets of facts that would make it act; none if it acts, or none does."""
    case = _cut(image, view, now)
    if acts(case.decision()):
        return ()
    facts = [each for each in all_facts(case) if each.suppose(case) != case]
    for size in range(1, FACTS_MAX + 1):
        found = list(_acting(case, combinations(facts, size)))[:FLIPS_MAX]
        if found:
            return tuple(found)
    return ()


def _cut(image: Image, view: View, now: datetime) -> Case:
    """Return the case without other images' sightings, as it is copied many times."""
    runs = {name: view.state.runs[name] for name in image.watched if name in view.state.runs}
    return Case(image, restored(witness_of(image, view), replace(view.state, runs=runs)), now)


def acts(decision: Decision) -> bool:
    """Whether a decision opens a failover or asks a secondary."""
    return isinstance(decision.action, Open | Start)


def _acting(case: Case, sets: Iterable[tuple[Fact, ...]]) -> Iterator[Flip]:
    for facts in sets:
        supposed = case
        for each in facts:
            supposed = each.suppose(supposed)
        decision = supposed.decision()
        if acts(decision) and not decision.held_by:
            yield Flip(tuple(each.says for each in facts), decision.reason)


def all_facts(case: Case) -> list[Fact]:
    """Return every fact that may be supposed, those first that others rest on."""
    lasts = case.view.policy.debounce.total_seconds()
    families = [
        Fact(f"the family {each} speaks too, for {lasts:g} s", _family_speaks(each))
        for each in Family
    ]
    secondaries = [
        Fact(f"{name_of(each)} is ready, readable and in a healthy region", _ready(each))
        for each in case.image.secondaries
    ]
    return [
        Fact("its error is one that may be the platform's", _platform_error),
        Fact("the failure is newer", _newer),
        Fact("this template built its present recipe before", _built_before),
        *families,
        Fact("the evidence lasts until the debounce is over", _debounced),
        Fact("no secondary has a run since the failure", _not_built),
        Fact("the primary and its gallery can be read", _readable),
        Fact("mode is auto", _auto),
        Fact("a drill has just built it elsewhere", _drilled),
        Fact("we trust ourselves, and not all of Azure is ill", _trusted),
        Fact("what is wrong with its configuration is mended", _configured),
        Fact("the warm-up is over", _warm),
        Fact("no pause is in force", _unpaused),
        Fact("this daemon leads", lambda each: replace(each, view=replace(each.view, leader=True))),
        Fact("the journal takes entries", _writable),
        Fact("the cooldown is over", _cooled),
        Fact("no cap on failovers is reached", _uncapped),
        *secondaries,
    ]


def _family_speaks(family: Family) -> Suppose:
    def suppose(case: Case) -> Case:
        spoken = _spoken(case, family)
        return case if spoken is case else _lasting(spoken)

    return suppose


def _spoken(case: Case, family: Family) -> Case:
    verdict = case.view.verdicts.get(case.image.primary)
    if verdict is None or family in verdict.families:
        return case
    evidence = (*verdict.evidence, Evidence(family, "supposed"))
    verdicts = {**case.view.verdicts, case.image.primary: replace(verdict, evidence=evidence)}
    return replace(case, view=replace(case.view, verdicts=verdicts))


def _lasting(case: Case) -> Case:
    """Let a region be out of which enough families speak."""
    verdict = case.view.verdicts.get(case.image.primary)
    if verdict is None or not verdict.convinces(case.view.policy.families):
        return case
    return _out(case)


def _debounced(case: Case) -> Case:
    failure = case.view.state.failures.get(case.image.primary)
    belief = case.view.state.regions.get(failure.region) if failure else None
    return _out(case) if belief and belief.agreed_since else case


def _out(case: Case) -> Case:
    region = case.view.state.failures[case.image.primary].region
    belief = case.view.state.regions.get(region)
    if belief and belief.health is Health.OUTAGE:
        return case
    return _believed(case, RegionBelief(region, Health.OUTAGE, case.now, agreed_since=case.now))


def _believed(case: Case, belief: RegionBelief) -> Case:
    state = case.view.state
    return case.with_state(replace(state, regions={**state.regions, belief.region: belief}))


def _platform_error(case: Case) -> Case:
    failure = case.view.state.failures.get(case.image.primary)
    if failure is None or failure.classification.cause in (Cause.OUTAGE, Cause.CAPACITY):
        return case
    error = replace(failure.classification, cause=Cause.OUTAGE, disposition=Disposition.SUSPECT)
    failures = {
        **case.view.state.failures,
        case.image.primary: replace(failure, classification=error),
    }
    return _spoken(case.with_state(replace(case.view.state, failures=failures)), Family.RUN)


def _newer(case: Case) -> Case:
    """Let it be young enough, wherever its age is bounded."""
    policy = case.view.policy
    return case.with_policy(replace(policy, max_failure_age=EVER, incident_failure_age=EVER))


def _built_before(case: Case) -> Case:
    verdict = case.view.verdicts.get(case.image.primary)
    if verdict is None or verdict.veto is None:
        return case
    verdicts = {**case.view.verdicts, case.image.primary: replace(verdict, veto=None)}
    return _lasting(replace(case, view=replace(case.view, verdicts=verdicts)))


def _not_built(case: Case) -> Case:
    failover = case.view.state.open_failover(case.image.name)
    followed = failover.target if failover else None  # its own run is no one's to suppose away
    mine = {*case.image.secondaries} - {followed}
    runs = {name: run for name, run in case.view.state.runs.items() if name not in mine}
    return case.with_state(replace(case.view.state, runs=runs))


def _readable(case: Case) -> Case:
    faults = {k: v for k, v in case.view.sightings.faults.items() if k != case.image.primary}
    versions: dict[DefinitionId, tuple[Version, ...] | Fault] = {
        name: () if isinstance(each, Fault) else each
        for name, each in case.view.sightings.versions.items()
    }
    return case.with_sightings(replace(case.view.sightings, faults=faults, versions=versions))


def _auto(case: Case) -> Case:
    return replace(case, image=replace(case.image, mode=Mode.AUTO))


def _drilled(case: Case) -> Case:
    name, state = case.image.name, case.view.state
    if case.view.policy.drills.require_within is None:
        return case
    return case.with_state(replace(state, proven={**state.proven, name: case.now}))


def _trusted(case: Case) -> Case:
    return replace(case, view=replace(case.view, suspicion=None))


def _configured(case: Case) -> Case:
    return replace(case, view=replace(case.view, misconfigured={}))


def _warm(case: Case) -> Case:
    needed, sightings = case.view.policy.warmup_sweeps, case.view.sightings
    return case.with_sightings(replace(sightings, sweeps=max(needed, sightings.sweeps)))


def _unpaused(case: Case) -> Case:
    return case.with_state(replace(case.view.state, pauses={}))


def _cooled(case: Case) -> Case:
    return case.with_policy(replace(case.view.policy, cooldown=timedelta(0)))


def _writable(case: Case) -> Case:
    return replace(case, view=replace(case.view, writable=True))


def _uncapped(case: Case) -> Case:
    many = len(case.view.state.failovers) + 1
    policy = case.view.policy
    return case.with_policy(
        replace(
            policy,
            total=max(many, policy.total),
            per_day=max(many, policy.per_day),
            per_region=max(many, policy.per_region),
        )
    )


def _ready(target: TemplateId) -> Suppose:
    """Suppose that nothing speaks against one secondary."""

    def suppose(case: Case) -> Case:
        view, key = case.view, (case.image.name, target)
        readiness = view.readiness.get(key) or Readiness(target, ())
        items = tuple(_green(each) for each in readiness.items)
        if target not in view.sightings.templates:
            return case
        found = replace(
            case, view=replace(view, readiness={**view.readiness, key: Readiness(target, items)})
        )
        sightings, now = view.sightings, case.now
        faults = {k: v for k, v in sightings.faults.items() if k != target}
        read = sightings.seen.get(target, now)
        seen = {**sightings.seen, target: read if view.fresh(target, now) else max(now, read)}
        found = found.with_sightings(replace(sightings, faults=faults, seen=seen))
        return _admissible(found, target)

    return suppose


def _green(item: Item) -> Item:
    faulty = item.colour in HOLDING
    return replace(item, colour=Colour.GREEN) if faulty else item


def _admissible(case: Case, target: TemplateId) -> Case:
    region = case.view.region_of(target)
    if region is not None and region in case.view.state.words:
        words = {name: each for name, each in case.view.state.words.items() if name != region}
        case = case.with_state(replace(case.view.state, words=words))
    belief = case.view.state.regions.get(region) if region else None
    if region is None or (
        belief and belief.health in ADMISSIBLE and not belief.incident and not belief.bad
    ):
        return case
    return _believed(case, RegionBelief(region, Health.HEALTHY, case.now))
