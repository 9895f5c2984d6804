"""An image without an open failover."""

from dataclasses import replace

import pytest

from aibwatch.failover.failed import consider
from aibwatch.model.decision import Open, Reason
from aibwatch.model.failover import Outcome, Phase
from aibwatch.model.names import ImageName
from aibwatch.model.state import View
from aibwatch.model.template import ENDED, RunState
from aibwatch.model.verdict import (
    Cause,
    Classification,
    Disposition,
    Family,
    failover_id,
    run_key,
)
from builders import (
    CAPACITY,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    UNKNOWN,
    WEB,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_run,
    a_template,
)
from views import NOW, TWO_SECONDARIES, a_view


def with_last_run(state: RunState) -> View:
    """Return a view in which the primary's last run did not fail."""
    view = a_view()
    view.state.failures.clear()
    view.state.runs[WEB] = a_run(state=state, ended=NOON if state in ENDED else None)
    return view


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (RunState.SUCCEEDED, Reason.NOTHING_FAILED),
        (RunState.CANCELED, Reason.CANCELED),
        (RunState.PARTIALLY_SUCCEEDED, Reason.PARTIAL),
        (RunState.RUNNING, Reason.PRIMARY_RUNNING),
        (RunState.CANCELING, Reason.PRIMARY_RUNNING),
    ],
)
def test_a_run_that_did_not_fail_starts_nothing(state: RunState, reason: Reason) -> None:
    """Only Failed is a failure; canceled and partial runs never start anything (PROMISES S19)."""
    decision = consider(TWO_SECONDARIES, with_last_run(state), NOW)

    assert (decision.reason, decision.action) == (reason, None)


def test_a_run_that_was_asked_for_by_hand_is_not_answered_by_itself() -> None:
    """Coming home runs the primary; that it failed there is told, and is that order's end (S23)."""
    view = a_view()
    failure = view.state.failures[WEB]
    assert failure.run is not None
    home = a_failover(phase=Phase.CLOSED, outcome=Outcome.FAILED, run=failure.run.key)
    assert consider(TWO_SECONDARIES, view, NOW).reason is not Reason.ANSWERED

    view.state.failovers[home.id] = home

    decision = consider(TWO_SECONDARIES, view, NOW)
    assert (decision.reason, decision.action) == (Reason.ANSWERED, None)


def test_an_image_that_was_never_seen_says_so() -> None:
    """Not seen is not the same as not failed."""
    view = with_last_run(RunState.SUCCEEDED)
    del view.state.runs[WEB], view.sightings.templates[WEB]

    assert consider(TWO_SECONDARIES, view, NOW).reason is Reason.NOT_SEEN_YET


def test_a_primary_that_never_ran_has_not_failed() -> None:
    """A template without a run is fine."""
    view = with_last_run(RunState.SUCCEEDED)
    del view.state.runs[WEB]

    assert consider(TWO_SECONDARIES, view, NOW).reason is Reason.NOTHING_FAILED


def test_a_run_is_waited_for_until_it_is_older_than_any_may_be() -> None:
    """Its build timeout and half an hour are granted (PROMISES S17)."""
    view = with_last_run(RunState.RUNNING)
    stuck_at = NOON - 30 * MINUTE + 4 * HOUR + 30 * MINUTE

    waiting = consider(TWO_SECONDARIES, view, stuck_at - MINUTE)
    stuck = consider(TWO_SECONDARIES, view, stuck_at)

    assert (waiting.reason, waiting.wake_at) == (Reason.PRIMARY_RUNNING, stuck_at)
    assert (stuck.reason, stuck.action) == (Reason.PRIMARY_STUCK, None)


def test_the_templates_own_timeout_counts() -> None:
    """A template that allows eight hours gets them."""
    view = with_last_run(RunState.RUNNING)
    view.sightings.templates[WEB] = a_template(build_timeout=8 * HOUR)

    decision = consider(TWO_SECONDARIES, view, NOON + 7 * HOUR)

    assert decision.reason is Reason.PRIMARY_RUNNING


@pytest.mark.parametrize(
    ("disposition", "reason"),
    [
        (Disposition.USER, Reason.USER_ERROR),
        (Disposition.RETRY, Reason.RETRYABLE),
        (Disposition.WATCHER, Reason.WATCHER_TROUBLE),
    ],
)
def test_what_is_not_the_platforms_opens_nothing(disposition: Disposition, reason: Reason) -> None:
    """A user's error follows the template to any region (PROMISES S9)."""
    error = Classification(Cause.USER_BUILD, disposition, "its_row", ("a script failed",))
    view = a_view(failure=a_failure(classification=error))

    decision = consider(TWO_SECONDARIES, view, NOW)

    assert (decision.reason, decision.action) == (reason, None)
    assert decision.says == "a script failed"


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause.USER_BUILD, Reason.USER_ERROR),
        (Cause.USER_CONFIG, Reason.USER_ERROR),
        (Cause.PERMISSION, Reason.USER_ERROR),
        (Cause.NOT_FOUND, Reason.USER_ERROR),
        (Cause.QUOTA, Reason.USER_ERROR),
        (Cause.CANCELED, Reason.USER_ERROR),
        (Cause.AUTH, Reason.WATCHER_TROUBLE),
        (Cause.CLIENT_NETWORK, Reason.WATCHER_TROUBLE),
    ],
)
def test_a_cause_that_is_nobodys_outage_is_told_even_if_the_text_is_not_sure(
    cause: Cause, reason: Reason
) -> None:
    """What others say too is only a suspicion of that cause, and still no outage (S9)."""
    error = Classification(cause, Disposition.SUSPECT, "its_row", ("the ordinary text",))
    view = a_view(failure=a_failure(classification=error))

    assert consider(TWO_SECONDARIES, view, NOW).reason is reason


def test_a_text_that_nobody_knows_opens_nothing() -> None:
    """Unknown fails closed, whatever else speaks (PROMISES S10)."""
    view = a_view(failure=a_failure(classification=UNKNOWN))

    assert consider(TWO_SECONDARIES, view, NOW).reason is Reason.UNKNOWN_ERROR


def test_a_failure_is_answered_once() -> None:
    """A failure that has its failover is not opened again, however that ended."""
    key = a_failure().key
    past = a_failover(
        id=failover_id(ImageName("web"), key),
        phase=Phase.CLOSED,
        outcome=Outcome.FAILED,
        closed=NOW,
    )

    decision = consider(TWO_SECONDARIES, a_view(past), NOW)

    assert (decision.reason, decision.action) == (Reason.ANSWERED, None)


def test_a_failure_grows_old() -> None:
    """Outside an incident it is answered for two hours from its end."""
    view = a_view()
    view.state.regions[WEST] = a_belief()

    in_time = consider(TWO_SECONDARIES, view, NOON + 2 * HOUR)
    too_late = consider(TWO_SECONDARIES, view, NOON + 2 * HOUR + MINUTE)

    assert in_time.reason is Reason.AWAITING_EVIDENCE
    assert in_time.wake_at == NOON + 2 * HOUR
    assert too_late.reason is Reason.TOO_OLD


def test_a_failure_lives_longer_within_an_incident() -> None:
    """While the region's incident is open, twelve hours count."""
    view = a_view()

    in_time = consider(TWO_SECONDARIES, view, NOON + 12 * HOUR)
    too_late = consider(TWO_SECONDARIES, view, NOON + 12 * HOUR + MINUTE)

    assert isinstance(in_time.action, Open)
    assert too_late.reason is Reason.TOO_OLD


def test_last_months_failure_is_not_answered_on_day_one() -> None:
    """What ended well before the template was first seen is history (PROMISES S16)."""
    view = a_view(failure=replace(a_failure(), seen=NOON + 3 * HOUR))
    view.state.first_seen[WEB] = NOON + 3 * HOUR

    assert consider(TWO_SECONDARIES, view, NOON + 3 * HOUR).reason is Reason.TOO_OLD


def test_a_recent_failure_is_answered_though_just_seen_first() -> None:
    """A daemon that starts in the middle of an outage answers what just failed."""
    view = a_view()
    view.state.first_seen[WEB] = NOW

    assert isinstance(consider(TWO_SECONDARIES, view, NOW).action, Open)


def test_a_template_first_seen_by_a_clock_that_was_ahead_is_answered() -> None:
    """A first start with a clock a day ahead makes nothing history once it is mended (S43)."""
    view = a_view()
    view.state.first_seen[WEB] = NOW + DAY

    assert isinstance(consider(TWO_SECONDARIES, view, NOW).action, Open)


def test_the_open_action_names_the_failure() -> None:
    """The failover's id follows from the image and the failure."""
    decision = consider(TWO_SECONDARIES, a_view(), NOW)
    key = run_key(a_failure().run)

    assert decision.action == Open(failover_id(ImageName("web"), key), key)


def test_capacity_is_named_as_the_reason() -> None:
    """A clear capacity code suffices alone, and the reason says that it was that."""
    view = a_view(failure=a_failure(classification=CAPACITY), families=[Family.RUN])
    view.state.regions[WEST] = a_belief()

    decision = consider(TWO_SECONDARIES, view, NOW)

    assert decision.reason is Reason.REGIONAL_CAPACITY
    assert isinstance(decision.action, Open)


def test_a_hold_that_only_delays_does_not_keep_a_failover_from_being_opened() -> None:
    """Without a secondary the failover is opened, so that it is visible, and waits."""
    view = replace(a_view(), readiness={})

    decision = consider(TWO_SECONDARIES, view, NOW)

    assert isinstance(decision.action, Open)
    assert [hold.reason for hold in decision.held_by] == [Reason.NO_CANDIDATE]


def test_every_guard_that_holds_is_named() -> None:
    """A person sees all that stands in the way, the first that keeps it closed first."""
    view = replace(a_view(families=[Family.RUN]), leader=False, readiness={})
    view.state.first_seen[WEB] = NOON - DAY

    decision = consider(TWO_SECONDARIES, view, NOW)

    assert decision.reason is Reason.AWAITING_EVIDENCE
    assert [hold.reason for hold in decision.held_by] == [
        Reason.AWAITING_EVIDENCE,
        Reason.NOT_LEADER,
        Reason.NO_CANDIDATE,
    ]
