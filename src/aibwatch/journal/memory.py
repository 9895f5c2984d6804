"""A journal in memory, for simulation: it can fail to write, and lose power."""

from collections.abc import Iterable, Sequence

from aibwatch.errors import StoreError
from aibwatch.model.entry import Entry


class MemoryJournal:
    """A list that keeps the promises of `ports.Journal` for as long as the process lives."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Start with entries that are durable already."""
        self.entries = list(entries)
        self.trouble = ""
        """While this is not empty, appending fails with these words."""
        self._durable = len(self.entries)

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none."""
        if self.trouble:
            raise StoreError(self.trouble)
        self.entries.extend(entries)
        if durable:
            self._durable = len(self.entries)

    def read(self) -> Iterable[Entry]:
        """Return all entries in order."""
        return iter(tuple(self.entries))

    def lose_power(self) -> None:
        """Forget what was appended since the last durable append."""
        del self.entries[self._durable :]

    def close(self) -> None:
        """Do nothing: whoever starts next reads the same list."""
