"""Each failure of a primary is scored once, by what happened later and nothing that we believed."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.score import scored
from aibwatch.model.decision import Reason
from aibwatch.model.entry import NoticeKnown, Scored
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.notice import Notice
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Pending, Truth
from aibwatch.model.state import State
from aibwatch.model.verdict import Classification, Failure, failover_id
from builders import (
    CAPACITY,
    DAY,
    EAST,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_notice,
    a_policy,
    a_state,
    a_success,
    an_image,
)

NOW = NOON + 3 * HOUR
IMAGE = an_image()
RERUN = NOON + 2 * HOUR
"""When the primary's next run ended."""
BUILT = a_success(ended=RERUN)
CHANGED = a_success(ended=RERUN, recipe="recipe-new")


def pending(failure: Failure, *, acted: bool = False, proven: bool = True) -> Pending:
    """Return a failure that waits for its score."""
    return Pending(failure, proven, NOON + 3 * MINUTE if acted else None)


def waiting(
    classification: Classification = GENERIC, *, acted: bool = False, proven: bool = True
) -> State:
    """Return a state in which the failure at NOON waits for its score."""
    failure = a_failure(classification=classification)
    state = a_state(failures=[failure], beliefs=[a_belief()])
    state.unscored[failure.key] = pending(failure, acted=acted, proven=proven)
    return state


def answered(outcome: Outcome | None, reason: Reason) -> Failover:
    """Return the failover that answers the failure at NOON, with its outcome."""
    key = a_failure().key
    return a_failover(
        id=failover_id(IMAGE.name, key),
        key=key,
        phase=Phase.CLOSED if outcome else Phase.BUILDING,
        target=WEB_NORTH,
        outcome=outcome,
        reason=reason,
    )


def with_failover(state: State, failover: Failover) -> State:
    """Return `state` in which this failover is known."""
    state.failovers[failover.id] = failover
    return state


def with_notice(state: State, notice: Notice) -> State:
    """Return `state` in which this notice is known in WEST."""
    state.notices[WEST, "events", notice.id] = NoticeKnown(NOON, WEST, "events", notice)
    return state


def rerun(state: State, success: object = None, *, failed: Failure | None = None) -> State:
    """Return `state` in which the primary's next run ended so."""
    if failed and failed.run:
        state.runs[failed.template] = failed.run
        state.failures[failed.template] = failed
    else:
        good = success if success is not None else BUILT
        assert isinstance(good, type(BUILT))
        state.runs[good.run.template] = good.run
        state.successes[good.run.template] = good
        state.failures.clear()
    return state


def due(state: State) -> list[Scored]:
    """Return what is due."""
    return scored({IMAGE.name: IMAGE}, state, a_policy(), NOW)


def found(state: State) -> tuple[Deed, Truth] | None:
    """Return the score of the failure at NOON, None if it has none yet."""
    scores = due(state)
    assert len(scores) <= 1
    return (scores[0].score.deed, scores[0].score.truth) if scores else None


def test_the_same_recipe_that_builds_again_was_the_platforms_passing_trouble() -> None:
    """Nobody changed anything, and it works: holding was a miss."""
    assert found(rerun(waiting())) == (Deed.HELD, Truth.PLATFORM)


def test_a_changed_recipe_that_builds_was_the_owners() -> None:
    """They mended what was wrong."""
    other_identity = a_success(ended=RERUN, identities="identity-new")

    assert found(rerun(waiting(), CHANGED)) == (Deed.HELD, Truth.OWNER)
    assert found(rerun(waiting(), other_identity)) == (Deed.HELD, Truth.OWNER)


@pytest.mark.parametrize(
    "state",
    [
        rerun(waiting(USER_BUILD)),
        rerun(waiting(proven=False)),
        rerun(waiting(CAPACITY), CHANGED),
        waiting(),
    ],
    ids=["a user's error", "it never built before", "clear text, then changed", "no rerun"],
)
def test_what_may_have_been_mended_out_of_sight_is_not_known(state: State) -> None:
    """A right that is granted changes no recipe; a changed recipe does not clear the platform."""
    assert found(state) is None


def test_an_unknown_recipe_proves_nothing() -> None:
    """It may be any."""
    state = waiting()
    failure = replace(a_failure(), recipe="")
    state.unscored[failure.key] = pending(failure)

    assert found(rerun(state)) is None


def test_a_good_run_from_before_the_failure_proves_nothing() -> None:
    """That it built yesterday is why we ask, not the answer."""
    state = with_notice(waiting(acted=True), a_notice(began=None))
    earlier = a_success()
    state.successes[earlier.run.template] = earlier

    assert found(state) is None


def test_an_unchanged_rerun_counts_against_an_unknown_text_too() -> None:
    """That no signature knows it is no excuse: it was missed."""
    assert found(rerun(waiting(UNKNOWN, acted=False))) == (Deed.HELD, Truth.PLATFORM)


def test_failing_the_same_way_in_a_healthy_region_is_the_owners() -> None:
    """Holding was right."""
    again = a_failure(ended=RERUN, classification=USER_BUILD)

    assert found(rerun(waiting(USER_BUILD), failed=again)) == (Deed.HELD, Truth.OWNER)


@pytest.mark.parametrize(
    ("classification", "again", "health", "since"),
    [
        (USER_BUILD, GENERIC, Health.HEALTHY, NOON - DAY),
        (GENERIC, GENERIC, Health.DEGRADED, NOON - DAY),
        (GENERIC, GENERIC, Health.HEALTHY, RERUN),
        (UNKNOWN, UNKNOWN, Health.HEALTHY, NOON - DAY),
        (CAPACITY, CAPACITY, Health.HEALTHY, NOON - DAY),
    ],
    ids=["another way", "not healthy", "healthy only since", "no signature", "clear text"],
)
def test_failing_again_proves_nothing_else(
    classification: Classification, again: Classification, health: Health, since: object
) -> None:
    """It must be the same error, and the region beyond doubt."""
    state = rerun(waiting(classification), failed=a_failure(ended=RERUN, classification=again))
    state.regions[WEST] = replace(a_belief(health=health), since=since)

    assert found(state) is None


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.LATE_REPLICAS])
def test_a_secondary_that_built_it_shows_the_platforms_fault(outcome: Outcome) -> None:
    """The strongest evidence there is; acting was right."""
    state = with_failover(waiting(acted=True), answered(outcome, Reason.REPLICATED))

    assert found(state) == (Deed.ACTED, Truth.PLATFORM)


def test_a_secondary_that_failed_the_same_way_shows_the_owners() -> None:
    """Acting was needless, whatever the primary does later."""
    failed = answered(Outcome.FAILED, Reason.FAILED_THE_SAME_WAY)
    state = with_failover(waiting(acted=True), failed)

    assert found(state) == (Deed.ACTED, Truth.OWNER)
    assert found(rerun(state)) == (Deed.ACTED, Truth.OWNER)


def test_failing_everywhere_while_azure_is_ill_everywhere_is_not_known() -> None:
    """The secondary is no witness then."""
    failed = answered(Outcome.FAILED, Reason.FAILED_THE_SAME_WAY)
    state = with_failover(waiting(acted=True), failed)

    assert found(with_notice(state, a_notice(everywhere=True))) is None


@pytest.mark.parametrize(
    "failover",
    [
        answered(None, Reason.BUILDING),
        answered(Outcome.FAILED, Reason.OUTPUT_MISSING),
        answered(Outcome.ABANDONED, Reason.DEADLINE_PASSED),
        answered(Outcome.SUPERSEDED, Reason.PRIMARY_RERAN),
    ],
    ids=lambda each: str(each.outcome),
)
def test_an_answer_that_showed_nothing_leaves_it_to_the_others(failover: Failover) -> None:
    """Then the primary's own next run may tell."""
    state = with_failover(waiting(acted=True), failover)

    assert found(state) is None
    assert found(rerun(state)) == (Deed.ACTED, Truth.PLATFORM)


@pytest.mark.parametrize(
    "notice",
    [
        a_notice(),
        a_notice(active=False, mitigated=NOON + HOUR),
        a_notice(everywhere=True, regions=frozenset()),
    ],
    ids=["active", "over", "everywhere"],
)
def test_a_notice_that_covers_the_failure_shows_the_platforms_fault(notice: Notice) -> None:
    """However late it came."""
    assert found(with_notice(waiting(acted=True), notice)) == (Deed.ACTED, Truth.PLATFORM)


@pytest.mark.parametrize(
    "state",
    [
        with_notice(waiting(acted=True), a_notice(active=False, mitigated=NOON - MINUTE)),
        with_notice(waiting(acted=True), a_notice(began=NOON + MINUTE)),
        with_notice(waiting(acted=True), a_notice(began=None)),
        with_notice(waiting(USER_BUILD, acted=True), a_notice()),
    ],
    ids=["over before", "began after", "no begin", "a user's error"],
)
def test_a_notice_about_another_time_or_beside_a_users_error_shows_nothing(state: State) -> None:
    """A script that fails during an outage fails all the same."""
    assert found(state) is None


def test_a_notice_on_another_region_shows_nothing() -> None:
    """Neither for nor against."""
    state = waiting(acted=True)
    state.notices[EAST, "events", "N"] = NoticeKnown(NOON, EAST, "events", a_notice())

    assert found(state) is None


def test_what_may_still_be_answered_is_not_scored_as_held() -> None:
    """The debounce still runs, or a guard holds an open failover: we may act yet."""
    covered = with_notice(waiting(), a_notice())
    open_one = with_failover(with_notice(waiting(), a_notice()), answered(None, Reason.PAUSED))

    assert found(covered) is None
    assert found(rerun(open_one)) is None


def test_a_failure_that_grew_too_old_was_held() -> None:
    """Without a newer run it ends with the age at which nothing is answered any more."""
    state = with_notice(waiting(), a_notice())
    late = NOON + a_policy().incident_failure_age + MINUTE

    (score,) = scored({IMAGE.name: IMAGE}, state, a_policy(), late)

    assert score.score.deed is Deed.HELD


def test_what_the_mode_forbade_is_scored_as_advised_with_its_instant() -> None:
    """An image that is only observed shows how good the judgement is."""
    state = rerun(waiting())
    (key,) = state.unscored
    state.unscored[key] = replace(state.unscored[key], advised=NOON + 5 * MINUTE)

    (score,) = due(state)

    assert (score.score.deed, score.score.truth) == (Deed.ADVISED, Truth.PLATFORM)
    assert score.score.decided == NOON + 5 * MINUTE


def test_a_score_tells_when_and_what_showed_it() -> None:
    """Time to decide runs from the end of the failure to the intent."""
    state = with_failover(waiting(acted=True), answered(Outcome.SUCCEEDED, Reason.REPLICATED))

    (score,) = due(state)

    assert score.score.says == "web-north built it"
    assert (score.score.ended, score.score.decided) == (NOON, NOON + 3 * MINUTE)
    assert score.at == NOW


def test_only_primaries_of_images_are_scored() -> None:
    """A secondary's failure answers nothing by itself."""
    failure = a_failure(template=WEB_NORTH, region=NORTH)
    state = a_state(successes=[a_success(template=WEB_NORTH, ended=RERUN)])
    state.unscored[failure.key] = pending(failure)

    assert due(state) == []


def test_nothing_waiting_is_nothing_due() -> None:
    """As in most cycles."""
    assert due(State()) == []
