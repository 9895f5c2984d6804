"""When old entries go, and what is told of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.daemon import compacting as compacting_module
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.compacting import Compacting
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Compacted, Entry, Witnessed
from aibwatch.model.witness import Witness
from builders import DAY, NOON, a_policy, an_image
from logged import lines_of

OLD = [Witnessed(NOON, Witness(an_image(), a_policy(), NOON))] * 150
RETENTION = timedelta(milliseconds=100)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A store with entries that nothing rests on."""
    journal = SqliteJournal(tmp_path / "aibwatch.db")
    asyncio.run(journal.append(OLD, durable=True))
    yield journal
    journal.close()


def compacting(
    journal: SqliteJournal, may: Callable[[], bool], heard: list[Entry] | None = None
) -> Compacting:
    """Return what keeps a store small."""
    told = heard if heard is not None else []
    return Compacting(journal, SteadyClock(), RETENTION, may, told.append)


def test_old_entries_go_and_it_is_told(journal: SqliteJournal) -> None:
    """Once an entry that tells of it has taken their place."""
    heard: list[Entry] = []

    removed = asyncio.run(compacting(journal, lambda: True, heard).once(NOON + DAY))

    assert removed == 150
    assert list(journal.read()) == heard
    assert [type(each) for each in heard] == [Compacted]


@asynccontextmanager
async def running(parts: Compacting) -> AsyncIterator[None]:
    """Let it run for as long as the block does."""
    task = asyncio.create_task(parts.run())
    try:
        yield
    finally:
        task.cancel()


def test_it_begins_at_the_start(journal: SqliteJournal) -> None:
    """Without waiting for a day to pass."""

    async def story() -> Entry:
        told: asyncio.Queue[Entry] = asyncio.Queue()
        parts = Compacting(journal, SteadyClock(), RETENTION, lambda: True, told.put_nowait)
        async with running(parts), asyncio.timeout(10):
            return await told.get()

    assert isinstance(asyncio.run(story()), Compacted)


def test_a_replica_that_does_not_lead_leaves_the_store_alone(journal: SqliteJournal) -> None:
    """Also if it led when it began to look."""
    assert asyncio.run(compacting(journal, lambda: False).once(NOON + DAY)) == 0
    assert list(journal.read()) == OLD


def test_a_stop_is_not_held_up(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk through a long journal ends at its next record."""
    parts = compacting(journal, lambda: True)
    parts.stop()

    logs = lines_of(compacting_module, monkeypatch)
    removed = asyncio.run(parts.once(NOON + DAY))

    assert removed == 0
    assert [each["event"] for each in logs] == ["journal.not_compacted"]
    assert list(journal.read()) == OLD


def test_a_store_that_fails_is_left_as_it_is(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and tried again another day."""
    (tmp_path / "aibwatch.db").unlink()

    logs = lines_of(compacting_module, monkeypatch)
    removed = asyncio.run(compacting(journal, lambda: True).once(NOON + DAY))

    assert removed == 0
    assert [each["event"] for each in logs] == ["journal.not_compacted"]
