"""The journal in one SQLite file, for one daemon.

Calls are synchronous inside async methods on purpose: a commit takes about 0.02 ms, a durable one
about 0.3 ms. A thread would cost more than it saves, and as nothing is awaited, an append cannot
be cancelled half-way and no other task runs between a decision and its durable intent.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from aibwatch.errors import StoreDeniedError, StoreError
from aibwatch.journal.chain import Chain, Record
from aibwatch.journal.codec import decode, encode
from aibwatch.journal.compaction import Records
from aibwatch.journal.lock import FileLock, remedy
from aibwatch.journal.schema import CREATE, READABLE, SCHEMA, found_in, let_it_shrink, upgrade
from aibwatch.model.chain import Head
from aibwatch.model.entry import Compacted, Entry

BUSY_SECONDS = 1.0
"""How long to wait for somebody else's lock, such as a backup's. It holds up the whole daemon."""

CACHE_KIB = 256
"""Memory for pages of the file: it is only appended to, so hardly any is wanted twice."""

PAGES_AT_ONCE = 1_000
"""So many pages of removed entries are given back at once: some milliseconds."""

_APPEND = "INSERT INTO entry (seq, at, kind, body, sha256) VALUES (?, ?, ?, ?, ?)"
_REMOVE = "DELETE FROM entry WHERE seq BETWEEN ? AND ?"
_HEAD = "SELECT seq, sha256 FROM entry ORDER BY seq DESC LIMIT 1"
_RECORDS = "SELECT seq, kind, body, sha256 FROM entry ORDER BY seq"
_PROBE = "UPDATE meta SET value = value WHERE name = 'schema'"
_READ = "SELECT kind, body FROM entry ORDER BY seq"

_REMEDIES = {
    sqlite3.SQLITE_FULL: "free some space on its disk",
    sqlite3.SQLITE_IOERR: "look at its disk: it may be full, over its quota, or broken",
    sqlite3.SQLITE_READONLY: "give the file and its directory to the user that aibwatch runs as",
    sqlite3.SQLITE_CANTOPEN: "give the file and its directory to the user that aibwatch runs as",
    sqlite3.SQLITE_CORRUPT: "restore it from a copy, or move it away to start anew",
    sqlite3.SQLITE_NOTADB: "store.url must name a store of aibwatch; move this file away",
    sqlite3.SQLITE_BUSY: "end what else has it open",
    sqlite3.SQLITE_LOCKED: "end what else has it open",
}
"""By primary result code (https://www.sqlite.org/rescode.html)."""


class SqliteReader:
    """A store that is only read: for commands, also while a daemon writes to it."""

    def __init__(self, path: Path, *, beside_writer: bool = False) -> None:
        """Open an existing store. Raises StoreError if there is none, or it cannot be read.

        In the process of its writer the file must be opened by SQLite only: to close it would drop
        the writer's own locks on it (POSIX).
        """
        self.path = path.resolve()
        if not beside_writer:
            _probe(self.path)
        with _explained(self.path):
            uri = f"{self.path.as_uri()}?mode=ro"
            self._db = _connect(uri, uri=True)
        with _closed_on_error(self._db), _explained(self.path):
            found = _known_schema(self._db, self.path)
            self.chained = found == SCHEMA
            """Whether its records have hashes: not those of a file that was made by aibwatch 0.1
            and that no newer daemon has opened since."""
            self._db.execute("BEGIN")  # one picture, however much the daemon writes meanwhile

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    def read(self) -> Iterable[Entry]:
        """Return all entries in order. Raises StoreError while it is iterated if it cannot."""
        self._look_again()
        return _read(self._db, self.path)

    def records(self) -> Iterator[Record]:
        """Return all records in order, of the same picture as `read` last showed."""
        with _explained(self.path):
            for seq, kind, body, sha256 in self._db.execute(_RECORDS):
                yield Record(seq, kind, body.encode(), sha256)

    def _look_again(self) -> None:
        with _explained(self.path):
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class SqliteJournal:
    """`ports.Journal` over one file, which it alone may write to while it is open."""

    def __init__(self, path: Path) -> None:
        """Open the store, or make it.

        Raises StoreLockedError if another process holds it, StoreError if it cannot be used.
        """
        self.path = path.resolve()
        self._lock = FileLock(self.path)
        try:
            _touch(self.path)
            with _explained(self.path):
                self._db = _connect(str(self.path))
            with _closed_on_error(self._db), _explained(self.path):
                self._prepare()
        except BaseException:
            self._lock.release()
            raise
        self._inodes = self._look_at_files()

    def _prepare(self) -> None:
        if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            self._db.executescript(CREATE)
        found = _known_schema(self._db, self.path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if found < SCHEMA:
            upgrade(self._db)
        let_it_shrink(self._db)
        self._head = Head(*self._db.execute(_HEAD).fetchone() or ())

    @property
    def head(self) -> Head:
        """The last record."""
        return self._head

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none, in one transaction.

        With `durable` the commit waits for the disk. Without, it is safe from the death of this
        process but not from a power cut; the next durable append makes it so. Appending nothing
        still writes, so that it tells whether the store takes entries.
        """
        chain = Chain(self._head)
        # One by one: the first sweep of a large fleet has thousands.
        rows = (_row(each.at.isoformat(), chain.add(*encode(each))) for each in entries)
        with self._transaction(durable=durable):
            self._db.executemany(_APPEND, rows)
            if not entries:
                self._db.execute(_PROBE)
        self._head = chain.head

    async def compact(self, entry: Compacted) -> None:
        """Append the entry and take out the records of its gaps, in one transaction."""
        chain = Chain(self._head)
        row = _row(entry.at.isoformat(), chain.add(*encode(entry)))
        with self._transaction(durable=True):
            self._db.execute(_APPEND, row)
            for gap in entry.gaps:
                self._db.execute(_REMOVE, (gap.first, gap.last))
        self._head = chain.head
        with _explained(self.path):
            # As a script it is run to its end; `execute` gives back one page and stops.
            self._db.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")

    async def give_back(self) -> None:
        """Do nothing: what goes, goes with its entry, and its space right after."""

    @contextmanager
    def picture(self) -> Iterator[Records]:
        """Give all records as they are now, for any one thread, while entries are appended."""
        reader = SqliteReader(self.path, beside_writer=True)
        try:
            yield reader.records
        finally:
            reader.close()

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[None]:
        self._check_files()
        with _explained(self.path):
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    async def follow(self) -> Sequence[Entry]:
        """Return nothing: whoever holds the lock is the only one who appends."""
        return ()

    def read(self) -> Iterable[Entry]:
        """Return all entries in order. Raises StoreError while it is iterated if it cannot."""
        return _read(self._db, self.path)

    def close(self) -> None:
        """Close the file, then give up the lock."""
        with suppress(sqlite3.Error):  # what was appended is safe; the next start tidies up
            self._db.close()
        self._lock.release()

    def _check_files(self) -> None:
        """Refuse to write to a file that was deleted or replaced: nobody would find it again.

        The same for the lock file: another daemon may have locked the new one.
        """
        if self._look_at_files() != self._inodes:
            message = (
                f"{self.path}: the store or its lock file was moved away or replaced while"
                " aibwatch had it open; put it back, or restart aibwatch"
            )
            raise StoreError(message)

    def _look_at_files(self) -> tuple[int, ...]:
        try:
            return self.path.stat().st_ino, self._lock.path.stat().st_ino
        except OSError:
            return ()


def size_of(path: Path) -> int:
    """Return how many bytes a store takes on disk, with what is not yet in its main file."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(each.stat().st_size for each in files if each.exists())


def read_only(path: Path) -> SqliteReader:
    """Open a store for reading only, beside a daemon that may be writing to it."""
    return SqliteReader(path)


def _connect(what: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(what, uri=uri, timeout=BUSY_SECONDS, isolation_level=None)


def _touch(path: Path) -> None:
    """Make the file if it is not there, so that SQLite's own files inherit its mode of 0600."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        message = f"{path}: cannot be opened ({error.strerror}); {remedy(error)}"
        raise StoreError(message) from error
    _probe(path)


def _probe(path: Path) -> None:
    """Say clearly what SQLite would only call "unable to open database file"."""
    try:
        path.open("rb").close()
    except OSError as error:
        message = f"{path}: cannot be opened ({error.strerror}); {remedy(error)}"
        kind = StoreDeniedError if isinstance(error, PermissionError) else StoreError
        raise kind(message) from error


def _known_schema(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables. Raises StoreError if this aibwatch does not know it."""
    found = found_in(db)
    if found is None:
        message = f"{path}: is a database, but no store of aibwatch; mend store.url"
        raise StoreError(message)
    if found not in map(str, READABLE):
        message = (
            f"{path}: has schema {found}, this aibwatch knows {SCHEMA} and older;"
            " upgrade aibwatch, or give it another store.url"
        )
        raise StoreError(message)
    return int(found)


def _row(at: str, record: Record) -> tuple[int, str, str, str, str]:
    return record.seq, at, record.kind, record.body.decode(), record.sha256


def _read(db: sqlite3.Connection, path: Path) -> Iterator[Entry]:
    with _explained(path):
        for kind, body in db.execute(_READ):
            yield decode(kind, body.encode())


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ones that name the file and the remedy."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        message = f"{path}: {error}; {_REMEDIES.get(code, 'see the message')}"
        raise StoreError(message) from error


@contextmanager
def _closed_on_error(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.close()
        raise
