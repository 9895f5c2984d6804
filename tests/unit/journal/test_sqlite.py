"""The journal in a file: what it keeps, and what it says when it cannot."""

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibwatch.errors import StoreError, StoreLockedError
from aibwatch.journal.sqlite import SqliteJournal, read_only, size_of
from aibwatch.model.entry import Booted, Entry, Paused, Resumed, TemplateKnown
from builders import MINUTE, NOON, a_template

FIRST = Booted(NOON, 1, "1")
SECOND = TemplateKnown(NOON + MINUTE, a_template())
THIRD = Paused(NOON, "all", "audit")


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


def append(journal: SqliteJournal, *entries: Entry, durable: bool = False) -> None:
    """Append entries, waiting for it."""
    asyncio.run(journal.append(entries, durable=durable))


def test_entries_come_back_in_order_after_a_restart(path: Path) -> None:
    """What was appended before a clean stop is read by the next start, then appended to."""
    journal = SqliteJournal(path)
    append(journal, FIRST, SECOND)
    journal.close()

    journal = SqliteJournal(path)
    append(journal, THIRD, durable=True)
    entries = list(journal.read())
    journal.close()

    assert entries == [FIRST, SECOND, THIRD]


def test_its_size_is_that_of_its_files(journal: SqliteJournal, path: Path) -> None:
    """What is written and not yet in the main file counts; without a file it is nothing."""
    before = size_of(path)
    append(journal, *[THIRD] * 100, durable=True)

    assert size_of(path) > before >= path.stat().st_size
    assert size_of(path.with_name("another")) == 0


def test_all_entries_of_an_append_are_there_or_none(journal: SqliteJournal, path: Path) -> None:
    """An append that fails at its second entry takes back its first, and the next one works."""
    other = sqlite3.connect(path)
    other.execute(
        "CREATE TRIGGER full BEFORE INSERT ON entry WHEN new.kind = 'Paused'"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    other.commit()
    other.close()

    with pytest.raises(StoreError, match="no"):
        append(journal, FIRST, THIRD)
    append(journal, SECOND)

    assert list(journal.read()) == [SECOND]


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_durability_is_chosen_for_each_append(
    journal: SqliteJournal, *, durable: bool, level: int
) -> None:
    """FULL waits for the disk at every commit, NORMAL does not; both are set when asked for."""
    append(journal, FIRST, durable=not durable)

    append(journal, SECOND, durable=durable)

    assert journal._db.execute("PRAGMA synchronous").fetchone() == (level,)
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_only_its_owner_may_read_the_store(journal: SqliteJournal, path: Path) -> None:
    """The store, the lock and SQLite's own files are 0600: a journal names resources and people."""
    append(journal, FIRST)

    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}

    assert modes == dict.fromkeys(
        ["aibwatch.db", "aibwatch.db-shm", "aibwatch.db-wal", "aibwatch.db.lock"], 0o600
    )


def test_a_person_can_query_it(journal: SqliteJournal, path: Path) -> None:
    """Time, kind and JSON are columns that the sqlite3 command shows as text."""
    append(journal, THIRD)

    with sqlite3.connect(path) as db:
        row = db.execute("SELECT at, kind, json_extract(body, '$.reason') FROM entry").fetchone()
    db.close()

    assert row == ("2026-03-02T12:00:00+00:00", "Paused", "audit")


def test_a_reader_sees_what_a_running_daemon_wrote(journal: SqliteJournal, path: Path) -> None:
    """Commands read beside the daemon, and hold it up in nothing."""
    append(journal, FIRST)
    reader = read_only(path)

    seen = list(reader.read())
    append(journal, SECOND)
    later = list(reader.read())
    reader.close()

    assert seen == [FIRST]
    assert later == [FIRST, SECOND]


def test_a_reader_reads_a_store_that_nobody_has_open(path: Path) -> None:
    """`history` works while the daemon is stopped."""
    journal = SqliteJournal(path)
    append(journal, FIRST)
    journal.close()

    reader = read_only(path)
    entries = list(reader.read())
    reader.close()

    assert entries == [FIRST]


def test_a_reader_makes_no_store(path: Path) -> None:
    """A mistyped path is an error, not an empty history."""
    with pytest.raises(StoreError, match=r"aibwatch\.db: cannot be opened \(No such file"):
        read_only(path)

    assert not path.exists()


def test_a_missing_directory_is_named_with_its_remedy(tmp_path: Path) -> None:
    """A store on a mount that is not there must not quietly become a new one."""
    with pytest.raises(StoreError, match="mkdir") as raised:
        SqliteJournal(tmp_path / "nowhere" / "aibwatch.db")

    assert str(tmp_path / "nowhere" / "aibwatch.db") in str(raised.value)


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    """The path of a directory is refused with words."""
    directory = tmp_path / "state"
    directory.mkdir()

    with pytest.raises(StoreError, match="not the directory"):
        SqliteJournal(directory)


@pytest.mark.parametrize("opening", [SqliteJournal, read_only])
def test_what_is_no_database_is_left_alone(opening: type[SqliteJournal], path: Path) -> None:
    """A foreign file is named, and not a byte of it is changed."""
    path.write_bytes(b"my dear diary\n" * 100)

    with pytest.raises(StoreError, match=r"aibwatch\.db: file is not a database; .* move"):
        opening(path)

    assert path.read_bytes() == b"my dear diary\n" * 100


def test_somebody_else_s_database_is_left_alone(path: Path) -> None:
    """A database of another program is no store; no table is added to it."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE music (title TEXT)")
    db.close()

    with pytest.raises(StoreError, match="no store of aibwatch"):
        SqliteJournal(path)

    with sqlite3.connect(path) as db:
        tables = db.execute("SELECT name FROM sqlite_master").fetchall()
        mode = db.execute("PRAGMA journal_mode").fetchone()
    db.close()
    assert tables == [("music",)]
    assert mode == ("delete",)


def test_a_newer_schema_is_refused(path: Path) -> None:
    """After a downgrade the store is not touched, and the remedy is said."""
    SqliteJournal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '3'")
    db.close()

    with pytest.raises(StoreError, match="schema 3, this aibwatch knows 2 and older; upgrade"):
        SqliteJournal(path)


def test_damage_within_is_noticed_when_it_is_read(path: Path) -> None:
    """A store with overwritten pages does not pass for an empty one."""
    journal = SqliteJournal(path)
    append(journal, *(Resumed(NOON, f"image:{n}", "x" * 500) for n in range(200)))
    journal.close()
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 16384)

    with pytest.raises(StoreError, match="restore it from a copy"):
        list(SqliteJournal(path).read())


def test_an_entry_of_a_newer_version_is_named(journal: SqliteJournal) -> None:
    """A kind that this version does not know stops the start, with the remedy."""
    journal._db.execute("INSERT INTO entry VALUES (1, 'now', 'Levitated', '{}', '')")

    with pytest.raises(StoreError, match=r"'Levitated'.*upgrade"):
        list(journal.read())


def test_a_store_that_was_replaced_takes_no_entries(journal: SqliteJournal, path: Path) -> None:
    """An intent in a deleted file is not durable: nobody would ever find it."""
    append(journal, FIRST)
    path.unlink()

    with pytest.raises(StoreError, match="moved away or replaced"):
        append(journal, SECOND, durable=True)


def test_a_lock_that_was_replaced_stops_the_writer(journal: SqliteJournal, path: Path) -> None:
    """Whoever locked the new lock file may be writing too: better nobody writes than two."""
    path.with_name("aibwatch.db.lock").unlink()
    second = SqliteJournal(path)

    with pytest.raises(StoreError, match="lock file"):
        append(journal, FIRST, durable=True)

    second.close()


def test_an_empty_append_proves_that_the_store_writes(journal: SqliteJournal, path: Path) -> None:
    """It writes, and fails where that fails, rather than say yes without having tried."""
    other = sqlite3.connect(path)
    other.execute("CREATE TRIGGER full BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'no'); END")
    other.commit()
    other.close()

    with pytest.raises(StoreError, match="no"):
        append(journal)


def test_a_held_file_is_waited_for_only_so_long(journal: SqliteJournal, path: Path) -> None:
    """Whoever else writes to the file is named as the reason, and holds us up for a second."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="locked; end what else has it open"):
        append(journal, FIRST)

    other.close()


def test_a_second_daemon_is_refused_by_any_name_of_the_file(
    journal: SqliteJournal, path: Path
) -> None:
    """A link to the same store is the same store."""
    append(journal, FIRST)
    link = path.with_name("link.db")
    link.symlink_to(path)

    with pytest.raises(StoreLockedError, match="stop it"):
        SqliteJournal(link)


def test_a_closed_store_can_be_opened_again(path: Path) -> None:
    """Closing gives the lock up, also after an opening that failed."""
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError):
        SqliteJournal(path)
    path.unlink()

    SqliteJournal(path).close()
    journal = SqliteJournal(path)
    entries = list(journal.read())
    journal.close()

    assert entries == []
