"""Runs that nobody saw end: a jump of the start shows them, or the Activity Log alone."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import pytest

from aibwatch.diagnose.missed import AFTER, filled, missed
from aibwatch.diagnose.runs import notice_runs
from aibwatch.journal.fold import apply, fold
from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.entry import Entry, MissedTold, RunMissed, RunSeen, TemplateKnown
from aibwatch.model.state import STARTS_KEPT, State
from aibwatch.model.template import ENDED, Run, RunKey, RunState
from builders import DAY, HOUR, MINUTE, NOON, WEB, WEST, a_run, a_template

BEGAN = NOON - 2 * HOUR
"""When the run began whose end is not seen."""
FIRST = a_run(started=BEGAN, state=RunState.RUNNING, ended=None)
SECOND = a_run(started=NOON - HOUR, state=RunState.RUNNING, ended=None)
an_attempt = partial(
    Attempt,
    template=WEB,
    correlation="c-1",
    began=BEGAN - MINUTE / 2,
    state=AttemptState.RUN_FAILED,
    ended=NOON - 90 * MINUTE,
    caller="ci",
)


def after(*runs: Run, more: Iterable[Entry] = ()) -> State:
    """Return what is believed when these runs were seen, one after the other."""
    seen = [RunSeen(run.started + MINUTE, run, WEST, "r", "i") for run in runs]
    return fold([TemplateKnown(NOON - DAY, a_template()), *seen, *more])


def jumped() -> State:
    """Return what is believed after the first run was replaced by the second."""
    (entry, *_) = notice_runs([a_template(run=SECOND)], after(FIRST), NOON)
    return after(FIRST, SECOND, more=[entry])


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.CANCELING])
def test_a_newer_run_on_one_that_was_not_seen_to_end_is_a_missed_one(state: RunState) -> None:
    """How it ended is overwritten; that it was missed is not (L11)."""
    before = after(replace(FIRST, state=state))

    found = missed(a_template(run=SECOND), before, NOON)

    assert found is not None
    assert (found.known, found.seen) == (FIRST.key, SECOND.key)
    assert found.region == WEST


@pytest.mark.parametrize(
    ("before", "run"),
    [
        (after(), FIRST),
        (after(FIRST), FIRST),
        (after(FIRST), replace(FIRST, state=RunState.FAILED, ended=NOON)),
        (after(SECOND), FIRST),
        (after(FIRST), None),
        *((after(replace(FIRST, state=ended)), SECOND) for ended in sorted(ENDED)),
    ],
)
def test_what_was_seen_to_end_or_is_old_was_not_missed(before: State, run: Run | None) -> None:
    """The first run, the same run, an older picture, and a run after one that ended."""
    assert missed(a_template(run=run), before, NOON) is None


def test_a_missed_run_is_told_before_the_newer_one_and_once() -> None:
    """Seen again, the newer run is known."""
    first = notice_runs([a_template(run=SECOND)], after(FIRST), NOON)
    again = notice_runs([a_template(run=SECOND)], jumped(), NOON)

    assert [type(each) for each in first] == [RunMissed, RunSeen]
    assert again == []


def test_a_run_that_cannot_be_makes_none_missed() -> None:
    """Nonsense from Azure is no newer run."""
    nonsense = replace(SECOND, state=RunState.UNKNOWN)

    assert notice_runs([a_template(run=nonsense)], after(FIRST), NOON) == []


@pytest.mark.parametrize("ending", [AttemptState.SUCCEEDED, AttemptState.RUN_FAILED])
def test_the_activity_log_tells_how_a_missed_run_ended(ending: AttemptState) -> None:
    """By the request that it came of: it began just before the run."""
    attempt = an_attempt(state=ending)

    found = filled([attempt], jumped(), NOON)

    assert found == [MissedTold(NOON, FIRST.key, WEST, ending, attempt.ended, "c-1")]


def test_an_ending_is_told_once() -> None:
    """Asked again with the same log, nothing is new."""
    state = jumped()
    for entry in filled([an_attempt()], state, NOON):
        apply(state, entry)

    assert filled([an_attempt()], state, NOON) == []
    assert state.missed == {FIRST.key: AttemptState.RUN_FAILED}


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(state=AttemptState.OPEN),
        an_attempt(state=AttemptState.ACCEPTED),
        an_attempt(state=AttemptState.REFUSED),
        an_attempt(began=SECOND.started),
        an_attempt(template="elsewhere"),
    ],
    ids=lambda attempt: str(attempt.state),
)
def test_what_tells_no_end_of_it_fills_nothing(attempt: Attempt) -> None:
    """Still open, refused, of the newer run, or of a template that nobody watches."""
    assert filled([attempt], jumped(), NOON) == []


def test_a_run_that_only_the_activity_log_knows_was_missed() -> None:
    """It was asked for, began and was replaced between two looks (L11)."""
    state = after(replace(FIRST, state=RunState.SUCCEEDED, ended=BEGAN + MINUTE), SECOND)
    unseen = an_attempt(began=BEGAN + 20 * MINUTE)

    gone, told = filled([unseen], state, NOON)

    assert isinstance(gone, RunMissed)
    assert gone.known == RunKey(WEB, unseen.began)
    assert gone.seen == SECOND.key
    assert gone.says == "nobody saw it run; ci asked for it"
    assert told == MissedTold(NOON, gone.known, WEST, AttemptState.RUN_FAILED, unseen.ended, "c-1")


def test_an_unseen_run_whose_end_is_told_later_is_counted_once() -> None:
    """First it is known to have begun, then how it ended."""
    state = after(SECOND)
    begun = an_attempt(state=AttemptState.ACCEPTED, ended=None)

    first = filled([begun], state, NOON)
    for entry in first:
        apply(state, entry)
    later = filled([an_attempt()], state, NOON)

    assert [type(each) for each in first] == [RunMissed]
    assert [type(each) for each in later] == [MissedTold]


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(began=SECOND.started - MINUTE),
        an_attempt(began=SECOND.started + HOUR / 2, state=AttemptState.ACCEPTED),
        an_attempt(began=NOON - 2 * DAY),
        an_attempt(began=SECOND.started - AFTER),
    ],
    ids=["its own request", "not replaced yet", "before the first look", "perhaps its own"],
)
def test_what_may_have_been_seen_was_not_missed(attempt: Attempt) -> None:
    """The newest run's own request, one that may still show, one from before we looked."""
    assert filled([attempt], after(SECOND), NOON) == []


def test_nothing_is_said_of_what_is_no_longer_remembered() -> None:
    """Only the last starts are kept: an older request may well have been seen."""
    ended = [
        a_run(started=NOON - (9 - hour) * HOUR, state=RunState.SUCCEEDED)
        for hour in range(STARTS_KEPT + 1)
    ]
    forgotten = an_attempt(began=ended[0].started - MINUTE)

    assert filled([forgotten], after(*ended), NOON) == []


def test_the_order_of_the_log_does_not_matter() -> None:
    """Attempts come as they were read."""
    attempts = [an_attempt(began=BEGAN - n * HOUR, correlation=f"c-{n}") for n in (1, 2, 3)]

    assert filled(attempts, jumped(), NOON) == filled(attempts[::-1], jumped(), NOON)
