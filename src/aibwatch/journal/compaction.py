"""Takes old records out of a store, and tells of it in the chain (PROMISES S39).

What may go is found in one walk and checked in a second: only if the fold is the same without it
does anything go. Both read a picture of their own and can take a while, so they belong in a thread;
what then changes the store is done in small steps.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from aibwatch.errors import StoreError
from aibwatch.journal.chain import Record, gaps_of, verify
from aibwatch.journal.codec import decode
from aibwatch.journal.fold import fold
from aibwatch.journal.retention import horizon, removable, same
from aibwatch.model.chain import Gap, Head
from aibwatch.model.entry import Compacted, Entry
from aibwatch.model.state import State

STEP = 500
"""Records that are taken out at once: some milliseconds."""
WORTHWHILE = 100
"""Fewer are left for another day: telling of them takes room too."""

Records = Callable[[], Iterable[Record]]
"""Gives all records, in order; the same ones each time."""


class Compactable(Protocol):
    """A store that records can be taken out of."""

    async def compact(self, entry: Compacted) -> None:
        """Append the entry and take out the records of its gaps: both or neither.

        From then on nobody reads them; `give_back` gives up their room. Raises StoreError.
        """
        ...

    async def give_back(self) -> None:
        """Give up the room of all that was taken out, ever. Raises StoreError if it cannot."""
        ...

    def picture(self) -> AbstractContextManager[Records]:
        """Give all records as they are now, for any one thread. Raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go."""

    gaps: tuple[Gap, ...] = ()
    """No longer than STEP each."""
    refused: int = 0
    """So many records were found that could go, but the state would not be the same without."""

    @property
    def records(self) -> int:
        """How many go."""
        return sum(map(_size, self.gaps))

    def steps(self, at: datetime) -> Iterator[Compacted]:
        """Yield the entries by which they go, one a step."""
        step: list[Gap] = []
        for gap in self.gaps:
            if step and sum(map(_size, step)) + _size(gap) > STEP:
                yield Compacted(at, tuple(step))
                step = []
            step.append(gap)
        if step:
            yield Compacted(at, tuple(step))


def plan(records: Records, now: datetime, retention: timedelta) -> Plan:
    """Return what may go. Raises StoreError if the store cannot be read, or its chain is broken.

    A chain that is broken is evidence: then nothing is touched.
    """
    known = gaps_of(records())
    broken = verify(records(), known).broken
    if broken is not None:
        message = f"the chain is broken at record {broken.seq}, {broken.says}: nothing is removed"
        raise StoreError(message)
    state = fold(entry for _, entry in _entries(records))
    before = horizon(state, now, retention)
    gone = frozenset(removable(_entries(records), state, before))
    if len(gone) < WORTHWHILE:
        return Plan()
    if not _same_without(gone, records, state):
        return Plan(refused=len(gone))
    return Plan(tuple(gaps(records(), gone, known)))


def gaps(records: Iterable[Record], gone: frozenset[int], known: Iterable[Gap]) -> Iterator[Gap]:
    """Yield the gaps that come to be when these records go, beside those that are known."""
    ends = {each.last: each.end for each in known}
    head, gap = Head(), None
    for record in records:
        if record.seq != head.seq + 1:
            head = Head(record.seq - 1, ends.get(record.seq - 1, ""))
        if gap and not (record.seq in gone and record.seq == gap.last + 1 and _size(gap) < STEP):
            yield gap
            gap = None
        if record.seq in gone and gap:
            gap = Gap(gap.first, record.seq, gap.before, record.sha256)
        elif record.seq in gone:
            gap = Gap(record.seq, record.seq, head.sha256, record.sha256)
        head = Head(record.seq, record.sha256)
    if gap:
        yield gap


def _entries(records: Records) -> Iterator[tuple[int, Entry]]:
    return ((each.seq, decode(each.kind, each.body)) for each in records())


def _same_without(gone: frozenset[int], records: Records, state: State) -> bool:
    try:
        return same(state, fold(entry for seq, entry in _entries(records) if seq not in gone))
    except ValueError:  # what is left would make no sense
        return False


def _size(gap: Gap) -> int:
    return gap.last - gap.first + 1
