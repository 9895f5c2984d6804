"""Taking old records out of a real store, in steps, with the chain still whole."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ages import HAPPENINGS, TEMPLATES, entries_of
from aibwatch.errors import StoreError
from aibwatch.journal.chain import gaps_of, verify
from aibwatch.journal.compaction import STEP, WORTHWHILE, Plan, plan
from aibwatch.journal.fold import fold
from aibwatch.journal.retention import COPIES_KEPT, EVERY, MARGIN, horizon, is_due, removable, same
from aibwatch.journal.sqlite import SqliteJournal, read_only
from aibwatch.model.blueprint import Blueprint, Recipe
from aibwatch.model.chain import Gap
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import (
    Compacted,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    RunSeen,
    Scored,
    TemplateCopied,
    Witnessed,
)
from aibwatch.model.names import FailoverId, ImageName
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.template import RunState
from aibwatch.model.witness import Witness
from builders import DAY, HOUR, NOON, WEST, a_failure, a_policy, a_run, an_id, an_image

RETENTION = 400 * DAY
COMMON = ("succeeds",) * 9 + HAPPENINGS


def months(hours: int) -> list[Entry]:
    """Return the journal of so many hours, most of which went well."""
    dice = random.Random(7)  # noqa: S311  a history, no secret
    return entries_of([(dice.randrange(len(TEMPLATES)), dice.choice(COMMON)) for _ in range(hours)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "aibwatch.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    """A new store."""
    journal = SqliteJournal(path)
    yield journal
    journal.close()


def append(journal: SqliteJournal, entries: list[Entry]) -> None:
    """Append entries, waiting for it."""
    asyncio.run(journal.append(entries, durable=True))


def planned(journal: SqliteJournal, after: timedelta = RETENTION) -> Plan:
    """Return what may go some time after the last entry."""
    last = max(each.at for each in journal.read())
    with journal.picture() as records:
        return plan(records, last + after, RETENTION)


def carry_out(journal: SqliteJournal, found: Plan) -> int:
    """Take out what may go; return in how many steps."""
    steps = list(found.steps(NOON + 800 * DAY))
    for each in steps:
        asyncio.run(journal.compact(each))
    return len(steps)


def size(journal: SqliteJournal) -> int:
    """Return the bytes of the file once all that was written is in it."""
    journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return journal.path.stat().st_size


def test_an_old_journal_shrinks_and_means_the_same(journal: SqliteJournal, path: Path) -> None:
    """Most of it goes, in small steps, and its space with it; the state and the chain stay."""
    append(journal, months(3000))
    before, state = size(journal), fold(journal.read())

    steps = carry_out(journal, planned(journal))

    left = list(journal.read())
    reader = read_only(path)
    found = verify(reader.records(), gaps_of(reader.records()))
    reader.close()
    assert same(fold(left), state)
    assert found.broken is None
    assert found.head == journal.head
    assert found.removed > 2 * found.records
    assert steps >= found.removed / STEP
    assert size(journal) < before / 2


def test_what_is_young_stays(journal: SqliteJournal) -> None:
    """Nothing goes before its time."""
    append(journal, months(1000))

    assert planned(journal, after=timedelta(0)) == Plan()


def test_few_records_are_left_for_another_day(journal: SqliteJournal) -> None:
    """To tell of them would take as much room."""
    witnessed = [Witnessed(NOON, Witness(an_image(), a_policy(), NOON))] * (WORTHWHILE - 1)
    append(journal, witnessed)
    few = planned(journal, after=2 * RETENTION)

    append(journal, witnessed[:1])
    enough = planned(journal, after=2 * RETENTION)

    assert few == Plan()
    assert enough.records == WORTHWHILE


def test_gaps_come_to_lie_beside_gaps(journal: SqliteJournal, path: Path) -> None:
    """A year later more goes; the chain holds over all of it, and the next start reads it."""
    entries = months(3000)
    append(journal, entries[: len(entries) // 2])
    carry_out(journal, planned(journal))
    append(journal, entries[len(entries) // 2 :])
    state = fold(journal.read())

    carry_out(journal, planned(journal))
    journal.close()

    again = SqliteJournal(path)
    append(again, [])
    reader = read_only(path)
    found = verify(reader.records(), gaps_of(reader.records()))
    reader.close()
    assert found.broken is None
    assert again.head == found.head == journal.head
    assert same(fold(again.read()), state)
    again.close()


def test_one_step_is_done_or_not(journal: SqliteJournal) -> None:
    """If its records cannot go, the chain does not tell of a gap."""
    append(journal, months(500))
    head, entries = journal.head, list(journal.read())
    journal._db.execute(
        "CREATE TRIGGER full BEFORE DELETE ON entry WHEN old.seq = 7"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )

    with pytest.raises(StoreError, match="no"):
        asyncio.run(journal.compact(Compacted(NOON, (Gap(5, 9, "a" * 64, "b" * 64),))))

    assert journal.head == head
    assert list(journal.read()) == entries


def test_a_picture_stays_as_it_is_while_the_daemon_writes(journal: SqliteJournal) -> None:
    """Three walks see the same records, and hold up no append."""
    append(journal, months(10))

    with journal.picture() as records:
        first = list(records())
        append(journal, months(10))
        second = list(records())

    assert first == second


def test_a_failover_that_is_open_or_young_is_kept_with_what_it_rests_on() -> None:
    """However long ago it was opened."""
    opened = NOON - 500 * DAY
    failure = a_failure(ended=opened)
    entry = FailoverOpened(
        opened, FailoverId("f"), ImageName("web"), failure.key, Reason.PLATFORM_OUTAGE
    )

    before = horizon(fold([entry]), NOON, RETENTION)

    assert before == opened - MARGIN
    assert horizon(fold([]), NOON, RETENTION) == NOON - RETENTION


def test_it_is_due_at_the_start_and_once_a_day() -> None:
    """Not sooner."""
    assert is_due(None, NOON)
    assert is_due(NOON - EVERY, NOON)
    assert not is_due(NOON - EVERY + HOUR, NOON)


def test_the_last_failure_that_let_go_of_others_stays() -> None:
    """A failure that was never scored is let go of by a later one; without that it would be back.

    The first template never ran again; the second did and was scored, so its failure is long past.
    """
    other = an_id("db-west")
    late = NOON + 10 * DAY
    failed = a_failure(template=other, ended=late)
    entries: list[Entry] = [
        RunSeen(NOON, a_run(), WEST, "recipe-web", "i"),
        FailureJudged(NOON, a_failure()),
        RunSeen(late, a_run(template=other, started=failed.began, ended=late), WEST, "r", "i"),
        FailureJudged(late, failed),
        Scored(late, Score(failed.key, WEST, late, Deed.HELD, Truth.OWNER)),
    ]
    for n in range(1, 6):
        at = late + n * DAY
        good = a_run(template=other, started=at, state=RunState.SUCCEEDED, ended=at + HOUR)
        entries.append(RunSeen(at + HOUR, good, WEST, "r", "i"))
    state = fold(entries)

    gone = set(removable(list(enumerate(entries)), state, late + 500 * DAY))

    left = fold(each for n, each in enumerate(entries) if n not in gone)
    assert gone
    assert same(left, state)


def test_of_each_template_the_newest_copies_stay_and_all_that_are_young() -> None:
    """What a template was before its last changes must be there, however long ago that is."""
    names = (an_id("web"), an_id("api"))
    entries: list[Entry] = [
        TemplateCopied(NOON + day * DAY, name, str(day), "{}", Blueprint(Recipe()))
        for day in range(COPIES_KEPT + 5)
        for name in names
    ]
    numbered = list(enumerate(entries, 1))

    ancient = set(removable(numbered, fold(entries), NOON + 1000 * DAY))
    younger = set(removable(numbered, fold(entries), NOON + 3 * DAY))

    assert ancient == set(range(1, 2 * 5 + 1))
    assert younger == set(range(1, 2 * 3 + 1))


def test_what_would_have_been_done_outlives_a_retention_that_is_shorter() -> None:
    """Also once less stood in its way; what was decided of it besides goes."""
    mode = Hold(Reason.OBSERVE_ONLY, "mode is observe; in auto, web-north would be started")
    warm = Hold(Reason.WARMING_UP, "2 full sweeps to go before anything is done")
    key, image = a_failure().key, ImageName("web")
    entries: list[Entry] = [
        Decided(NOON + n * HOUR, image, "hold", Reason.OBSERVE_ONLY, mode.says, held_by, key)
        for n, held_by in enumerate([(mode, warm), (mode,), (mode, warm)])
    ]
    entries.append(Decided(NOON + DAY, image, "hold", Reason.TOO_OLD, "it is too old", key=key))
    state = fold(entries)

    gone = set(removable(list(enumerate(entries)), state, NOON + 20 * DAY))

    assert gone == {0, 2}
    assert fold(each for n, each in enumerate(entries) if n not in gone) == state
    assert state.would[image] == (entries[1],)
