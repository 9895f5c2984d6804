"""The journal and the state that follows from it, kept in step.

What was seen and judged is taken into the state at once and written once a cycle: if it is lost,
it is seen again. An intent is the other way round: durable first, believed after (PROMISES S3).
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from aibwatch.errors import StoreError
from aibwatch.journal.fold import apply, check, fold
from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Booted,
    Decided,
    Entry,
    FailureJudged,
    HistorySeeded,
    Intended,
    MissedTold,
    Ordered,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RegionSaid,
    Resumed,
    RunSeen,
    Scored,
    TemplateKnown,
    Violated,
    Witnessed,
)
from aibwatch.model.failover import Event, Phase
from aibwatch.model.state import State
from aibwatch.ports import Journal

BUFFER_MAX = 50_000
"""Entries kept while the store takes none: some days of a large fleet, some tens of MB."""

STOPPED = "the daemon stopped before the answer"
"""What is known of an answer that was lost with the process."""

REPLACEABLE = (
    TemplateKnown,
    RunSeen,
    FailureJudged,
    HistorySeeded,
    RegionAssessed,
    Decided,
    MissedTold,
    Scored,
)
"""Kinds that may be lost: what they tell is seen and judged again after a restart."""


Ahead = Intended | ProbeIntended | Paused | Resumed | Ordered | RegionSaid | Acknowledged
"""Kinds that are durable before they are believed: intents, and the words of people."""


class Ledger:
    """The state, and the entries on their way to the journal."""

    def __init__(self, journal: Journal, state: State) -> None:
        """Take a journal and the state that its entries make."""
        self.state = state
        self.hearing: Callable[[Entry], object] = lambda _entry: None
        """Told of every entry just before the state has it; it may record others meanwhile."""
        self.heard: Callable[[Entry], None] = lambda _entry: None
        """Told of every entry once the state has it: logs and counters are made from these."""
        self.writable = True
        """Whether the last append worked."""
        self.problem = ""
        """Why it did not."""
        self.dropped = 0
        """Entries lost since the start because the buffer was full."""
        self._journal = journal
        self._buffer: list[Entry] = []
        self._writing = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many entries are not written yet."""
        return len(self._buffer)

    def record(self, entries: Iterable[Entry]) -> None:
        """Take entries into the state; the next `flush` writes them.

        Raises ValueError on one that does not fit; those before it are taken.
        """
        for entry in entries:
            self.hearing(entry)
            apply(self.state, entry)
            self._buffer.append(entry)
            self.heard(entry)
        self._bound()

    async def flush(self, *, durable: bool = False) -> bool:
        """Write what was recorded and return whether that worked; if not, the next one tries again.

        Asked to write nothing durably, it still makes durable what was written before; a broken
        promise is durable whatever is asked, with the pause that it brings.
        """
        async with self._writing:
            durable = durable or any(isinstance(each, Violated) for each in self._buffer)
            if not self._buffer and self.writable and not durable:
                return True
            try:
                await self._write([], durable=durable)
            except StoreError:
                return False
            return True

    async def write_ahead(self, entry: Ahead) -> None:
        """Make an entry durable, with all that was recorded before it, and only then believe it.

        Raises StoreError if the store does not take it, ValueError if it does not fit; then
        neither the journal nor the state has it. Where the store does not suspend (SQLite), no
        other task runs between the caller's last look at the state and the entry.
        """
        async with self._writing:
            check(self.state, entry)
            self.hearing(entry)
            await self._write([entry], durable=True)
            apply(self.state, entry)
            self.heard(entry)

    def recover(self, version: str, now: datetime, config: str = "") -> list[Entry]:
        """Record what a start means, and return it: a new epoch, and no answer to any open intent.

        The answer to an intent that a daemon left behind is lost, so it is unclear whether a run
        began; reading the target tells, never another request (PROMISES S2, S3).
        """
        lost: list[Entry] = [
            Answered(now, each.id, each.token, Event.UNCLEAR, STOPPED)
            for each in self.state.failovers.values()
            if each.phase is Phase.REQUESTED and each.token is not None
        ]
        lost += [
            ProbeAnswered(now, each.region, each.token, Event.UNCLEAR, STOPPED)
            for each in map(self.state.last_probe, self.state.probes)
            if each is not None and each.answer is None
        ]
        entries: list[Entry] = [Booted(now, self.state.epoch + 1, version, config), *lost]
        self.record(entries)
        return entries

    async def _write(self, more: Sequence[Entry], *, durable: bool) -> None:
        """Append the buffer and `more` in one piece; on failure the buffer is as before."""
        waiting, self._buffer = self._buffer, []
        try:
            await self._journal.append([*waiting, *more], durable=durable)
        except BaseException as error:
            self._buffer[:0] = waiting
            self._bound()
            if isinstance(error, StoreError):
                self.writable, self.problem = False, str(error)
            raise
        self.writable, self.problem = True, ""

    def _bound(self) -> None:
        """Drop the oldest replaceable entries beyond the bound; the course of failovers stays."""
        excess = len(self._buffer) - BUFFER_MAX
        if excess <= 0:
            return
        kept: list[Entry] = []
        for entry in self._buffer:
            if excess and _replaceable(entry):
                excess -= 1
                self.dropped += 1
            else:
                kept.append(entry)
        self._buffer = kept


def _replaceable(entry: Entry) -> bool:
    """Whether an entry may be lost; what an act was decided on may not."""
    if isinstance(entry, Witnessed):
        return not entry.acts
    return isinstance(entry, REPLACEABLE)


def load(journal: Journal, remember: Callable[[Entry], None] | None = None) -> Ledger:
    """Return the ledger of a journal as it stands. Raises StoreError if it makes no sense.

    `remember` is shown every entry on the way: who has a memory of its own reads nothing twice.
    """
    entries = journal.read()
    try:
        return Ledger(journal, fold(_shown(entries, remember) if remember else entries))
    except ValueError as error:
        message = f"the journal contradicts itself: {error}; restore the store from a copy"
        raise StoreError(message) from error


def _shown(entries: Iterable[Entry], remember: Callable[[Entry], None]) -> Iterator[Entry]:
    for entry in entries:
        remember(entry)
        yield entry
