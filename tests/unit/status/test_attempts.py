"""The measured availability of a region: each attempt counts once, for whom it was."""

from dataclasses import replace

import pytest

from aibwatch.model.decision import Reason
from aibwatch.model.entry import Entry, FailoverOpened, FailureJudged, RunSeen, Scored
from aibwatch.model.names import FailoverId, ImageName
from aibwatch.model.score import Deed, Pending, Score, Truth
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Cause, Classification, Disposition, FailureKey, due_key, lost_key
from aibwatch.status.attempts import REMEMBERED, AttemptOutcome, RegionAttempts
from builders import (
    CAPACITY,
    GENERIC,
    MINUTE,
    NOON,
    UNKNOWN,
    USER_BUILD,
    WEB,
    WEST,
    a_failover,
    a_failure,
    a_run,
)

FAILURE = a_failure()
JUDGED = FailureJudged(NOON, FAILURE)
OPENED = FailoverOpened(
    NOON, FailoverId("f00d"), ImageName("web"), FAILURE.key, Reason.PLATFORM_OUTAGE
)
CANCELED = Classification(Cause.CANCELED, Disposition.USER, "run_canceled")
RETRY = Classification(Cause.THROTTLED, Disposition.RETRY, "throttled")
WATCHER = Classification(Cause.AUTH, Disposition.WATCHER, "token_rejected")


def scored(truth: Truth, deed: Deed = Deed.HELD) -> Scored:
    """Return the score of FAILURE."""
    return Scored(NOON, Score(FAILURE.key, WEST, NOON, deed, truth))


def counted(*entries: Entry, state: State | None = None) -> list[str]:
    """Return the outcomes that these entries add, all of them in WEST."""
    attempts = RegionAttempts()
    attempts.restore(state or State())
    found = [each for entry in entries for each in attempts.of(entry)]
    assert {region for region, _ in found} <= {WEST}
    return [outcome for _, outcome in found]


@pytest.mark.parametrize(
    ("state", "outcomes"),
    [
        (RunState.SUCCEEDED, [AttemptOutcome.OK]),
        (RunState.FAILED, []),
        (RunState.RUNNING, []),
        (RunState.CANCELED, []),
        (RunState.PARTIALLY_SUCCEEDED, []),
    ],
)
def test_a_run_that_built_is_ok(state: RunState, outcomes: list[str]) -> None:
    """One that failed counts by its judgement; what was canceled or partly built says nothing."""
    assert counted(RunSeen(NOON, a_run(state=state), WEST, "r", "i")) == outcomes


@pytest.mark.parametrize(
    ("says", "outcomes"),
    [
        (CAPACITY, ["platform"]),
        (USER_BUILD, ["user"]),
        (GENERIC, []),
        (UNKNOWN, []),
        (CANCELED, []),
        (RETRY, []),
        (WATCHER, []),
    ],
    ids=lambda each: getattr(each, "cause", None),
)
def test_a_failure_counts_by_its_disposition(says: Classification, outcomes: list[str]) -> None:
    """What is not clear from the error alone counts for nobody yet."""
    assert counted(FailureJudged(NOON, a_failure(classification=says))) == outcomes


def test_a_suspect_that_is_answered_was_the_platforms() -> None:
    """Its verdict convinced; that the score says so too does not count it again."""
    acted = scored(Truth.PLATFORM, Deed.ACTED)

    assert counted(JUDGED, OPENED, acted) == ["platform"]


@pytest.mark.parametrize(
    ("truth", "outcome"), [(Truth.PLATFORM, "platform"), (Truth.OWNER, "user")]
)
def test_a_suspect_that_is_held_counts_by_its_score(truth: Truth, outcome: str) -> None:
    """It counts once its truth has shown."""
    assert counted(JUDGED, scored(truth)) == [outcome]


@pytest.mark.parametrize("key", [lost_key(a_run()), due_key(WEB, NOON)])
def test_what_has_no_error_is_no_attempt_though_it_is_answered(key: FailureKey) -> None:
    """A lost run is one when it shows how it ended; a missed build was none."""
    judged = FailureJudged(NOON, replace(FAILURE, key=key))

    assert counted(judged, replace(OPENED, key=key)) == []


def test_a_failure_that_is_judged_again_counts_once() -> None:
    """A log that is read later changes the judgement, not the number of failures."""
    clear = FailureJudged(NOON, replace(FAILURE, classification=USER_BUILD))

    assert counted(JUDGED, clear, clear, OPENED, scored(Truth.OWNER)) == ["user"]


def test_a_restart_counts_nothing_again_and_forgets_no_doubt() -> None:
    """What the journal tells is where counting goes on."""
    closed = State(failovers={FailoverId("f00d"): a_failover(key=FAILURE.key)})
    clear = a_failure(classification=CAPACITY)
    judged = State(failures={clear.template: clear})
    waiting = State(unscored={FAILURE.key: Pending(FAILURE)})

    assert counted(scored(Truth.PLATFORM), state=closed) == []
    assert counted(FailureJudged(NOON, clear), state=judged) == []
    assert counted(OPENED, state=waiting) == ["platform"]


def test_memory_is_bounded() -> None:
    """A daemon that runs for years forgets the oldest."""
    attempts = RegionAttempts()

    for number in range(REMEMBERED + 10):
        for says in (USER_BUILD, GENERIC):
            ended = NOON + (2 * number + (says is GENERIC)) * MINUTE
            failure = a_failure(ended=ended, classification=says)
            list(attempts.of(FailureJudged(NOON, failure)))

    assert len(attempts.counted) == REMEMBERED
    assert len(attempts.doubtful) == REMEMBERED
