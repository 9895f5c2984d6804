"""What the journal tells about probes."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.journal.fold import apply, check, fold
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import (
    Booted,
    Entry,
    FailureJudged,
    ProbeAnswered,
    ProbeIntended,
    RunSeen,
)
from aibwatch.model.failover import Event
from aibwatch.model.names import TemplateId, Token
from aibwatch.model.probe import Probe, ProbeReason
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from builders import DAY, MINUTE, NOON, WEST, a_failure, a_run, an_id

CANARY = an_id("canary-west")
FIRST, SECOND = Token("f125"), Token("5ec0")
INTENDED = ProbeIntended(NOON, WEST, CANARY, FIRST, 1, ProbeReason.SCHEDULED, before=NOON - DAY)
BEGAN = ProbeAnswered(NOON + MINUTE, WEST, FIRST, Event.BEGAN)
REFUSED = ProbeAnswered(NOON + MINUTE, WEST, FIRST, Event.REFUSED, "403")


def seen(
    started: datetime = NOON,
    state: RunState = RunState.RUNNING,
    template: TemplateId = CANARY,
    lasted: timedelta = 20 * MINUTE,
) -> RunSeen:
    """Return the sight of a run in WEST."""
    ended = started + lasted if state is not RunState.RUNNING else None
    run = a_run(template=template, started=started, state=state, ended=ended)
    return RunSeen(started + MINUTE, run, WEST, "bare", "its own")


def last(*entries: Entry) -> Probe:
    """Return the last probe that entries tell of."""
    found = fold(entries).last_probe(WEST)
    assert found
    return found


def test_an_intent_begins_a_probe_that_awaits_its_answer() -> None:
    """Whatever becomes of it is in later entries."""
    assert last(INTENDED) == Probe(
        WEST, CANARY, NOON, FIRST, ProbeReason.SCHEDULED, before=NOON - DAY
    )


@pytest.mark.parametrize("event", [Event.BEGAN, Event.REFUSED, Event.UNCLEAR])
def test_an_answer_is_kept_with_its_words(event: Event) -> None:
    """And when it came."""
    found = last(INTENDED, replace(BEGAN, event=event, says="504"))

    assert (found.answer, found.answered, found.says) == (event, NOON + MINUTE, "504")


def test_the_run_that_began_is_followed_to_its_end() -> None:
    """A later sight of an earlier state takes nothing back."""
    entries = [INTENDED, BEGAN, seen(), seen(state=RunState.SUCCEEDED), seen()]

    found = last(*entries)

    assert (found.started, found.state) == (NOON, RunState.SUCCEEDED)
    assert found.ended == NOON + 20 * MINUTE
    assert found.over
    assert not last(*entries[:3]).over


def test_a_run_is_found_though_the_answer_was_lost_or_comes_later() -> None:
    """Reading the canary settles it."""
    assert last(INTENDED, replace(BEGAN, event=Event.UNCLEAR), seen()).started == NOON
    assert last(INTENDED, seen(), BEGAN).started == NOON


@pytest.mark.parametrize(
    "other",
    [
        seen(NOON - DAY),
        seen(template=an_id("other")),
    ],
    ids=["the one before", "another template's"],
)
def test_a_run_that_is_not_the_probes_is_none_of_it(other: RunSeen) -> None:
    """The start of the last run was read just before the request."""
    assert last(INTENDED, BEGAN, other).started is None


def test_the_run_from_just_before_the_request_is_not_the_probes() -> None:
    """Clocks alone would not tell them apart; what was read just before does."""
    intended = replace(INTENDED, before=NOON - MINUTE)

    assert last(intended, BEGAN, seen(NOON - MINUTE)).started is None
    assert last(intended, BEGAN, seen(NOON)).started == NOON


def test_our_clock_does_not_say_whose_a_run_is() -> None:
    """It may be ahead of the stamps of runs: newer than what was read before is enough.

    A canary that never ran has none before: there only our clock tells an old one.
    """
    early = seen(NOON - 60 * MINUTE)

    assert last(INTENDED, BEGAN, early).started == NOON - 60 * MINUTE
    assert last(replace(INTENDED, before=None), BEGAN, early).started is None


def test_a_second_run_after_it_is_not_the_probes() -> None:
    """A person may run a canary as well."""
    later = seen(NOON + 60 * MINUTE)

    assert last(INTENDED, BEGAN, seen(), later).started == NOON


def test_what_was_refused_has_no_run() -> None:
    """A run that is seen then, or was before the answer, is somebody else's."""
    assert last(INTENDED, seen(), REFUSED).started is None
    assert last(INTENDED, REFUSED, seen()).started is None


def test_how_it_failed_is_kept_and_the_newer_judgement_holds() -> None:
    """Although a newer run makes `failures` forget it."""
    failure = a_failure(template=CANARY, ended=NOON + 30 * MINUTE)
    again = replace(failure, seen=NOON + 40 * MINUTE)
    story = [INTENDED, BEGAN, seen(state=RunState.FAILED, lasted=30 * MINUTE)]

    found = last(*story, FailureJudged(NOON, failure), FailureJudged(NOON, again))

    assert found.failure == again


def test_the_failure_of_another_run_is_not_kept() -> None:
    """It tells of another time."""
    other = a_failure(template=CANARY, ended=NOON - 60 * MINUTE)

    assert last(INTENDED, BEGAN, seen(), FailureJudged(NOON, other)).failure is None
    assert last(INTENDED, BEGAN, FailureJudged(NOON, other)).failure is None


def second(at: datetime = NOON + DAY, token: Token = SECOND) -> ProbeIntended:
    """Return the intent to a further probe."""
    return replace(INTENDED, at=at, token=token)


@pytest.mark.parametrize(
    ("story", "entry", "problem"),
    [
        ([INTENDED], second(), "still waits for its answer"),
        ([INTENDED, BEGAN], second(token=FIRST), "it was intended before"),
        ([INTENDED], replace(BEGAN, token=SECOND), "the last probe there is f125"),
        ([INTENDED, BEGAN], BEGAN, "or was answered"),
        ([], BEGAN, "the last probe there is none"),
        ([INTENDED], replace(BEGAN, event=Event.CLOSED), "closed is no answer"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused_and_changes_nothing(
    story: list[Entry], entry: Entry, problem: str
) -> None:
    """Two intents at once, one intent twice, an answer to nothing."""
    state = fold(story)

    with pytest.raises(ValueError, match=problem):
        check(state, entry)
    with pytest.raises(ValueError, match=problem):
        apply(state, entry)

    assert state == fold(story)


def test_probes_are_remembered_as_long_as_their_cost_is_shown() -> None:
    """Of any history the last is kept, however old."""
    month = second(NOON + 30 * DAY)
    later = second(NOON + 32 * DAY)

    assert len(fold([INTENDED, BEGAN, month]).probes[WEST]) == 2
    assert len(fold([INTENDED, BEGAN, later]).probes[WEST]) == 1
    assert last(INTENDED).at == NOON


def test_a_start_leaves_an_open_intent_unclear() -> None:
    """Its answer died with the process; no second request may follow from that."""
    journal = MemoryJournal()

    async def before() -> None:
        ledger = load(journal)
        ledger.recover("test", NOON)
        await ledger.write_ahead(INTENDED)

    asyncio.run(before())
    ledger = load(journal)
    entries = ledger.recover("test", NOON + MINUTE)

    assert [type(each) for each in entries] == [Booted, ProbeAnswered]
    found = ledger.state.last_probe(WEST)
    assert found
    assert (found.answer, found.says) == (Event.UNCLEAR, "the daemon stopped before the answer")
    assert ledger.recover("test", NOON + MINUTE)[1:] == []


def test_an_older_journal_has_no_probes() -> None:
    """It is read as ever."""
    assert fold([Booted(NOON, 1, "0.1.0")]) == State(epoch=1)
