"""A store of an older aibwatch is brought up to date, whole or not at all."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from aibwatch.errors import StoreError
from aibwatch.journal.chain import verify
from aibwatch.journal.codec import encode
from aibwatch.journal.fold import fold
from aibwatch.journal.sqlite import SqliteJournal, read_only
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Booted, Entry, FailoverOpened, Intended, TemplateKnown
from aibwatch.model.failover import Phase
from aibwatch.model.names import FailoverId, ImageName, Token
from builders import NOON, WEB_NORTH, a_failure, a_template

SCHEMA_1 = """
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
);
INSERT INTO meta VALUES ('schema', '1');
COMMIT;
"""
"""What aibwatch 0.1 made its store with, to the letter."""

F = FailoverId("f00d")
OPEN_FAILOVER = (
    Booted(NOON, 1, "0.1"),
    TemplateKnown(NOON, a_template()),
    FailoverOpened(NOON, F, ImageName("web"), a_failure().key, Reason.PLATFORM_OUTAGE),
    Intended(NOON, F, WEB_NORTH, Token("t0"), 1, Reason.PLATFORM_OUTAGE),
)


def old_store(path: Path, entries: Iterable[Entry]) -> None:
    """Make a store as aibwatch 0.1 did."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(SCHEMA_1)
    for entry in entries:
        kind, body = encode(entry)
        row = (entry.at.isoformat(), kind, body.decode())
        db.execute("INSERT INTO entry (at, kind, body) VALUES (?, ?, ?)", row)
    db.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "aibwatch.db"


def test_an_older_store_is_opened_with_its_open_failover(path: Path) -> None:
    """An upgrade in the middle of a failover continues it, from a chain that holds."""
    old_store(path, OPEN_FAILOVER)

    journal = SqliteJournal(path)
    entries = list(journal.read())
    journal.close()
    reader = read_only(path)
    found = verify(reader.records(), ())
    reader.close()

    assert entries == list(OPEN_FAILOVER)
    assert fold(entries).failovers[F].phase is Phase.REQUESTED
    assert found.broken is None
    assert found.head == journal.head
    assert journal.head.seq == 4


def test_an_empty_older_store_is_opened(path: Path) -> None:
    """One that was made and never written to."""
    old_store(path, [])

    journal = SqliteJournal(path)
    journal.close()

    assert journal.head.seq == 0


def test_an_upgrade_that_fails_leaves_the_older_store(path: Path) -> None:
    """All or nothing: the older aibwatch could still open it, and the next try works."""
    old_store(path, OPEN_FAILOVER)
    db = sqlite3.connect(path)
    db.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON entry WHEN new.seq = 3"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    db.commit()

    with pytest.raises(StoreError, match="no"):
        SqliteJournal(path)

    assert db.execute("SELECT value FROM meta").fetchone() == ("1",)
    assert [row[1] for row in db.execute("PRAGMA table_info(entry)")] == [
        "seq",
        "at",
        "kind",
        "body",
    ]
    db.execute("DROP TRIGGER full")
    db.commit()
    db.close()
    journal = SqliteJournal(path)
    assert journal.head.seq == 4
    journal.close()


def test_commands_read_an_older_store_and_leave_it_as_it_is(path: Path) -> None:
    """They are read-only; that its records have no hashes yet can be told."""
    old_store(path, OPEN_FAILOVER)

    reader = read_only(path)
    entries, chained = list(reader.read()), reader.chained
    reader.close()

    assert entries == list(OPEN_FAILOVER)
    assert not chained


@pytest.mark.parametrize("older", [True, False])
def test_the_space_of_removed_entries_can_be_given_back(path: Path, *, older: bool) -> None:
    """A new store and an older one alike."""
    if older:
        old_store(path, OPEN_FAILOVER)

    journal = SqliteJournal(path)
    kind = journal._db.execute("PRAGMA auto_vacuum").fetchone()
    journal.close()

    assert kind == (2,)
