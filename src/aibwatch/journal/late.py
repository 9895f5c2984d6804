"""A file that could not be used at the start, taken up once it can be (PROMISES S44).

Only what is there is taken up, and only once it looks as it did a while ago: whoever restores a
file writes it bit by bit. A file that is not there is not made, as it may be on its way back; the
next start makes it.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from aibwatch.errors import FencedError, StoreError, StoreLockedError
from aibwatch.journal.compaction import Records
from aibwatch.journal.fold import fold
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.journal.unreachable import UnreachableJournal
from aibwatch.model.chain import Head
from aibwatch.model.entry import Compacted, Entry

EVERY = timedelta(seconds=10)
"""How often to look at the file, and so how long it must have been the same."""

Look = tuple[int, ...]
"""By what a file is known to be the same as before; () is none."""


class LateJournal:
    """`ports.Journal` over a file that `open` opens; until then it takes nothing, and tells why."""

    def __init__(self, path: Path, problem: str) -> None:
        """Take the file, and what is wrong with it, in words."""
        self.path = path
        self._journal: SqliteJournal | UnreachableJournal = UnreachableJournal(problem)
        self._seen = look(path)
        self._spoilt: Look | None = None
        """What it looked like when it was found to make no sense."""
        self._told = False
        """Whether `follow` has handed out what was in it."""

    @property
    def head(self) -> Head:
        """The last record."""
        return self._journal.head

    def open(self) -> None:
        """Open the file. Raises StoreError if it cannot be used, or may still be written."""
        if isinstance(self._journal, SqliteJournal):
            return
        before, self._seen = self._seen, look(self.path)
        if not self._seen or self._seen != before or self._seen == self._spoilt:
            raise StoreError(self._journal.problem)
        try:
            self._journal = self._sound(SqliteJournal(self.path))
        except (StoreError, StoreLockedError) as error:
            self._journal = UnreachableJournal(str(error))
            raise StoreError(str(error)) from error

    def _sound(self, file: SqliteJournal) -> SqliteJournal:
        """Return the file if what it tells makes sense; it is not read again before it changes."""
        try:
            fold(file.read())
        except (StoreError, ValueError) as error:
            file.close()
            self._spoilt = look(self.path)
            message = f"{self.path}: makes no sense ({error}); restore it from a copy"
            raise StoreError(message) from error
        return file

    def _usable(self) -> SqliteJournal:
        if isinstance(self._journal, UnreachableJournal):
            raise StoreError(self._journal.problem)
        return self._journal

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append, once it is open. Raises FencedError before `follow` has told what was in it."""
        file = self._usable()
        if not self._told:
            message = f"{self.path}: holds what was not read yet"
            raise FencedError(message)
        await file.append(entries, durable=durable)

    async def follow(self) -> Sequence[Entry]:
        """Return all there is when it is first asked once it is open; then nothing."""
        file = self._usable()
        entries = () if self._told else tuple(file.read())
        self._told = True
        return entries

    def read(self) -> Iterable[Entry]:
        """Return all entries in order; none before it is open."""
        return self._journal.read()

    async def compact(self, entry: Compacted) -> None:
        """Take out the records of the entry's gaps, once it is open."""
        await self._usable().compact(entry)

    async def give_back(self) -> None:
        """Give up their room, once it is open."""
        await self._usable().give_back()

    def picture(self) -> AbstractContextManager[Records]:
        """Give all records as they are now, once it is open."""
        return self._usable().picture()

    def close(self) -> None:
        """Close the file, if it is open."""
        self._journal.close()


def look(path: Path) -> Look:
    """Return what shows that a file was written or replaced; () if it is not there, or empty."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found.st_size else ()
