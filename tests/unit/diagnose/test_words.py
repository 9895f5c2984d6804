"""An operator's word on a region: a family like any other, and the end of an incident."""

from datetime import datetime, timedelta

import pytest

from aibwatch.diagnose.prospects import prospects
from aibwatch.diagnose.region import assess, assess_all
from aibwatch.diagnose.weigh import weigh, weigh_all
from aibwatch.model.notice import Notice
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import Family, Verdict, Veto
from aibwatch.model.word import Word
from builders import (
    CAPACITY,
    HOUR,
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
    an_id,
    an_image,
    some_sightings,
)

OUT = a_word()
WELL = a_word(out=False, at=NOON + 10 * MINUTE, reason="it is mended")
POLICY = a_policy()


def a_scene(*words: Word, failed: datetime | None = NOON) -> State:
    """Return a state in which `web` failed and built before, and these words were said."""
    failures = [a_failure(ended=failed)] if failed else []
    state = a_state(failures=failures, successes=[a_success()])
    state.templates = {each.id: each for each in (a_template(), a_template(id=an_id("n")))}
    state.words = {each.region: each for each in words}
    return state


def seen_at(now: datetime, *notices: Notice) -> Sightings:
    """Return sightings in which the primary was just read."""
    return some_sightings(a_template(), notices=notices, now=now)


def judged(state: State, now: datetime = NOON) -> Verdict:
    """Weigh the failure of `web`."""
    return weigh(next(iter(state.failures.values())), state, seen_at(now), POLICY, now)


def believed(state: State, minutes: float, *notices: Notice) -> RegionBelief:
    """Weigh and assess so many minutes after NOON, and take the belief about WEST in."""
    now = NOON + minutes * MINUTE
    seen = seen_at(now, *notices)
    verdicts = weigh_all({}, state, seen, POLICY, now)
    belief = assess(WEST, verdicts.values(), state, seen, POLICY, now)
    state.regions[WEST] = belief
    return belief


# the word as a family


def test_a_word_is_a_family_of_every_failure_in_its_region() -> None:
    """Beside the error's own text it suffices, also for what failed before it was said."""
    alone, beside = judged(a_scene()), judged(a_scene(a_word(at=NOON + MINUTE)), NOON + MINUTE)

    assert not alone.convinces(2)
    assert beside.families == {Family.RUN, Family.OPERATOR}
    assert beside.convinces(2)
    assert beside.evidence[-1].says == "kim says that it is out: we see it ourselves"


@pytest.mark.parametrize(
    "word",
    [a_word(region=NORTH), a_word(until=NOON), a_word(out=False, at=NOON - MINUTE)],
    ids=["another region", "lapsed", "it is well"],
)
def test_who_does_not_say_that_it_is_out_is_silent(word: Word) -> None:
    """A word is of one region, and ends by itself at its time."""
    assert judged(a_scene(word)).families == {Family.RUN}


@pytest.mark.parametrize("says", [USER_BUILD, UNKNOWN], ids=["user", "unknown"])
def test_no_word_makes_an_owners_error_the_platforms(says: object) -> None:
    """Such an error follows its template to any region, whoever speaks (S9, S10)."""
    state = a_scene(OUT)
    state.failures = {each.template: each for each in (a_failure(classification=says),)}

    assert judged(state).evidence == ()


def test_a_word_lifts_no_veto() -> None:
    """A template that never built may be broken itself: only Microsoft or two others lift it."""
    state = a_scene(OUT)
    state.successes.clear()

    verdict = judged(state)

    assert verdict.families == {Family.RUN, Family.OPERATOR}
    assert verdict.veto is Veto.NEVER_SUCCEEDED


# the word as a sign of its region


def test_a_word_alone_degrades_its_region_for_as_long_as_it_stands() -> None:
    """Nothing failed: one family, never an outage, however long it is said (S12)."""
    state = a_scene(a_word(until=NOON + HOUR), failed=None)

    beliefs = [believed(state, minutes) for minutes in (0, 10, 59, 60)]

    assert {each.health for each in beliefs} == {Health.DEGRADED}
    assert [bool(each.evidence) for each in beliefs] == [True] * 3 + [False]
    assert state.regions[WEST].agreed_since is None


def test_beside_one_other_family_a_word_makes_an_outage_after_the_debounce() -> None:
    """A failure, or a notice where nothing failed."""
    failing, told = a_scene(OUT), a_scene(OUT, failed=None)

    first, after = believed(failing, 1), believed(failing, 4)
    believed(told, 1, a_notice())

    assert (first.health, after.health) == (Health.DEGRADED, Health.OUTAGE)
    assert after.families == {Family.RUN, Family.OPERATOR}
    assert believed(told, 4, a_notice()).families == {Family.NOTICES, Family.OPERATOR}


def test_a_word_counts_where_there_was_no_room_too() -> None:
    """Of a failure for want of room only itself speaks against the region, and the word is none."""
    state = a_scene(OUT)
    state.failures = {each.template: each for each in (a_failure(classification=CAPACITY),)}

    assert believed(state, 1).families == {Family.RUN, Family.OPERATOR}


def test_a_region_that_was_never_read_is_assessed_once_somebody_speaks_of_it() -> None:
    """It is shown what was said of it."""
    state = State()
    state.words[WEST] = OUT

    (entry,) = assess_all({}, state, some_sightings(), POLICY, NOON)

    assert (entry.belief.region, entry.belief.health) == (WEST, Health.DEGRADED)


def test_an_incident_lasts_while_somebody_says_that_it_is_out() -> None:
    """Neither a good run nor a quiet hour ends it; after the word it takes `healthy_delay`."""
    until = NOON + 2 * HOUR
    state = a_scene(a_word(until=until))
    believed(state, 1)
    believed(state, 4)
    state.built_in[WEST] = NOON + 20 * MINUTE
    state.failures.clear()

    during = [believed(state, minutes).health for minutes in (30, 61, 119)]
    after = [believed(state, minutes).health for minutes in (120, 149, 150)]

    assert during == [Health.OUTAGE] * 3
    assert after == [Health.OUTAGE, Health.OUTAGE, Health.HEALTHY]


# that it is well again


def in_outage() -> State:
    """Return a state in which WEST is out since 4 minutes after NOON, by a failure and a word."""
    state = a_scene(OUT)
    believed(state, 1)
    assert believed(state, 4).incident
    return state


def test_a_clear_ends_an_incident_at_once() -> None:
    """Without `healthy_delay`; what failed before is spent, for good."""
    state = in_outage()
    state.words[WEST] = WELL

    belief = believed(state, 10)

    assert (belief.health, belief.incident) == (Health.HEALTHY, None)
    assert belief.cleared == WELL.at
    assert not belief.unproven
    assert believed(state, 11) == belief
    assert judged(state, NOON + 11 * MINUTE).evidence == ()


def test_what_fails_after_a_clear_counts() -> None:
    """A failure that ended since is evidence again, beside whatever else speaks."""
    state = in_outage()
    state.words[WEST] = WELL
    believed(state, 10)
    newer = a_failure(ended=NOON + 11 * MINUTE)
    state.failures = {newer.template: newer}
    state.built["recipe-web"] = {WEST: NOON - HOUR}

    first = believed(state, 12)

    assert first.families == {Family.RUN, Family.HISTORY}
    assert believed(state, 15).health is Health.OUTAGE


def test_a_clear_leaves_an_incident_of_which_enough_speaks_since() -> None:
    """Two families that are newer than the word: it is out, whoever says otherwise."""
    state = in_outage()
    incident = state.regions[WEST].incident
    state.built["recipe-web"] = {WEST: NOON - HOUR}
    newer = a_failure(ended=WELL.at + timedelta(seconds=1))
    state.failures = {newer.template: newer}
    state.words[WEST] = WELL

    belief = believed(state, 11)

    assert (belief.health, belief.incident) == (Health.OUTAGE, incident)
    assert belief.cleared == WELL.at
    assert belief.families == {Family.RUN, Family.HISTORY}


def test_one_family_since_does_not_hold_an_incident() -> None:
    """A notice that lingers degrades, as it does without an incident."""
    state = in_outage()
    state.words[WEST] = WELL

    belief = believed(state, 10, a_notice())

    assert (belief.health, belief.incident) == (Health.DEGRADED, None)


def test_a_clear_is_heeded_once() -> None:
    """A later outage is judged by its own evidence, and lasts."""
    state = in_outage()
    state.words[WEST] = WELL
    believed(state, 10)
    later = a_belief(health=Health.OUTAGE, since=NOON + HOUR, cleared=NOON + 30 * MINUTE)
    state.regions[WEST] = later

    assert believed(state, 61).health is Health.OUTAGE


def test_a_clear_ends_what_only_a_person_may_end() -> None:
    """With a negative `healthy_delay` nothing else does (S24)."""
    state = in_outage()
    state.words[WEST] = WELL
    policy = a_policy(healthy_delay=-MINUTE)
    now = NOON + 10 * MINUTE

    assert assess(WEST, [], state, seen_at(now), policy, now).health is Health.HEALTHY


def test_a_clear_in_the_debounce_begins_it_anew() -> None:
    """What agreed before is spent, so it is as if nothing had spoken."""
    state = a_scene(OUT)
    assert believed(state, 1).agreed_since
    state.words[WEST] = a_word(out=False, at=NOON + 2 * MINUTE)

    belief = believed(state, 2)

    assert (belief.health, belief.agreed_since) == (Health.HEALTHY, None)


# who could speak


def test_it_is_counted_on_only_once_it_is_said() -> None:
    """An owner who counts families must not count one that a person has to bring."""
    unsaid = _operator(a_scene())
    said = _operator(a_scene(OUT))

    assert unsaid == (False, "by itself; a person says so with `aibwatch region out westeurope`")
    assert said == (True, "kim says that it is out: we see it ourselves")


def _operator(state: State) -> tuple[bool, str]:
    state.runs.setdefault(a_run().template, a_run())
    found = prospects(an_image(), state, seen_at(NOON), NOON)
    (operator,) = (each for each in found if each.family is Family.OPERATOR)
    return operator.possible, operator.says
