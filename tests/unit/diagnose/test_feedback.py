"""What a secondary's run tells of the primary's region."""

from dataclasses import replace

from aibwatch.diagnose.weigh import weigh
from aibwatch.model.names import Region
from aibwatch.model.state import State
from aibwatch.model.verdict import Failure, Family, Verdict
from builders import (
    DAY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    WEST,
    a_failure,
    a_notice,
    a_policy,
    a_state,
    a_success,
    an_id,
    some_sightings,
)

OTHER = a_failure(template=an_id("shop-west"), recipe="recipe-shop", identities="identity-shop")


def outage() -> State:
    """Return a state in which two templates failed alike that had built before."""
    state = a_state(failures=[a_failure(), OTHER], successes=[a_success()])
    state.built["recipe-web"] = {WEST: NOON - DAY}
    return state


def judged(state: State, failure: Failure | None = None, **seen: object) -> Verdict:
    """Return the verdict on the primary's failure."""
    notices = [a_notice()] if seen.get("reported") else []
    return weigh(failure or a_failure(), state, some_sightings(notices=notices), a_policy(), NOON)


def test_until_a_secondary_ended_everything_speaks() -> None:
    """The positive control."""
    assert judged(outage()).families == {Family.RUN, Family.PEERS, Family.HISTORY}


def test_a_secondary_that_fails_the_same_way_silences_peers_and_history() -> None:
    """It was the build, or all of Azure: other images stop moving."""
    state = outage()
    state.refuted[WEST] = {GENERIC.signature: NOON + HOUR}

    verdict = judged(state)

    assert verdict.families == {Family.RUN}
    assert verdict.refuted


def test_microsoft_s_word_outlasts_it() -> None:
    """What does not rest on likeness still speaks."""
    state = outage()
    state.refuted[WEST] = {GENERIC.signature: NOON + HOUR}

    assert judged(state, reported=True).families == {Family.RUN, Family.NOTICES}


def test_another_secondary_that_built_is_stronger() -> None:
    """One image's own trouble says nothing of the region then."""
    state = outage()
    state.refuted[WEST] = {GENERIC.signature: NOON + HOUR}
    state.confirmed[WEST] = {GENERIC.signature: NOON + HOUR + MINUTE}

    assert not judged(state).refuted


def test_it_is_about_this_region_this_error_and_this_time() -> None:
    """Elsewhere, other texts and later failures are judged anew."""
    state = outage()
    state.refuted = {WEST: {"another": NOON}, Region("eastus"): {GENERIC.signature: NOON}}
    late = replace(a_failure(), at=None)

    state_late = outage()
    state_late.refuted[WEST] = {GENERIC.signature: NOON - HOUR}

    assert not judged(state, late).refuted
    assert not judged(state_late).refuted
