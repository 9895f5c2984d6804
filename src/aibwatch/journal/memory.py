"""A store in memory, for simulation: replicas share it, it fails on demand, and it loses power."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.chain import Chain
from aibwatch.journal.codec import encode
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry
from aibwatch.ports import Clock

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class MemoryStore:
    """What all replicas have in common."""

    entries: list[Entry] = field(default_factory=list)
    durable: int = 0
    """So many of them survive a power cut."""
    holder: "MemoryLease | None" = None
    lapses: datetime = NEVER
    """When the holder's lease lapses."""
    clock: Clock | None = None
    """What leases are counted by; None: by the clock of whoever asks."""


class MemoryJournal:
    """A list that keeps the promises of `ports.Journal`; each replica has one over one store."""

    def __init__(self, entries: Iterable[Entry] = (), store: MemoryStore | None = None) -> None:
        """Open a store, or start one with entries that are durable already."""
        known = list(entries)
        self.store = store or MemoryStore(known, len(known))
        self.trouble = ""
        """While this is not empty, the store cannot be reached from here, with these words."""
        self.unanswered = False
        """While it is set, what is appended arrives, and nobody hears that it did."""
        self._read = len(self.store.entries)

    @property
    def head(self) -> Head:
        """The last record known here, made on demand: simulations have no use for it."""
        chain = Chain()
        for entry in self.read():
            chain.add(*encode(entry))
        return chain.head

    @property
    def entries(self) -> list[Entry]:
        """All that was appended, by whomever."""
        return self.store.entries

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none."""
        self._reach()
        if self._read != len(self.entries):
            message = f"another replica wrote {len(self.entries) - self._read} entries since"
            raise FencedError(message)
        self.entries.extend(entries)
        if durable:
            self.store.durable = len(self.entries)
        if self.unanswered:
            message = "no answer: nobody can tell whether it was taken"
            raise StoreError(message)
        self._read = len(self.entries)

    async def follow(self) -> Sequence[Entry]:
        """Return what another replica appended since."""
        self._reach()
        new = self.entries[self._read :]
        self._read = len(self.entries)
        return new

    def read(self) -> Iterable[Entry]:
        """Return all entries in order, as far as they were read."""
        return iter(tuple(self.entries[: self._read]))

    def lose_power(self) -> None:
        """Forget what was appended since the last durable append."""
        del self.entries[self.store.durable :]
        self._read = len(self.entries)

    def close(self) -> None:
        """Do nothing: whoever starts next reads the same list."""

    def _reach(self) -> None:
        if self.trouble:
            raise StoreError(self.trouble)


class MemoryLease:
    """`ports.Lease` of one replica over a store in memory."""

    def __init__(self, journal: MemoryJournal, clock: Clock, lasts: timedelta) -> None:
        """Take the replica's journal, whose trouble is the lease's too, and how long it lasts."""
        self._journal, self._clock, self._lasts = journal, clock, lasts
        self.until = NEVER

    async def hold(self) -> bool:
        """Take it if it is free, or renew it."""
        if self._journal.trouble:
            raise StoreError(self._journal.trouble)
        store, mine = self._journal.store, self._clock.now()
        now = store.clock.now() if store.clock else mine
        if store.holder not in (None, self) and now < store.lapses:
            self.until = NEVER
            return False
        store.holder, store.lapses = self, now + self._lasts
        self.until = mine + self._lasts
        return True

    async def release(self) -> None:
        """Give it up."""
        self.until = NEVER
        if self._journal.store.holder is self and not self._journal.trouble:
            self._journal.store.holder = None
