"""What answers a failure without us."""

from dataclasses import replace

import pytest

from aibwatch.failover.choosing import choose
from aibwatch.failover.failed import consider
from aibwatch.model.decision import Close, Decision, Reason, Start
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from aibwatch.model.verdict import (
    LOST_RUN,
    OVERDUE,
    Failure,
    Family,
    due_key,
    lost_key,
)
from builders import (
    DAY,
    GENERIC,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    a_definition_id,
    a_failover,
    a_failure,
    a_run,
    a_success,
    a_version,
)
from views import NOW, TWO_SECONDARIES, a_view

DAILY = replace(TWO_SECONDARIES, expect_every=DAY)
REGIONAL = (Family.PEERS, Family.NOTICES)
GOING_ON = a_run(state=RunState.RUNNING, ended=None)


def a_lost_run() -> Failure:
    """Return the primary's run as lost at NOON."""
    error = replace(GENERIC, signature=LOST_RUN)
    return replace(a_failure(classification=error), key=lost_key(GOING_ON), run=GOING_ON, seen=NOON)


def in_the_dark() -> View:
    """Return a view in which the primary was last read before its run was taken for lost."""
    view = a_view(failure=a_lost_run(), families=REGIONAL)
    view.sightings.seen[WEB] = NOON - MINUTE
    return view


def an_overdue_build() -> Failure:
    """Return a build that was due at NOON."""
    error = replace(GENERIC, signature=OVERDUE)
    failure = a_failure(classification=error)
    return replace(failure, key=due_key(WEB, NOON), run=None, at=NOON, seen=NOON)


def both(view: View, failure: Failure, image: Image = TWO_SECONDARIES) -> tuple[Decision, Decision]:
    """Return what is decided without a failover, and with one that still chooses."""
    failover = a_failover(key=failure.key)
    return consider(image, view, NOW), choose(image, failover, view, NOW)


def test_a_good_build_of_a_secondary_is_the_answer() -> None:
    """Whoever began it: nothing is opened, and what is open ends (PROMISES S44)."""
    view = a_view()
    run = a_run(template=WEB_NORTH, started=NOON + MINUTE, state=RunState.SUCCEEDED)
    view.state.runs[WEB_NORTH] = run

    closed, open_one = both(view, a_failure())

    assert (closed.reason, closed.action, closed.held_by) == (Reason.BUILT_ELSEWHERE, None, ())
    assert open_one.reason is Reason.BUILT_ELSEWHERE
    assert isinstance(open_one.action, Close)
    assert open_one.action.outcome is Outcome.SUPERSEDED
    assert open_one.says == "web-north built it: its run of 12:01:00Z came right"


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PARTIALLY_SUCCEEDED])
def test_a_build_of_a_secondary_that_is_not_good_yet_is_waited_for(state: RunState) -> None:
    """It may still become the answer, or not."""
    view = a_view()
    view.state.runs[WEB_NORTH] = a_run(template=WEB_NORTH, started=NOON + MINUTE, state=state)

    for decision in both(view, a_failure()):
        assert (decision.reason, decision.action) == (Reason.BUILT_ELSEWHERE, None)
        assert [hold.reason for hold in decision.held_by] == [Reason.BUILT_ELSEWHERE]


def test_a_version_of_the_instant_at_which_the_failed_run_began_is_no_newer_one() -> None:
    """What was published then had been built before."""
    view, failure = a_view(), a_failure()
    view.sightings.versions[a_definition_id()] = (a_version(published=failure.began),)

    assert Reason.NEWER_VERSION not in {each.reason for each in both(view, failure)}


def test_a_newer_version_opens_nothing() -> None:
    """As it ends what is open (PROMISES S18)."""
    view = a_view()
    view.sightings.versions[a_definition_id()] = (a_version(published=NOON + MINUTE),)

    closed, open_one = both(view, a_failure())

    assert (closed.reason, closed.action) == (Reason.NEWER_VERSION, None)
    assert open_one.reason is Reason.NEWER_VERSION


# a run that was lost


def test_a_lost_run_is_answered_like_any_failure() -> None:
    """Two families besides what an error would say suffice."""
    view = in_the_dark()

    closed, open_one = both(view, a_lost_run())

    assert closed.action is not None
    assert isinstance(open_one.action, Start)


def test_a_lost_run_that_is_found_again_is_waited_for() -> None:
    """It was read after it was taken for lost, and goes on (PROMISES S17)."""
    view = in_the_dark()
    view.sightings.seen[WEB] = NOON
    of_that_instant = both(view, a_lost_run())[0]
    view.sightings.seen[WEB] = NOON + MINUTE

    closed, open_one = both(view, a_lost_run())

    assert of_that_instant.action is not None
    assert (closed.reason, closed.action) == (Reason.PRIMARY_RUNNING, None)
    assert isinstance(open_one.action, Close)
    assert open_one.reason is Reason.PRIMARY_RUNNING


def test_the_failover_of_a_lost_run_goes_on_when_the_run_shows_that_it_failed() -> None:
    """The failures compare by what they are, not by how they came to be known."""
    open_one = choose(TWO_SECONDARIES, a_failover(key=a_lost_run().key), a_view(), NOW)

    assert isinstance(open_one.action, Start)


def test_the_failover_of_a_lost_run_that_came_right_is_over() -> None:
    """And says that it was that run."""
    view = a_view()
    view.state.failures.clear()
    view.state.runs[WEB] = replace(GOING_ON, state=RunState.SUCCEEDED, ended=NOON)

    decision = choose(TWO_SECONDARIES, a_failover(key=a_lost_run().key), view, NOW)

    assert decision.reason is Reason.PRIMARY_RERAN
    assert decision.says == "the run that was lost has shown its end: Succeeded"


def test_a_build_elsewhere_since_a_lost_run_began_is_its_answer() -> None:
    """Where no end is known, what began after the begin counts."""
    view = in_the_dark()
    started = GOING_ON.started + MINUTE
    run = a_run(template=WEB_NORTH, started=started, state=RunState.SUCCEEDED)
    view.state.runs[WEB_NORTH] = run

    assert consider(TWO_SECONDARIES, view, NOW).reason is Reason.BUILT_ELSEWHERE


# a build that was overdue


def an_overdue_view() -> View:
    """Return a view in which a daily build was due at NOON."""
    view = a_view(failure=an_overdue_build(), families=REGIONAL)
    view.state.successes[WEB] = a_success(ended=NOON - DAY)
    return view


def test_an_overdue_build_is_answered_like_any_failure() -> None:
    """While its region is out."""
    closed, open_one = both(an_overdue_view(), an_overdue_build(), DAILY)

    assert closed.action is not None
    assert isinstance(open_one.action, Start)


def test_an_overdue_build_that_came_after_all_is_over() -> None:
    """A run that began before it was due and ended well late is a build too."""
    view = an_overdue_view()
    view.state.successes[WEB_NORTH] = a_success(template=WEB_NORTH, ended=NOON - MINUTE)

    closed, open_one = both(view, an_overdue_build(), DAILY)

    assert (closed.reason, closed.action) == (Reason.BUILT_ELSEWHERE, None)
    assert isinstance(open_one.action, Close)
    assert open_one.says == "a good build ended 2026-03-02 11:59Z"


def test_that_a_build_is_overdue_is_told_while_nothing_failed() -> None:
    """From the instant on at which it was due; before, that instant is waited for."""
    view = an_overdue_view()
    view.state.failures.clear()
    view.state.runs[WEB] = view.state.successes[WEB].run

    early = consider(DAILY, view, NOON - MINUTE)
    late = consider(DAILY, view, NOON)

    assert (early.reason, early.wake_at) == (Reason.NOTHING_FAILED, NOON)
    assert (late.reason, late.action) == (Reason.OVERDUE, None)
