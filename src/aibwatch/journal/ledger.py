"""The journal and the state that follows from it, kept in step.

What was seen and judged is taken into the state at once and written once a cycle: if it is lost,
it is seen again. An intent is the other way round: durable first, believed after (PROMISES S3).

Of several replicas one leads: it alone writes. The others follow: their state is what the leader
wrote, and what they see themselves goes on no record. Where the store cannot be reached, a follower
still takes what it sees into its own state, so that it can be told; that is forgotten when the
store is back and the state is made from it anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from aibwatch.errors import FencedError, NotLeadingError, RewrittenError, StoreError
from aibwatch.journal.beginning import beginning
from aibwatch.journal.fold import apply, check, fold
from aibwatch.model.entry import (
    Acknowledged,
    Decided,
    EditionSeen,
    Entry,
    FailureJudged,
    HistorySeeded,
    Intended,
    MissedTold,
    Notified,
    Ordered,
    Paused,
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
from aibwatch.model.state import State
from aibwatch.ports import Journal

BUFFER_MAX = 50_000
"""Entries kept while the store takes none: some days of a large fleet, some tens of MB."""

REPLACEABLE = (
    TemplateKnown,
    RunSeen,
    FailureJudged,
    HistorySeeded,
    RegionAssessed,
    Decided,
    MissedTold,
    Scored,
    Notified,
)
"""Kinds that may be lost: what they tell is seen and judged again after a restart."""


Ahead = Intended | ProbeIntended | Paused | Resumed | Ordered | RegionSaid | Acknowledged
"""Kinds that are durable before they are believed: intents, and the words of people."""

LASTING = (Violated, EditionSeen)
"""Kinds that are durable as soon as they are written: what they settle would not be settled the
same way again after a restart (PROMISES S31)."""


class Ledger:
    """The state, and the entries on their way to the journal."""

    def __init__(self, journal: Journal, state: State) -> None:
        """Take a journal and the state that its entries make; lead, unless told to follow."""
        self.state = state
        self.hearing: Callable[[Entry], object] = lambda _entry: None
        """Notified of every entry just before the state has it; it may record others meanwhile."""
        self.heard: Callable[[Entry], None] = lambda _entry: None
        """Notified of every entry once the state has it: logs and counters are made from these."""
        self.afresh: Callable[[], Callable[[Entry], None] | None] = lambda: None
        """Called when the state is made anew; gives who is shown every entry on the way."""
        self.leading = True
        """Whether the journal is ours to write; only then is anything recorded in it."""
        self.writable = True
        """Whether the store could be used the last time: written to, or by a follower read."""
        self.problem = ""
        """Why it could not."""
        self.dropped = 0
        """Entries lost since the start because the buffer was full."""
        self._journal = journal
        self._buffer: list[Entry] = []
        self._writing = asyncio.Lock()
        self._adrift = False
        """Whether the state may tell what the journal does not: it is then made anew from it."""

    @property
    def waiting(self) -> int:
        """How many entries are not written yet."""
        return len(self._buffer)

    @property
    def takes(self) -> bool:
        """Whether the state takes what we see ourselves: not while a leader's record is at hand."""
        return self.leading or not self.writable

    def record(self, entries: Iterable[Entry]) -> None:
        """Take entries into the state; the next `flush` of who leads writes them.

        Raises ValueError on one that does not fit; those before it are taken.
        """
        if not self.takes:
            return
        for entry in entries:
            self.hearing(entry)
            apply(self.state, entry)
            if self.leading:
                self._buffer.append(entry)
            self._adrift = self._adrift or not self.leading
            self.heard(entry)
        if len(self._buffer) > BUFFER_MAX:
            self._bound()

    @asynccontextmanager
    async def undisturbed(self) -> AsyncIterator[None]:
        """Wait until no intent is between its check and its being believed, and let none begin.

        What is recorded then cannot contradict one that the store is just taking: a failover that
        is closed while it is asked would leave a journal that nobody can read.
        """
        async with self._writing:
            yield

    async def flush(self, *, durable: bool = False) -> bool:
        """Write what was recorded and return whether that worked; if not, the next one tries again.

        Asked to write nothing durably, it still makes durable what was written before; what is
        LASTING is durable whatever is asked: a broken promise, with the pause that it brings.
        """
        async with self._writing:
            if not self.leading:
                return False
            durable = durable or any(isinstance(each, LASTING) for each in self._buffer)
            if not self._buffer and self.writable and not durable:
                return True
            try:
                await self._write([], durable=durable)
            except StoreError:
                return False
            return True

    async def write_ahead(self, entry: Ahead) -> None:
        """Make an entry durable, with all that was recorded before it, and only then believe it.

        Raises NotLeadingError if another replica leads, StoreError if the store does not take it,
        ValueError if it does not fit; then neither the journal nor the state has it.
        """
        await self.decide_ahead(lambda: entry)

    async def decide_ahead(self, decide: Callable[[], Ahead | None]) -> Ahead | None:
        """Write ahead what `decide` returns; None is nothing to write. Raises as `write_ahead`.

        It is called when it is our turn to write: no pause and no other intent comes between the
        decision and the entry, however long the store takes (PROMISES S35).
        """
        async with self._writing:
            if not self.leading:
                raise NotLeadingError(self._whom_to_ask())
            entry = decide()
            if entry is None:
                return None
            check(self.state, entry)
            self.hearing(entry)
            await self._write([entry], durable=True)
            apply(self.state, entry)
            self.heard(entry)
            return entry

    def recover(
        self, version: str, now: datetime, config: str = "", holder: str = ""
    ) -> list[Entry]:
        """Record what a start means where the store is ours alone, and return it."""
        self.leading = True
        entries = beginning(self.state, now, version, config, holder)
        self.record(entries)
        return entries

    async def lead(self, version: str, now: datetime, config: str, holder: str) -> None:
        """Take the journal over: read it to its end, and write the beginning of a new epoch.

        Raises FencedError if whoever led before wrote in between, StoreError if the store does not
        take it; then we follow as before.
        """
        async with self._writing:
            new = await self._read_on()
            if not self._adrift:
                self._take_in(new)
            state = self._made_anew() if self._adrift else self.state
            entries = beginning(state, now, version, config, holder)
            await self._append(entries, durable=True)
            self.state, self.leading, self._adrift = state, True, False
            for entry in entries:
                self.hearing(entry)
                apply(state, entry)
                self.heard(entry)

    async def follow(self) -> bool:
        """Take in what the leader wrote since, and return whether the state is another one now.

        Raises StoreError if the store cannot be read, or contradicts itself.
        """
        async with self._writing:
            new = await self._read_on()
            if self._adrift:
                self.state, self._adrift = self._made_anew(), False
                return True
            self._take_in(new)
            return bool(new)

    def stand_down(self) -> None:
        """Lead no more. What was not written is forgotten: the next leader sees it again."""
        self.leading = False
        self._buffer.clear()
        self._adrift = True

    async def _read_on(self) -> Sequence[Entry]:
        try:
            new = await self._news()
        except StoreError as error:
            self.writable, self.problem = False, str(error)
            raise
        self.writable, self.problem = True, ""
        if self._adrift:
            for entry in new:
                self.heard(entry)
        return new

    async def _news(self) -> Sequence[Entry]:
        try:
            return await self._journal.follow()
        except RewrittenError:
            self._adrift = True
            return await self._journal.follow()

    def _take_in(self, entries: Iterable[Entry]) -> None:
        try:
            for entry in entries:
                apply(self.state, entry)
                self.heard(entry)
        except ValueError as error:
            self._adrift = True
            raise _contradiction(error) from error

    def _made_anew(self) -> State:
        try:
            return _folded(self._journal, self.afresh())
        except ValueError as error:
            raise _contradiction(error) from error

    async def _write(self, more: Sequence[Entry], *, durable: bool) -> None:
        """Append the buffer and `more` in one piece; on failure the buffer is as before.

        Who is fenced off no longer leads, and what he did not write is forgotten.
        """
        waiting, self._buffer = self._buffer, []
        try:
            await self._append([*waiting, *more], durable=durable)
        except FencedError:
            self.stand_down()
            raise
        except BaseException:
            if self.leading:
                self._buffer[:0] = waiting
                self._bound()
            raise

    async def _append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        try:
            await self._journal.append(entries, durable=durable)
        except StoreError as error:
            if not isinstance(error, FencedError):
                self.writable, self.problem = False, str(error)
            raise
        self.writable, self.problem = True, ""

    def _whom_to_ask(self) -> str:
        if not self.writable:
            return f"this replica does not lead, and the store cannot be reached: {self.problem}"
        if not self.state.holder:
            return "this replica does not lead; ask the other one"
        return f"this replica does not lead; ask {self.state.holder}"

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


def _contradiction(error: ValueError) -> StoreError:
    return StoreError(f"the journal contradicts itself: {error}; restore the store from a copy")


def load(journal: Journal, remember: Callable[[Entry], None] | None = None) -> Ledger:
    """Return the ledger of a journal as it stands. Raises StoreError if it makes no sense.

    `remember` is shown every entry on the way: who has a memory of its own reads nothing twice.
    """
    try:
        return Ledger(journal, _folded(journal, remember))
    except ValueError as error:
        raise _contradiction(error) from error


def _folded(journal: Journal, remember: Callable[[Entry], None] | None) -> State:
    entries = journal.read()
    return fold(_shown(entries, remember) if remember else entries)


def _shown(entries: Iterable[Entry], remember: Callable[[Entry], None]) -> Iterator[Entry]:
    for entry in entries:
        remember(entry)
        yield entry
