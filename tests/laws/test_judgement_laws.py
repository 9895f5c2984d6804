"""Laws of judgement: what must hold for every scene, not only for those we thought of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.diagnose.attempts import notice_attempts
from aibwatch.diagnose.classify import classify
from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.weigh import weigh, weigh_all
from aibwatch.journal.fold import apply
from aibwatch.model.entry import RunSeen
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Classification, Family, Verdict, Veto
from builders import (
    CAPACITY,
    DAY,
    EAST,
    GENERIC,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    a_state,
    a_success,
    a_template,
    a_word,
    an_attempt,
    an_id,
    some_sightings,
)
from unheard import UNHEARD

POLICY = a_policy()
SAME: Mapping[Region, Region] = {WEST: WEST, NORTH: NORTH}
NO_SHIFT = timedelta(0)
DOWN = Fault(FaultKind.PLATFORM, "the provider is down", 503)


def home(name: str) -> Region:
    """Return where the template of that name lives."""
    return WEST if name in "aceg" else NORTH


@dataclass(frozen=True)
class Failed:
    """A template whose newest run failed so many minutes before NOON."""

    name: str
    ago: int
    recipe: str
    identities: str
    says: Classification
    built_before: bool

    @property
    def region(self) -> Region:
        """Where it lives."""
        return home(self.name)


@dataclass(frozen=True)
class Told:
    """A notice."""

    name: str
    regions: frozenset[Region]
    dependency: bool
    active: bool
    began: int
    mitigated: int


@dataclass(frozen=True)
class Tried:
    """A request to run a template that was refused so many minutes before NOON."""

    name: str
    ago: int
    status: int

    @property
    def region(self) -> Region:
        """Where the template lives."""
        return home(self.name)


@dataclass(frozen=True)
class Scene:
    """All that a judgement may look at, before names and times are given to it."""

    failed: tuple[Failed, ...]
    told: tuple[Told, ...]
    built: tuple[tuple[str, Region, int], ...]
    """Recipe, region, hours ago."""
    cleared: int | None
    """Minutes ago that WEST was found healthy again."""
    tried: tuple[Tried, ...] = ()
    unread: frozenset[str] = frozenset()
    """Templates whose region's provider answers the last read with an error of its own."""

    def state(self, names: Mapping[Region, Region] = SAME, shift: timedelta = NO_SHIFT) -> State:
        """Return the state of this scene, with other region names or at another time."""
        noon = NOON + shift
        failures = [
            a_failure(
                template=an_id(each.name),
                ended=noon - each.ago * MINUTE,
                region=names[each.region],
                recipe=each.recipe,
                identities=each.identities,
                classification=each.says,
            )
            for each in self.failed
        ]
        successes = [
            a_success(
                template=an_id(each.name),
                ended=noon - DAY,
                recipe=each.recipe,
                identities=each.identities,
            )
            for each in self.failed
            if each.built_before
        ]
        state = a_state(failures=failures, successes=successes, beliefs=self._beliefs(names, shift))
        for one in (*self.failed, *self.tried):
            known = a_template(id=an_id(one.name), region=names[one.region])
            state.templates.setdefault(known.id, known)
        for recipe, region, hours in self.built:
            state.built.setdefault(recipe, {})[names[region]] = noon - timedelta(hours=hours)
        return state

    def _beliefs(self, names: Mapping[Region, Region], shift: timedelta) -> list[RegionBelief]:
        if self.cleared is None:
            return []
        at = NOON + shift - self.cleared * MINUTE
        return [a_belief(region=names[WEST], health=Health.HEALTHY, since=at, cleared=at)]

    def sightings(
        self, names: Mapping[Region, Region] = SAME, shift: timedelta = NO_SHIFT
    ) -> Sightings:
        """Return the sightings of this scene; all templates were just read."""
        noon = NOON + shift
        templates = [a_template(id=an_id(e.name), region=names[e.region]) for e in self.failed]
        notices = [_notice(each, names, shift) for each in self.told]
        seen = some_sightings(*templates, notices=notices, now=noon)
        seen.faults = {name: DOWN for name in seen.templates if name[-1] in self.unread}
        seen.attempts = {
            f"{each.name}{each.ago}": an_attempt(
                template=an_id(each.name),
                correlation=f"{each.name}{each.ago}",
                began=noon - each.ago * MINUTE,
                status=each.status,
                code="InternalServerError" if each.status == 500 else "AuthorizationFailed",
                message="",
            )
            for each in self.tried
        }
        return seen

    def verdicts(
        self, names: Mapping[Region, Region] = SAME, shift: timedelta = NO_SHIFT
    ) -> dict[TemplateId, Verdict]:
        """Return the verdicts on this scene."""
        sightings = self.sightings(names, shift)
        return weigh_all({}, self.state(names, shift), sightings, POLICY, NOON + shift)


def _notice(told: Told, names: Mapping[Region, Region], shift: timedelta) -> Notice:
    noon = NOON + shift
    service = "Storage" if told.dependency else "Azure Image Builder"
    return a_notice(
        id=told.name,
        services=frozenset({service}),
        regions=frozenset(names[region] for region in told.regions),
        active=told.active,
        began=noon - told.began * MINUTE,
        mitigated=None if told.active else noon - told.mitigated * MINUTE,
    )


regions = st.sampled_from([WEST, NORTH])
recipes = st.sampled_from(["", "one", "two", "three"])
failed = st.builds(
    Failed,
    name=st.sampled_from("abcdefg"),
    ago=st.integers(0, 150),
    recipe=recipes,
    identities=st.sampled_from(["", "one", "two"]),
    says=st.sampled_from([GENERIC, GENERIC, CAPACITY, USER_BUILD, UNKNOWN]),
    built_before=st.booleans(),
)
told = st.builds(
    Told,
    name=st.sampled_from("xyz"),
    regions=st.frozensets(regions, max_size=2),
    dependency=st.booleans(),
    active=st.booleans(),
    began=st.integers(0, 200),
    mitigated=st.integers(0, 200),
)
tried = st.builds(
    Tried,
    name=st.sampled_from("abcdefgh"),
    ago=st.integers(0, 60),
    status=st.sampled_from([500, 403]),
)
built = st.tuples(recipes, regions, st.integers(-2, 40 * 24))
scenes = st.builds(
    Scene,
    failed=st.lists(failed, min_size=1, max_size=6, unique_by=lambda each: each.name).map(tuple),
    told=st.lists(told, max_size=3, unique_by=lambda each: each.name).map(tuple),
    built=st.lists(built, max_size=3, unique_by=lambda each: each[:2]).map(tuple),
    cleared=st.none() | st.integers(0, 150),
    tried=st.lists(tried, max_size=4, unique_by=lambda each: (each.name, each.ago)).map(tuple),
    unread=st.frozensets(st.sampled_from("abcdefg"), max_size=3),
)


def gist(verdicts: Mapping[TemplateId, Verdict]) -> dict[TemplateId, tuple[object, ...]]:
    """Return what verdicts come to, without their words."""
    return {name: (verdict.families, verdict.veto) for name, verdict in verdicts.items()}


def convinced(verdicts: Mapping[TemplateId, Verdict]) -> set[TemplateId]:
    """Return whose failures are held to be the platform's."""
    return {name for name, verdict in verdicts.items() if verdict.convinces(POLICY.families)}


@given(where=st.sampled_from(Where), text=UNHEARD, code=UNHEARD)
def test_random_text_is_never_evidence(where: Where, text: str, code: str) -> None:
    """An error text that nobody knows counts for nothing in the worst of scenes (S10)."""
    failure = a_failure(classification=classify(Symptom(where, text, code)))
    others = [a_failure(template=an_id(name), recipe=name) for name in "bcd"]
    state = a_state(failures=[failure, *others], successes=[a_success()])
    state.built = {failure.recipe: {WEST: NOON - DAY, NORTH: NOON - DAY}}

    verdict = weigh(failure, state, some_sightings(notices=[a_notice()]), POLICY, NOON)

    assert verdict.evidence == ()


@given(scenes)
def test_one_family_alone_never_convinces(scene: Scene) -> None:
    """Whoever is convinced has the failure's own text and another family (S12)."""
    verdicts = scene.verdicts()

    for name in convinced(verdicts):
        assert Family.RUN in verdicts[name].families
        assert len(verdicts[name].families) >= 2


@given(scenes)
def test_a_word_alone_convinces_nobody_and_beside_one_family_it_does(scene: Scene) -> None:
    """It adds a family to whoever has one, and nothing to others; no veto falls by it (S12)."""
    before = scene.verdicts()
    state, seen = scene.state(), scene.sightings()
    state.words = {each: a_word(region=each, at=NOON - MINUTE) for each in (WEST, NORTH)}

    after = weigh_all({}, state, seen, POLICY, NOON)

    for name, verdict in after.items():
        known = before[name]
        added = {Family.OPERATOR} if known.evidence else set()
        assert (verdict.families, verdict.veto) == (known.families | added, known.veto)
        assert verdict.convinces(2) == (bool(known.evidence) and known.veto is None)
    for entry in assess_all({}, state, seen, POLICY, NOON):
        others = entry.belief.families - {Family.OPERATOR}
        assert bool(entry.belief.agreed_since) == bool(others)


@given(scenes)
def test_after_a_clear_only_what_is_newer_speaks(scene: Scene) -> None:
    """Said at NOON of both regions: whatever failed until then convinces nobody any more."""
    state, seen = scene.state(), scene.sightings()
    state.words = {each: a_word(region=each, out=False) for each in (WEST, NORTH)}

    assert {each.evidence for each in weigh_all({}, state, seen, POLICY, NOON).values()} == {()}


@given(scenes)
def test_an_owners_error_is_never_evidence(scene: Scene) -> None:
    """Nor is an unknown one, whatever stands beside it (S9, S10)."""
    for verdict in scene.verdicts().values():
        if verdict.failure.classification in (USER_BUILD, UNKNOWN):
            assert verdict.evidence == ()


@given(scenes)
def test_who_never_built_is_believed_only_beside_notices_or_peers(scene: Scene) -> None:
    """The veto of a template that never built is lifted by others alone (S12)."""
    built_before = {an_id(each.name) for each in scene.failed if each.built_before}

    for name, verdict in scene.verdicts().items():
        if verdict.evidence and name not in built_before:
            lifted = verdict.families & {Family.NOTICES, Family.PEERS}
            assert verdict.veto is Veto.NEVER_SUCCEEDED or lifted


@given(scenes, st.sampled_from("abcdefgh"), st.integers(0, 30))
def test_a_good_run_in_the_region_convinces_nobody(scene: Scene, name: str, ahead: int) -> None:
    """A healthy fact from where it failed never makes anybody convinced."""
    state = scene.state()
    before = convinced(weigh_all({}, state, scene.sightings(), POLICY, NOON))
    run = a_run(
        template=an_id(name),
        started=NOON + MINUTE,
        ended=NOON + (2 + ahead) * MINUTE,
        state=RunState.SUCCEEDED,
    )
    region = home(name)

    apply(state, RunSeen(NOON + 40 * MINUTE, run, region, f"recipe of {name}", "one"))

    assert convinced(weigh_all({}, state, scene.sightings(), POLICY, NOON)) <= before


@given(scenes, st.data())
def test_taking_something_away_convinces_nobody(scene: Scene, data: st.DataObject) -> None:
    """With fewer failures, notices or good builds, nobody more is convinced."""
    fewer = replace(
        scene,
        failed=tuple(each for each in scene.failed if data.draw(st.booleans())),
        told=tuple(each for each in scene.told if data.draw(st.booleans())),
        built=tuple(each for each in scene.built if data.draw(st.booleans())),
        tried=tuple(each for each in scene.tried if data.draw(st.booleans())),
    )

    assert convinced(fewer.verdicts()) <= convinced(scene.verdicts())


@given(scenes)
def test_an_answer_is_never_evidence_of_two_families(scene: Scene) -> None:
    """What a template's own request was answered is its symptom, not the provider's besides."""
    state, seen = scene.state(), scene.sightings()
    seen.faults = {}
    for entry in notice_attempts(state, seen, POLICY, NOON):
        apply(state, entry)
    verdicts = weigh_all({}, state, seen, POLICY, NOON)

    for name, verdict in verdicts.items():
        others = any(
            each.template != name
            and state.templates[each.template].region == verdict.failure.region
            for each in seen.attempts.values()
        )
        assert Family.PROVIDER not in verdict.families or others


@given(scenes)
def test_names_of_regions_do_not_matter(scene: Scene) -> None:
    """Renamed regions are judged the same."""
    assert gist(scene.verdicts({WEST: EAST, NORTH: WEST})) == gist(scene.verdicts())


@given(scenes, st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_the_time_itself_does_not_matter(scene: Scene, shift: timedelta) -> None:
    """The same scene at another time is judged the same."""
    assert gist(scene.verdicts(shift=shift)) == gist(scene.verdicts())


@given(scenes, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(scene: Scene, random: Random) -> None:
    """Told in another order, or told twice, it is the same scene."""
    shuffled = replace(
        scene,
        failed=tuple(random.sample(scene.failed, len(scene.failed))),
        told=tuple(random.sample(scene.told, len(scene.told))),
        tried=tuple(random.sample(scene.tried, len(scene.tried))),
    )
    twice = replace(shuffled, told=(*shuffled.told, *scene.told))

    assert twice.verdicts() == scene.verdicts()
    assert assessed(twice) == assessed(scene)


@given(scenes)
def test_asked_twice_it_says_the_same(scene: Scene) -> None:
    """Judging changes nothing, and a belief taken in is not told again."""
    state, sightings = scene.state(), scene.sightings()
    verdicts = weigh_all({}, state, sightings, POLICY, NOON)
    entries = assess_all(verdicts, state, sightings, POLICY, NOON)

    assert weigh_all({}, state, sightings, POLICY, NOON) == verdicts
    assert assess_all(verdicts, state, sightings, POLICY, NOON) == entries

    for entry in entries:
        apply(state, entry)

    assert assess_all(verdicts, state, sightings, POLICY, NOON) == []


@given(scenes, st.lists(st.booleans(), min_size=1, max_size=40))
def test_flapping_evidence_does_not_flap_an_outage(scene: Scene, there: list[bool]) -> None:
    """Evidence that comes and goes each minute opens and ends at most one incident (S24)."""
    state = scene.state()
    verdicts = weigh_all({}, state, scene.sightings(), POLICY, NOON)
    changes = 0
    for minute, shown in enumerate(there):
        now = NOON + minute * MINUTE
        seen = scene.sightings(shift=minute * MINUTE)
        before = _out(state)
        for entry in assess_all(verdicts if shown else {}, state, seen, POLICY, now):
            apply(state, entry)
        changes += len(before ^ _out(state))

    assert changes <= 2 * len(SAME)


def _out(state: State) -> set[Region]:
    """Return the regions in outage."""
    return {name for name, each in state.regions.items() if each.health is Health.OUTAGE}


def assessed(scene: Scene) -> list[RegionBelief]:
    """Return what is believed of the regions of this scene."""
    entries = assess_all(scene.verdicts(), scene.state(), scene.sightings(), POLICY, NOON)
    return [entry.belief for entry in entries]
