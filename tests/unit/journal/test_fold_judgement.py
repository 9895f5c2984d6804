"""What the fold keeps of failures without a run, of remembered runs, of secondaries' verdicts."""

from dataclasses import replace

import pytest

from aibwatch.journal.builds import GOOD_RUNS
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    RunSeen,
    TemplateKnown,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.names import FailoverId, ImageName
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Failure, FailureKey, attempt_key, due_key, lost_key
from builders import (
    DAY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEST,
    a_failure,
    a_run,
    a_template,
    an_attempt,
)

KNOWN = TemplateKnown(NOON - DAY, a_template(lineage="web"))
REFUSED = Failure(
    attempt_key(an_attempt()), None, WEST, "recipe-web", "identity-web", NOON, GENERIC, at=NOON
)
SEEDED = HistorySeeded(NOON, WEB, WEST, "recipe-web", "identity-web", NOON - DAY, "version 1")


def told(*entries: object) -> State:
    """Return the state that these entries make."""
    state = State()
    for entry in (KNOWN, *entries):
        apply(state, entry)  # type: ignore[arg-type]  # all of them are entries
    return state


def seen(state: RunState, *, began: int, ended: int | None = None) -> RunSeen:
    """Return the sight of a run, by minutes from NOON."""
    run = a_run(
        started=NOON + began * MINUTE,
        state=state,
        ended=None if ended is None else NOON + ended * MINUTE,
    )
    return RunSeen(NOON + HOUR, run, WEST, "recipe-web", "identity-web")


def test_a_run_that_begins_ends_a_refused_attempt() -> None:
    """Somebody got it to run; an older run that is seen late does not."""
    judged = FailureJudged(NOON, REFUSED)

    assert told(judged, seen(RunState.RUNNING, began=5)).failures == {}
    assert told(judged, seen(RunState.SUCCEEDED, began=-90, ended=-60)).failures == {WEB: REFUSED}


def test_an_attempt_from_before_a_run_is_no_news() -> None:
    """The Activity Log is late."""
    state = told(seen(RunState.RUNNING, began=5), FailureJudged(NOON + HOUR, REFUSED))

    assert state.failures == {}


def test_a_failure_is_judged_anew_in_place() -> None:
    """When its log was read, say; an older one does not come back."""
    first = a_failure()
    again = replace(first, classification=replace(GENERIC, signature="another"))
    old = a_failure(ended=NOON - DAY)

    state = told(
        seen(RunState.FAILED, began=-30, ended=0),
        FailureJudged(NOON, first),
        FailureJudged(NOON, again),
        FailureJudged(NOON, old),
    )

    assert state.failures == {WEB: again}


def test_what_is_remembered_counts_until_something_was_seen() -> None:
    """It is marked; a good run that we see ourselves takes its place and keeps it."""
    remembered = told(SEEDED).successes[WEB]
    good = seen(RunState.SUCCEEDED, began=10, ended=30)

    assert (remembered.seeded, remembered.recipe) == ("version 1", "recipe-web")
    assert told(good, SEEDED).successes[WEB].seeded == ""
    assert told(SEEDED, good).successes[WEB].seeded == ""
    assert told(SEEDED).good == {}


def test_a_lineage_keeps_its_last_good_run() -> None:
    """Where each build has a template of its own."""
    state = told(seen(RunState.SUCCEEDED, began=-30, ended=0))

    assert state.lineages[WEST, "web"] == state.successes[WEB]


def test_so_many_good_runs_of_a_region_are_kept() -> None:
    """The latest ones, each once."""
    runs = [seen(RunState.SUCCEEDED, began=n, ended=n + 1) for n in range(GOOD_RUNS + 5)]

    state = told(*runs, runs[-1])

    assert [run.started for run in state.good[WEST]] == [each.run.started for each in runs[5:]]


def test_a_secondary_that_failed_the_same_way_is_remembered_against_the_verdict() -> None:
    """By the region and the signature of what it was to answer."""
    opened = FailoverOpened(
        NOON,
        FailoverId("f"),
        ImageName("web"),
        a_failure().key,
        Reason.PLATFORM_OUTAGE,
        signature=GENERIC.signature,
    )
    same = Closed(
        NOON + HOUR, FailoverId("f"), Outcome.FAILED, Reason.FAILED_THE_SAME_WAY, "as there"
    )
    others = [
        replace(same, reason=each)
        for each in (Reason.FAILED_ITS_OWN_WAY, Reason.FAILED_IN_THE_BUILD)
    ]

    assert told(opened, same).refuted == {WEST: {GENERIC.signature: NOON + HOUR}}
    assert [told(opened, each).refuted for each in others] == [{}, {}]


@pytest.mark.parametrize("key", [lost_key(a_run()), due_key(WEB, NOON)])
def test_what_has_no_error_is_not_scored(key: FailureKey) -> None:
    """A lost run is judged by what it shows later; nothing tells of a build that never was."""
    assert told(FailureJudged(NOON, replace(a_failure(), key=key))).unscored == {}
