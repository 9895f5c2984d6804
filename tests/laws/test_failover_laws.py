"""What no history may bring about: the promises, checked on random stories of the real core."""

import copy
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.failover.decide import decide
from aibwatch.failover.target import ADMISSIBLE
from aibwatch.model.decision import Decision, Open, Reason, Start
from aibwatch.model.entry import (
    Answered,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    Paused,
)
from aibwatch.model.failover import Event, Phase
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, TemplateId
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import ACTIVE, ProvisioningState, RunKey, RunState, Template
from aibwatch.model.verdict import (
    LOST_RUN,
    UNTOLD,
    Cause,
    Failure,
    FailureKey,
    Family,
    KeyKind,
    is_same,
)
from builders import DAY, MINUTE, NOON, a_run, a_version, an_id
from histories import (
    BEGIN,
    EAST,
    FLEET,
    NORTH,
    PAST,
    WEST,
    begun,
    happen,
    histories,
    lived,
    texts,
)
from loop import Loop
from story import Story

SOME = settings(max_examples=40, deadline=None)
FEW = settings(max_examples=15, deadline=None)


# every decision


def is_well_formed(image: Image, view: View, decision: Decision, now: datetime) -> None:
    """Check what holds of every decision, whatever it rests on."""
    assert decide(image, view, now) == decision, "asked twice it says the same"
    assert decision.wake_at is None or decision.wake_at >= now, "it never waits for the past"
    assert all(hold.says for hold in decision.held_by), "a hold says what exactly holds"
    if decision.held_by and decision.action is None:
        assert decision.reason in {hold.reason for hold in decision.held_by}
    open_ones = [each for each in view.state.failovers.values() if each.open]
    assert len({each.image for each in open_ones}) == len(open_ones), "S5: one open for an image"


def may_start(image: Image, view: View, action: Start, now: datetime) -> None:
    """Check what must be so when a request is about to be made."""
    failure = view.state.failures[image.primary]
    failover = view.state.failovers[action.failover]
    assert is_same(failover.key, failure.key), "S18: the failure is the primary's newest run"
    is_the_platforms(image, view, failure)
    may_act(image, view, failure, now)
    may_take_it(image, view, action.target, now)
    tried = {view.region_of(each) for each in failover.tried}
    assert view.region_of(action.target) not in tried, "S23: a region is tried once"
    assert failover.hop <= view.policy.max_hops, "S1: so many hops"


def is_the_platforms(image: Image, view: View, failure: Failure) -> None:
    """Check S9, S10, S12 and S19."""
    error, verdict = failure.classification, view.verdicts[image.primary]
    capacity = error.cause is Cause.CAPACITY
    belief = view.state.regions[failure.region]
    assert error.signature, "S10: a known text"
    assert error.cause in {Cause.OUTAGE, Cause.CAPACITY}, "S9: of the platform's kind"
    assert capacity or (len(verdict.families) >= 2 and verdict.veto is None), "S12"
    if failure.key.kind in UNTOLD:
        assert not verdict.families & {Family.RUN, Family.HISTORY}, "S17: its region alone speaks"
        assert not failure.run or failure.run.state in ACTIVE
    else:
        assert failure.run.state is RunState.FAILED, "S19: failed, neither canceled nor partial"
    assert capacity or belief.health is Health.OUTAGE


def may_act(image: Image, view: View, failure: Failure, now: datetime) -> None:
    """Check S13, S16, S22, S35 and S36."""
    building = [
        each
        for each in view.state.failovers.values()
        if each.open and each.image != image.name and each.phase is not Phase.CHOOSING
    ]
    assert len(building) < view.policy.total, "S22"
    assert view.suspicion is None, "S13"
    assert view.sightings.sweeps >= view.policy.warmup_sweeps, "S16"
    assert image.mode is Mode.AUTO, "S36"
    scopes = {"all", f"region:{failure.region}", f"image:{image.name}"}
    assert not scopes & {scope for scope, _ in view.state.pauses}, "S35"
    assert now <= failure.ended + view.policy.incident_failure_age


def may_take_it(image: Image, view: View, target: TemplateId, now: datetime) -> None:
    """Check S6, S15, S26 and S28."""
    belief = view.state.regions[view.sightings.templates[target].region]
    crowd = [
        each
        for each in view.state.failovers.values()
        if each.open and each.image != image.name and each.phase is not Phase.CHOOSING
        if view.region_of(each.target) == belief.region
    ]
    assert len(crowd) < view.policy.per_region, "S22"
    assert target in image.secondaries, "S33: never the primary"
    assert view.readiness[image.name, target].ready, "S26, S28"
    assert view.fresh(target, now), "S15"
    assert not view.sightings.templates[target].busy, "S6"
    assert belief.health in ADMISSIBLE
    assert belief.incident is None
    assert f"region:{belief.region}" not in {scope for scope, _ in view.state.pauses}, "S35"


def check(image: Image, view: View, decision: Decision, now: datetime) -> None:
    """Check one decision."""
    is_well_formed(image, view, decision, now)
    if isinstance(decision.action, Start):
        may_start(image, view, decision.action, now)


@SOME
@given(histories)
def test_every_decision_keeps_the_promises(history: Sequence[str]) -> None:
    """Whatever happened, no decision breaks S5, S6, S9, S10, S12, S13, S15-S19, S23, S26-S36."""
    story = begun()
    story.loop.watch = check

    lived(story, history)

    assert story.loop.state.epoch >= 0


# every history


def intents(story: Story) -> list[Intended]:
    """Return the intents of a story in order."""
    return [each for each in story.loop.journal if isinstance(each, Intended)]


def runs_by_key(story: Story) -> dict[FailureKey, list[RunKey]]:
    """Return the runs that our requests really began, by the failure that they answer."""
    found: dict[FailureKey, list[RunKey]] = defaultdict(list)
    for intent, request in zip(intents(story), story.azure.requests, strict=True):
        if request.began:
            key = story.loop.state.failovers[intent.failover].key
            found[key].append(RunKey(request.template, request.at))
    return found


@SOME
@given(histories)
def test_a_failure_begins_few_runs_and_never_two_at_once(history: Sequence[str]) -> None:
    """S1: at most one run and `max_hops` more, each after the end of the one before."""
    story = lived(begun(), history)

    for runs in runs_by_key(story).values():
        assert len(runs) <= 1 + story.loop.policy.max_hops
        for one, following in itertools.pairwise(runs):
            assert story.azure.ended.get(one, story.now + MINUTE) <= following.started


@SOME
@given(histories)
def test_an_unclear_answer_is_settled_by_reading(history: Sequence[str]) -> None:
    """S2: no request after one that was answered, until it is proven void or its run has ended."""
    story = lived(begun(), history)
    pending: dict[FailoverId, datetime] = {}

    for entry in story.loop.journal:
        match entry:
            case Intended():
                assert entry.failover not in pending
            case Answered(event=Event.BEGAN | Event.UNCLEAR):
                pending[entry.failover] = entry.at
            case Moved(event=Event.NOT_BEGUN):
                asked = pending.pop(entry.failover)
                assert entry.at >= asked + story.loop.policy.settle
            case Moved(event=Event.HOPPED) | Closed():
                pending.pop(entry.failover, None)


@SOME
@given(histories)
def test_a_request_has_its_intent_and_an_idle_target(history: Sequence[str]) -> None:
    """S3 and S6: each request follows its durable intent, to a target that reads idle."""
    story = lived(begun(), history)

    for intent, request in zip(intents(story), story.azure.requests, strict=True):
        assert (intent.target, intent.at) == (request.template, request.at)
        assert isinstance(request.seen, Template)
        assert not request.seen.busy
        assert request.seen.provisioning is ProvisioningState.SUCCEEDED


@SOME
@given(histories)
def test_a_run_answers_one_failure(history: Sequence[str]) -> None:
    """S8: no run is adopted by two failovers."""
    story = lived(begun(), history)

    adopted = {
        (entry.run, entry.failover)
        for entry in story.loop.journal
        if isinstance(entry, Moved) and entry.event is Event.ADOPTED
    }

    assert len({run for run, _ in adopted}) == len(adopted)


@SOME
@given(histories)
def test_nothing_is_requested_while_paused(history: Sequence[str]) -> None:
    """S35: between a pause of everything and its end there is no intent, across restarts."""
    story = lived(
        begun(), ["pause all: a reason", *(each for each in history if "resume" not in each)]
    )

    assert any(isinstance(entry, Paused) for entry in story.loop.journal)
    assert not story.azure.requests


@FEW
@given(histories)
def test_what_is_only_observed_is_left_alone(history: Sequence[str]) -> None:
    """S36: with no image in mode auto there is no request at all."""
    fleet = [line.replace(":", " in mode observe:", 1) for line in FLEET if "mode" not in line]

    story = lived(begun([*fleet, *FLEET[2:]]), history)

    assert not story.azure.requests


# after the storm


def heal(story: Story) -> None:
    """Let every fault stop, and every run end well."""
    story.azure.answers.clear()
    story.azure.notices.clear()
    story.azure.dark.clear()
    story.azure.blind = False
    story.loop.state.pauses.clear()


def settle(story: Story) -> None:
    """Let every fault stop, and thirty hours pass in which every run ends well."""
    heal(story)
    for _ in range(60):
        story.now += 30 * MINUTE
        story.loop.cycle(story.now)
        for name, template in list(story.azure.templates.items()):
            if template.busy:
                story.azure.end(name, RunState.SUCCEEDED, "", story.now)


@FEW
@given(histories)
def test_after_the_faults_every_failover_ends(history: Sequence[str]) -> None:
    """L3 and L12: none waits for ever, and no phase is left only by luck."""
    story = lived(begun(), history)

    settle(story)

    assert not [each for each in story.loop.state.failovers.values() if each.open]


@FEW
@given(histories)
def test_a_run_that_never_ends_does_not_hold_its_failover_for_ever(history: Sequence[str]) -> None:
    """S17 and L3: even if no run ever ends, every failover has its outcome within two days."""
    story = lived(begun(), history)

    heal(story)
    for _ in range(100):
        story.now += 30 * MINUTE
        story.loop.cycle(story.now)

    assert not [each for each in story.loop.state.failovers.values() if each.open]


# what cannot make a request


@SOME
@given(st.lists(texts, min_size=1, max_size=5), histories)
def test_a_random_text_never_begins_a_run(errors: Sequence[str], history: Sequence[str]) -> None:
    """S10: failures whose text nobody knows open nothing, whatever else is the matter."""
    story = begun()
    calm = [line for line in history if "fails" not in line]
    failures = [f"web-west fails: {' '.join(text.split()) or 'x'}" for text in errors]
    failures = [line for line in failures if _unknown(line)]

    lived(story, [each for pair in zip(failures, calm, strict=False) for each in pair])
    lived(story, calm)

    assert not answered_by_error(story)


def answered_by_error(story: Story) -> list[FailureKey]:
    """Return the failures that were answered and have an error: a lost run, for one, has none."""
    opened = (each.key for each in story.loop.journal if isinstance(each, FailoverOpened))
    return [key for key in opened if key.kind not in UNTOLD]


def _unknown(line: str) -> bool:
    story = begun()
    happen(story, line)
    story.loop.cycle(story.now)
    judged = [each for each in story.loop.journal if isinstance(each, FailureJudged)]
    return all(not each.failure.classification.signature for each in judged)


@SOME
@given(st.integers(1, 12), st.sampled_from(["wait 1m", "wait 7m"]))
def test_one_family_is_never_enough(repeats: int, pause: str) -> None:
    """S12: the error alone, repeated as often as you like, starts nothing."""
    fleet = [f"image web: web-west@{WEST}, web-north@{NORTH}"]
    past = ["web-west built well 40d ago"]

    story = lived(begun(fleet, past), ["web-west fails: internal error", pause] * repeats)

    assert [each for each in story.loop.journal if isinstance(each, FailureJudged)]
    assert not story.azure.requests


@FEW
@given(histories)
def test_a_users_error_never_begins_a_run(history: Sequence[str]) -> None:
    """S9: with every error a user's, nothing is ever opened for one that has an error."""
    users = [
        line.replace("internal error", "script").replace("no room", "script") for line in history
    ]

    story = lived(begun(), users)

    assert not answered_by_error(story)


@SOME
@given(histories)
def test_a_healthy_fact_never_begins_a_run(history: Sequence[str]) -> None:
    """That another template of the primaries' region builds well creates no request."""
    story = lived(begun(), history)
    happen(story, "lone-west runs")
    story.now += MINUTE
    healthy = copy.deepcopy(story)
    happen(healthy, "lone-west succeeds")

    story.loop.cycle(story.now)
    healthy.loop.cycle(story.now)

    before = {each.template for each in story.azure.requests}
    assert {each.template for each in healthy.azure.requests} <= before


def acts(decision: Decision) -> bool:
    """Whether a decision opens a failover or asks a secondary."""
    return isinstance(decision.action, Open | Start)


def supposed(story: Story, change: Callable[[View, Image], View]) -> None:
    """Check of every image that what a change supposes creates no act."""
    view, now = story.loop.view(story.now), story.now
    for image in story.loop.images.values():
        changed = change(view, image)
        assert acts(decide(image, view, now)) or not acts(decide(image, changed, now))


@SOME
@given(histories, st.sampled_from(Family))
def test_a_family_that_falls_silent_never_creates_an_act(
    history: Sequence[str], family: Family
) -> None:
    """Less evidence is never more reason."""

    def silent(view: View, image: Image) -> View:
        verdict = view.verdicts.get(image.primary)
        if verdict is None:
            return view
        evidence = tuple(each for each in verdict.evidence if each.family is not family)
        return replace(
            view, verdicts={**view.verdicts, image.primary: replace(verdict, evidence=evidence)}
        )

    supposed(lived(begun(), history), silent)


def a_newer_version(view: View, image: Image) -> View:
    """Suppose that somebody published the image just now."""
    template = view.sightings.templates.get(image.primary)
    if template is None or template.definition is None:
        return view
    version = a_version(published=NOON + 30 * DAY)
    versions = {**view.sightings.versions, template.definition: (version,)}
    return replace(view, sightings=replace(view.sightings, versions=versions))


def a_healthy_region(view: View, image: Image) -> View:
    """Suppose that the region of the primary is found well."""
    region = view.region_of(image.primary)
    belief = view.state.regions.get(region) if region else None
    if belief is None:
        return view
    well = replace(belief, health=Health.HEALTHY, agreed_since=None, incident=None)
    regions = {**view.state.regions, belief.region: well}
    return replace(view, state=replace(view.state, regions=regions))


def a_good_build(view: View, image: Image) -> View:
    """Suppose that the first secondary has just built."""
    if not image.secondaries:
        return view
    started = NOON + 30 * DAY
    run = a_run(template=image.secondaries[0], started=started, state=RunState.SUCCEEDED)
    runs = {**view.state.runs, run.template: run}
    return replace(view, state=replace(view.state, runs=runs))


def a_primary_found(view: View, image: Image) -> View:
    """Suppose that the primary is read just now, without a fault."""
    faults = {k: v for k, v in view.sightings.faults.items() if k != image.primary}
    seen = {**view.sightings.seen, image.primary: NOON + 30 * DAY}
    return replace(view, sightings=replace(view.sightings, faults=faults, seen=seen))


@SOME
@given(histories, st.sampled_from([a_newer_version, a_healthy_region, a_good_build]))
def test_good_news_never_creates_an_act(
    history: Sequence[str], news: Callable[[View, Image], View]
) -> None:
    """A version, a region that is well, a build elsewhere: each is less to be done."""
    supposed(lived(begun(), history), news)


@SOME
@given(histories)
def test_a_run_that_was_lost_and_is_found_never_creates_an_act(history: Sequence[str]) -> None:
    """Nor does any primary that can be read again, but for one that was held as unreadable."""
    story = lived(begun(), history)
    view, now = story.loop.view(story.now), story.now

    for image in story.loop.images.values():
        failure = view.state.failures.get(image.primary)
        if failure and failure.key.kind is KeyKind.LOST:
            assert not acts(decide(image, a_primary_found(view, image), now)) or (
                failure.classification.signature != LOST_RUN
            )


# what does not matter


def course(loop: Loop, since: datetime) -> list[tuple[timedelta, str, str]]:
    """Return what was decided and done, without names and with times from the beginning."""
    return [
        (each.at - since, type(each).__name__, _gist(each)) for each in loop.journal if _gist(each)
    ]


def _gist(entry: Entry) -> str:
    match entry:
        case Decided(image=image, reason=reason, held_by=held_by):
            return " ".join([image, reason, *(hold.reason for hold in held_by)])
        case FailoverOpened(image=image, reason=reason):
            return f"{image} {reason}"
        case Intended(reason=reason) | Moved(reason=reason):
            return reason
        case Answered(event=event):
            return event
        case Closed(outcome=outcome, reason=reason):
            return f"{outcome} {reason}"
        case _:
            return ""


@FEW
@given(histories)
def test_names_of_regions_do_not_matter(history: Sequence[str]) -> None:
    """The same story in other regions goes the same way."""
    other = {WEST: "uksouth", EAST: "brazilsouth"}

    def renamed(line: str) -> str:
        for old, new in other.items():
            line = line.replace(old, new)
        return line

    here = lived(begun(), history)
    there = lived(begun([renamed(line) for line in FLEET]), [renamed(line) for line in history])

    assert course(here.loop, here.now) == course(there.loop, there.now)


@FEW
@given(histories, st.integers(1, 9))
def test_the_hour_does_not_matter(history: Sequence[str], hours: int) -> None:
    """The same story some hours later goes the same way."""
    early, late = begun(), Story()
    for line in (*FLEET, *PAST, BEGIN.replace("12", f"{12 + hours}")):
        late.do(line)

    lived(early, history)
    lived(late, history)

    assert course(early.loop, early.now) == course(late.loop, late.now)


def test_the_histories_lose_runs_and_miss_builds() -> None:
    """The laws would hold of a product that never heard of them: both are answered here too."""
    lost = ["policy lost_run=4m", "web-west runs", "db-west fails: internal error"]
    lost += ["seen-west fails: internal error", "wait 4m", f"{WEST} goes dark", "wait 7m"]
    missed = ["a good build of web is expected every 24h", f"notice on {WEST}"]
    missed += ["db-west fails: internal error", "seen-west fails: internal error", "wait 7m"]

    for history, kind in ((lost, KeyKind.LOST), (missed, KeyKind.DUE)):
        story = lived(begun(), history)
        opened = [each for each in story.loop.journal if isinstance(each, FailoverOpened)]

        assert an_id("web-north") in {each.template for each in story.azure.requests}
        assert kind in {each.key.kind for each in opened}


def test_the_histories_do_something() -> None:
    """The laws would hold of a product that does nothing: a plain outage is answered here too."""
    story = lived(begun(), ["web-west fails: internal error", "wait 4m"])

    assert [each.template for each in story.azure.requests] == [an_id("web-north")]
    assert {each.phase for each in story.loop.state.failovers.values()} <= set(Phase)
    assert Reason.DEBOUNCING in {
        each.reason for each in story.loop.journal if isinstance(each, Decided)
    }
    assert EAST
