"""A file that cannot be used at the start is taken up once it can be, and not before."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from aibwatch.daemon.leadership import Identity, Leadership
from aibwatch.daemon.taking_up import is_taken_up, take_up
from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.late import EVERY, LateJournal
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import Ledger
from aibwatch.journal.lock import FileLock
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Answered, Booted, Compacted, Entry, Paused, TemplateKnown
from aibwatch.model.failover import Phase
from aibwatch.model.names import ImageName
from aibwatch.model.state import State
from builders import NOON, WEB, a_template
from unit.daemon.test_leadership import OPEN_INTENT, F, HandClock

PAUSE = Paused(NOON, "image:db", "audit")
BEFORE = (Booted(NOON, 4, "1"), PAUSE, *OPEN_INTENT)
"""What a daemon left behind: a pause, and an open intent."""
NO_DATABASE = b"no database at all " * 500


class Late:
    """The right to act over a file that could not be used, on a clock of the test's own."""

    def __init__(self, path: Path) -> None:
        """Watch without it at first, as a start does."""
        self.clock = HandClock()
        self.journal = LateJournal(path, "it is broken")
        self.ledger = Ledger(self.journal, State())
        self.leadership = Leadership(
            self.ledger, OwnLease(), self.clock, Identity("a", "2", "c0ffee")
        )
        self.leadership.begin()
        self.told: list[str] = []
        self.leadership.changed = lambda: self.told.append("changed")
        self.leadership.followed = lambda: self.told.append("followed")

    async def look(self) -> bool:
        """Look at the file, and return whether it was taken up."""
        return await is_taken_up(self.journal, self.leadership)


def stored(path: Path, entries: tuple[Entry, ...] = BEFORE) -> bytes:
    """Return what is in a file with these entries, and leave the file there."""
    journal = SqliteJournal(path)
    asyncio.run(journal.append(entries, durable=True))
    journal.close()
    return path.read_bytes()


def write(path: Path, data: bytes) -> None:
    """Write over the file, as whoever restores it does."""
    path.write_bytes(data)


def told(path: Path) -> list[Entry]:
    """Return what is in the file."""
    journal = SqliteJournal(path)
    entries = list(journal.read())
    journal.close()
    return entries


def play(late: Late, story: Callable[[Late], Coroutine[Any, Any, None]]) -> None:
    """Play a story, and put the file away."""
    asyncio.run(story(late))
    late.journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "aibwatch.db"


def test_a_file_that_was_mended_is_taken_up_with_all_that_it_tells(path: Path) -> None:
    """As by a start: a new epoch, an open intent is unclear, and what was seen is seen again."""
    good = stored(path)
    write(path, NO_DATABASE)

    async def story(late: Late) -> None:
        late.ledger.record([TemplateKnown(NOON, a_template())])
        assert not await late.ledger.flush()
        assert late.leadership.leads, "there is nobody else who could tell people"
        write(path, good)
        assert [await late.look() for _ in range(2)] == [False, True]
        assert late.told == ["changed", "followed"]
        await late.ledger.write_ahead(Paused(NOON, "all", "audit"))

    late = Late(path)
    play(late, story)

    state = late.ledger.state
    assert (state.epoch, state.failovers[F].phase) == (5, Phase.STARTING)
    assert state.open == {ImageName("web"): F}
    assert WEB not in state.templates
    assert PAUSE in state.pauses.values()
    written = told(path)[len(BEFORE) :]
    assert [type(each) for each in written] == [Booted, Answered, Paused]


def test_a_file_that_is_still_being_written_is_let_be(path: Path) -> None:
    """Whoever copies a store back does so bit by bit, and an empty file is none yet."""
    good = stored(path)

    async def story(late: Late) -> None:
        write(path, b"")
        assert not await late.look()
        assert not await late.look()
        for piece in (good[:4096], good[: len(good) // 2], good):
            write(path, piece)
            assert not await late.look()
        assert await late.look()

    write(path, NO_DATABASE)
    play(Late(path), story)

    assert told(path)[: len(BEFORE)] == list(BEFORE)


def test_a_file_that_is_gone_is_not_made_anew(path: Path) -> None:
    """It may be on its way back; who wants to begin anew starts anew."""

    async def story(late: Late) -> None:
        assert not any([await late.look() for _ in range(3)])

    play(Late(path), story)

    assert not path.exists()


def test_what_makes_no_sense_is_read_once_and_again_only_when_it_changed(path: Path) -> None:
    """To read a journal takes long; its lock is free for whoever mends it."""
    good = stored(path)
    path.unlink()
    stored(path, (Booted(NOON, 5, "1"), Booted(NOON, 2, "1")))

    async def story(late: Late) -> None:
        assert not await late.look()
        somebody = FileLock(path)
        assert not any([await late.look() for _ in range(3)])
        assert not await late.ledger.flush()
        assert "makes no sense" in late.ledger.problem, "it was opened once more"
        somebody.release()
        write(path, good)
        assert [await late.look() for _ in range(2)] == [False, True]

    play(Late(path), story)


def test_a_file_that_another_daemon_has_is_left_to_it(path: Path) -> None:
    """It is told who has it; when that one has gone it is ours."""
    stored(path)
    other = SqliteJournal(path)

    async def story(late: Late) -> None:
        assert not await late.look()
        assert not await late.ledger.flush()
        assert "another aibwatch" in late.ledger.problem
        other.close()
        assert [await late.look() for _ in range(2)][-1]

    play(Late(path), story)


def test_nothing_is_appended_to_what_was_not_read(path: Path) -> None:
    """What a start without the file meant to write does not belong behind what is in it."""
    stored(path)

    async def story(late: Late) -> None:
        late.journal.open()
        with pytest.raises(FencedError, match="not read"):
            await late.journal.append([PAUSE], durable=True)
        assert list(await late.journal.follow()) == list(BEFORE)
        assert not await late.journal.follow()
        await late.journal.append([PAUSE], durable=True)

    play(Late(path), story)

    assert told(path) == [*BEFORE, PAUSE]


def test_it_is_looked_at_every_ten_seconds_until_it_is_taken_up(path: Path) -> None:
    """The first time not at once: it may just be on its way back."""
    stored(path)
    late = Late(path)

    play(late, lambda late: take_up(late.journal, late.leadership, late.clock))

    assert late.leadership.leads
    assert late.clock.at == NOON + EVERY


def test_old_records_are_taken_out_of_it_only_once_it_is_open(path: Path) -> None:
    """Until then there are none to be had."""
    stored(path)
    late = Late(path)

    with pytest.raises(StoreError, match="it is broken"):
        late.journal.picture()

    async def story(late: Late) -> None:
        with pytest.raises(StoreError, match="it is broken"):
            await late.journal.compact(Compacted(NOON, ()))
        assert await late.look()
        await late.journal.compact(Compacted(NOON, ()))
        await late.journal.give_back()
        with late.journal.picture() as records:
            assert len(list(records())) == len(BEFORE) + 3

    play(late, story)
