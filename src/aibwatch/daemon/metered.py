"""A journal that tells how often it is used, and how often it fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aibwatch.errors import RewrittenError, StoreError
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry
from aibwatch.ports import Journal


class StoreMeter(Protocol):
    """Where the use of the store is counted."""

    def store(self, op: str, *, failed: bool = False) -> None:
        """Count one use."""


@dataclass(frozen=True, slots=True)
class MeteredJournal:
    """`ports.Journal` over another one."""

    journal: Journal
    meter: StoreMeter

    @property
    def head(self) -> Head:
        """The last record known here."""
        return self.journal.head

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append, and count how that went."""
        try:
            await self.journal.append(entries, durable=durable)
        except StoreError:
            self.meter.store("append", failed=True)
            raise
        self.meter.store("append")

    async def follow(self) -> Sequence[Entry]:
        """Return what others appended, and count how that went."""
        try:
            entries = await self.journal.follow()
        except RewrittenError:
            self.meter.store("follow")
            raise
        except StoreError:
            self.meter.store("follow", failed=True)
            raise
        self.meter.store("follow")
        return entries

    def read(self) -> Iterable[Entry]:
        """Return all entries in order, and count how that went once they were taken."""
        try:
            yield from self.journal.read()
        except StoreError:
            self.meter.store("read", failed=True)
            raise
        self.meter.store("read")

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()
