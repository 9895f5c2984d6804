"""The tables of the journal's SQLite file, and how an older file becomes one of today.

| schema | since | what it brought |
|---|---|---|
| 1 | 0.1 | entries as time, kind and JSON |
| 2 | 0.2 | the hash of each record (PROMISES S39) |
"""

import sqlite3
from contextlib import suppress

from aibwatch.journal.chain import Chain

SCHEMA = 2
"""Version of the tables. Kinds and fields of entries may grow without a new one."""

READABLE = frozenset({1, SCHEMA})
"""What commands can read; a daemon brings the file up to SCHEMA first."""

CREATE = """
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    sha256 TEXT NOT NULL
);
INSERT INTO meta VALUES ('schema', '2');
COMMIT;
"""

_INCREMENTAL = 2
"""What `PRAGMA auto_vacuum` tells where pages that came free can be given back."""
_AT_ONCE = 1_000
"""Rows that are read at a time while the file is brought up to date."""


def found_in(db: sqlite3.Connection) -> str | None:
    """Return the version of the tables in a file, None if they are not ours."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"meta", "entry"} <= tables:
        return None
    (found,) = db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() or ("none",)
    return str(found)


def upgrade(db: sqlite3.Connection) -> None:
    """Bring a file of schema 1 up to date, in one transaction: the old one or the new, never half.

    The chain begins at its first entry: what was changed before this moment cannot show.
    """
    db.execute("PRAGMA synchronous = FULL")
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("ALTER TABLE entry ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''")
        _chain(db)
        db.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite may have rolled back by itself
            db.execute("ROLLBACK")
        raise


def _chain(db: sqlite3.Connection) -> None:
    chain = Chain()
    while rows := db.execute(
        "SELECT seq, kind, body FROM entry WHERE seq > ? ORDER BY seq LIMIT ?",
        (chain.head.seq, _AT_ONCE),
    ).fetchall():
        made = [chain.add(kind, body.encode(), at=seq) for seq, kind, body in rows]
        links = [(each.sha256, each.seq) for each in made]
        db.executemany("UPDATE entry SET sha256 = ? WHERE seq = ?", links)


def let_it_shrink(db: sqlite3.Connection) -> None:
    """See to it that the space of removed entries can be given back.

    A file that was made without that is written anew once. Where there is no room for it the space
    is used again, but not given back.
    """
    if db.execute("PRAGMA auto_vacuum").fetchone() != (_INCREMENTAL,):
        with suppress(sqlite3.Error):
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("VACUUM")
