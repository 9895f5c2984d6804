"""Runs whose end may never show: which are lost, and what becomes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.diagnose.lost import notice_lost
from aibwatch.diagnose.runs import notice_runs
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.fold import apply
from aibwatch.model.entry import FailureJudged, RunSeen, TemplateKnown
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.policy import StuckPolicy
from aibwatch.model.region import Health
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Family, KeyKind, failover_id, is_same, lost_key, run_key
from aibwatch.model.word import Word
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    a_success,
    a_template,
    an_id,
    an_image,
    some_sightings,
)

GATEWAY = Fault(FaultKind.PLATFORM, "the gateway", 504)
OUT_SINCE = NOON + 10 * MINUTE
LAST_READ = NOON + 5 * MINUTE
LOST_AT = LAST_READ + 30 * MINUTE
GOING_ON = a_run(started=NOON, state=RunState.RUNNING, ended=None, message="")
IMAGE = an_image()
POLICY = a_policy()
STUCK_AT = NOON + 4 * HOUR + 30 * MINUTE


def a_state(run: Run = GOING_ON) -> State:
    """Return a state in which WEST went out while the primary ran."""
    state = State()
    apply(state, TemplateKnown(NOON, a_template()))
    apply(state, RunSeen(NOON, run, WEST, "recipe-web", "identity-web"))
    state.successes[WEB] = a_success()
    state.regions[WEST] = a_belief(health=Health.OUTAGE, since=OUT_SINCE)
    return state


def in_the_dark(now: datetime, fault: Fault = GATEWAY) -> Sightings:
    """Return sightings in which the primary was last read before its region went out."""
    seen = some_sightings(a_template(run=GOING_ON), now=LAST_READ)
    seen.booted = NOON - DAY
    seen.faults[WEB] = fault
    seen.asked[WEB] = now
    return seen


def noticed(state: State, now: datetime, seen: Sightings | None = None) -> list[FailureJudged]:
    """Return what is noticed of the image's primary."""
    return notice_lost([IMAGE], state, seen or in_the_dark(now), POLICY, now)


def test_a_run_that_cannot_be_read_for_half_an_hour_of_an_outage_is_lost() -> None:
    """From `failover.lost_run` after its last read on, and not before (PROMISES S17)."""
    early, (entry,) = noticed(a_state(), LOST_AT - MINUTE), noticed(a_state(), LOST_AT)

    failure = entry.failure
    assert early == []
    assert failure.key == lost_key(GOING_ON)
    assert (failure.began, failure.ended) == (NOON, LOST_AT)
    assert failure.classification.reasons == ("it was Running, and could not be read since 12:05Z",)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.regions.update({WEST: a_belief(health=Health.DEGRADED)}),
        lambda state: state.regions.update(
            {WEST: a_belief(health=Health.OUTAGE, since=NOON - 3 * MINUTE)}
        ),
        lambda state: state.runs.update({WEB: replace(GOING_ON, state=RunState.SUCCEEDED)}),
        lambda state: state.failures.update({WEB: a_failure(ended=NOON - HOUR)}),
        lambda state: state.templates.clear(),
        lambda state: state.runs.clear(),
        lambda state: state.regions.clear(),
    ],
    ids=["not out", "begun since", "ended", "failed", "unknown", "never ran", "no region"],
)
def test_what_is_not_lost(change: Callable[[State], None]) -> None:
    """Only a run that went on when its region went out, and of which nothing else is known."""
    state = a_state()
    change(state)

    assert noticed(state, LOST_AT) == []


def test_a_run_from_before_its_region_went_out_is_lost_though_our_clock_is_behind() -> None:
    """Azure's clock tells when it began, and ours when the region went out (S43)."""
    state = a_state()
    state.regions[WEST] = a_belief(health=Health.OUTAGE, since=NOON - MINUTE)

    assert noticed(state, LOST_AT)


@pytest.mark.parametrize("kind", [FaultKind.NOT_FOUND, FaultKind.PERMISSION, FaultKind.NETWORK])
def test_only_darkness_loses_a_run(kind: FaultKind) -> None:
    """A template that is gone, or that we may not read, is no run that the region took."""
    seen = in_the_dark(LOST_AT, Fault(kind, "no"))

    assert noticed(a_state(), LOST_AT, seen) == []


def test_a_restart_begins_to_wait_anew() -> None:
    """Nobody looked meanwhile, so nobody knows that it could not be read."""
    seen = in_the_dark(LOST_AT)
    seen.seen.clear()
    seen.booted = LOST_AT - 10 * MINUTE

    assert noticed(a_state(), LOST_AT, seen) == []
    assert noticed(a_state(), LOST_AT + 20 * MINUTE, seen)


def test_it_is_noted_once_and_again_only_if_it_was_found_meanwhile() -> None:
    """Asked again, nothing; read since and dark again for as long, once more."""
    state = a_state()
    (entry,) = noticed(state, LOST_AT)
    apply(state, entry)
    found = in_the_dark(LOST_AT)
    found.seen[WEB] = LOST_AT + MINUTE

    assert noticed(state, LOST_AT + HOUR) == []
    assert noticed(state, LOST_AT + 2 * MINUTE, found) == []
    (again,) = noticed(state, LOST_AT + 31 * MINUTE, found)
    apply(state, again)
    assert state.failures[WEB].seen == LOST_AT + 31 * MINUTE


# what becomes of it


def shown(state: State, run: Run, now: datetime) -> None:
    """Let the primary show a run."""
    for entry in notice_runs([a_template(run=run)], state, now):
        apply(state, entry)


def test_a_lost_run_that_shows_that_it_failed_is_the_same_failure() -> None:
    """One failure, one failover: the key is another, what answers it is not."""
    state = a_state()
    apply(state, noticed(state, LOST_AT)[0])
    shown(state, a_run(started=NOON, ended=NOON + HOUR), LOST_AT + HOUR)

    key = state.failures[WEB].key
    assert key == run_key(GOING_ON)
    assert is_same(key, lost_key(GOING_ON))
    assert failover_id(IMAGE.name, key) == failover_id(IMAGE.name, lost_key(GOING_ON))


@pytest.mark.parametrize(
    "run",
    [
        replace(GOING_ON, state=RunState.SUCCEEDED, ended=NOON + HOUR),
        replace(GOING_ON, state=RunState.CANCELED, ended=NOON + HOUR),
        replace(GOING_ON, started=NOON + HOUR),
    ],
    ids=["succeeded", "canceled", "a newer run"],
)
def test_a_lost_run_that_shows_anything_else_is_no_failure(run: Run) -> None:
    """What it then shows replaces what was thought of it."""
    state = a_state()
    apply(state, noticed(state, LOST_AT)[0])
    shown(state, run, LOST_AT + HOUR)

    assert WEB not in state.failures


# runs that are stuck


def test_a_stuck_run_is_taken_for_lost_only_if_the_policy_says_so() -> None:
    """By default it is told and no more (PROMISES S17, L7)."""
    readable = some_sightings(a_template(run=GOING_ON), now=STUCK_AT)
    acting = replace(POLICY, stuck_policy=StuckPolicy.FAILOVER)
    state = a_state()

    alerting = notice_lost([IMAGE], state, readable, POLICY, STUCK_AT)
    early = notice_lost([IMAGE], state, readable, acting, STUCK_AT - MINUTE)
    (entry,) = notice_lost([IMAGE], state, readable, acting, STUCK_AT)

    assert alerting == early == []
    assert entry.failure.classification.signature == "stuck_run"
    assert not readable.found_again(entry.failure)


# who speaks for it


def families(state: State, seen: Sightings, now: datetime) -> frozenset[Family]:
    """Return who speaks for the lost run."""
    apply(state, noticed(state, now, seen)[0])
    return weigh_all({IMAGE.name: IMAGE}, state, seen, POLICY, now)[WEB].families


def others_fail(state: State) -> None:
    """Let two others of the region fail alike."""
    for name in ("db", "app"):
        failure = a_failure(
            template=an_id(name), ended=NOON + 9 * MINUTE, recipe=name, identities=name
        )
        state.failures[failure.template] = failure


def test_alone_nothing_speaks_for_it() -> None:
    """It has no error of its own, and its history counts only beside one (PROMISES 0)."""
    state = a_state()
    state.built["recipe-web"] = {WEST: NOON - DAY}

    assert families(state, in_the_dark(LOST_AT), LOST_AT) == frozenset()


def test_what_speaks_against_its_region_speaks_for_it() -> None:
    """Two others that fail alike, Microsoft, an operator: each a family."""
    state, seen = a_state(), in_the_dark(LOST_AT)
    others_fail(state)
    seen.notices, seen.sources = {"events": (a_notice(),)}, {"events": LOST_AT}
    state.words[WEST] = Word(WEST, out=True, at=NOON, reason="the portal says so", actor="ada")

    spoken = families(state, seen, LOST_AT)

    assert spoken == {Family.PEERS, Family.NOTICES, Family.OPERATOR}


def test_one_other_that_failed_is_no_peer() -> None:
    """B speaks from two failing templates of the region, and a lost run is none (S12)."""
    state = a_state()
    others_fail(state)
    del state.failures[an_id("db")]

    assert families(state, in_the_dark(LOST_AT), LOST_AT) == frozenset()


def test_two_lost_runs_are_no_evidence_for_each_other() -> None:
    """That both cannot be read is one thing, and the provider's family tells of it already."""
    state = a_state()
    lost = noticed(state, LOST_AT)[0].failure
    for name in ("db", "app"):
        other = replace(lost, key=replace(lost.key, template=an_id(name)), recipe=name)
        state.failures[an_id(name)] = other

    assert Family.PEERS not in families(state, in_the_dark(LOST_AT), LOST_AT)


def test_nothing_speaks_for_a_run_that_was_found_again() -> None:
    """It goes on: there is nothing to answer."""
    state, seen = a_state(), in_the_dark(LOST_AT)
    others_fail(state)
    apply(state, noticed(state, LOST_AT, seen)[0])
    seen.seen[WEB] = LOST_AT + MINUTE

    verdict = weigh_all({IMAGE.name: IMAGE}, state, seen, POLICY, LOST_AT + MINUTE)[WEB]

    assert verdict.evidence == ()


def test_a_lost_run_vetoes_itself_if_its_recipe_never_built() -> None:
    """As any failure does, unless Microsoft or two others speak (PROMISES S12)."""
    state, seen = a_state(), in_the_dark(LOST_AT)
    state.successes.clear()
    apply(state, noticed(state, LOST_AT, seen)[0])
    images = {IMAGE.name: IMAGE}

    alone = weigh_all(images, state, seen, POLICY, LOST_AT)[WEB]
    others_fail(state)
    beside_others = weigh_all(images, state, seen, POLICY, LOST_AT)[WEB]

    assert alone.veto is not None
    assert beside_others.veto is None
    assert state.failures[WEB].key.kind is KeyKind.LOST
