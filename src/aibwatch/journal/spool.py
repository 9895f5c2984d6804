"""Records in memory, small: a journal of a year has tens of megabytes.

They are kept because a replica that leads no more makes its state anew from all of them, and its
monitors remember anew; they are pressed, and what compaction takes out of the store goes here too.
"""

import asyncio
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from aibwatch.journal.chain import Record
from aibwatch.journal.lines import Tail, line_of
from aibwatch.model.chain import Gap

CHUNK = 256 * 1024
"""Bytes of lines that are pressed together."""


class Gone:
    """The numbers of records that are in gaps."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        """Take the gaps, in whatever order; they may overlap."""
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in sorted((each.first, each.last) for each in gaps):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(last, self._lasts[-1])
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def touches(self, first: int, last: int) -> bool:
        """Whether any number from the first to the last is among them."""
        found = bisect_right(self._firsts, last) - 1
        return found >= 0 and self._lasts[found] >= first


@dataclass(frozen=True, slots=True)
class _Chunk:
    first: int
    last: int
    size: int
    """Bytes before it was pressed."""
    pressed: bytes

    def records(self) -> list[Record]:
        return Tail().feed(zlib.decompress(self.pressed))


class Spool:
    """The records of a journal, in order. `records` may be called in any thread."""

    def __init__(self) -> None:
        """Begin empty."""
        self._chunks: list[_Chunk] = []
        self._open = bytearray()
        self._first = self._last = 0
        self._lock = Lock()

    def add(self, records: Iterable[Record]) -> None:
        """Keep records."""
        with self._lock:
            for each in records:
                self._open += line_of(each)
                self._first, self._last = self._first or each.seq, each.seq
                if len(self._open) > CHUNK:
                    self._press()

    def records(self, after: int = 0) -> Iterator[Record]:
        """Return the records after a number, in order; those that are added later are not in it."""
        with self._lock:
            chunks = [*self._chunks, *self._pressed()]
        late = (each for each in chunks if each.last > after)
        return (record for each in late for record in each.records() if record.seq > after)

    async def drop(self, gone: Gone) -> list[int]:
        """Forget the records that are gone and return their numbers; others may be added meanwhile.

        It is done bit by bit, so that nobody waits for long, but shows all at once.
        """
        with self._lock:
            self._press()
            chunks = tuple(self._chunks)
        left, dropped = Spool(), list[int]()
        for each in chunks:
            if each.size > CHUNK // 2 and not gone.touches(each.first, each.last):
                left.put(each)
                continue
            records = each.records()
            dropped += [one.seq for one in records if gone.touches(one.seq, one.seq)]
            left.add(one for one in records if not gone.touches(one.seq, one.seq))
            await asyncio.sleep(0)
        left._press()
        with self._lock:
            self._chunks[: len(chunks)] = left._chunks
        return dropped

    def put(self, chunk: _Chunk) -> None:
        """Keep a chunk as it is."""
        self._press()
        self._chunks.append(chunk)

    def _press(self) -> None:
        self._chunks += self._pressed()
        self._open.clear()
        self._first = 0

    def _pressed(self) -> Iterator[_Chunk]:
        if self._open:
            data = zlib.compress(bytes(self._open), level=1)
            yield _Chunk(self._first, self._last, len(self._open), data)
