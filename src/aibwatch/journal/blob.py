"""The journal in append blobs of Azure Storage, for replicas that share it.

Segments `journal/00000001`, `journal/00000002` ... are appended to one after the other. Each append
says where its segment must end: whoever has not read the newest records is turned away, and knows
that another replica leads (PROMISES S4). A segment that has had enough gets an end, after which
nobody can append to it, so that this holds from one segment to the next as well.

The answer to an append can be lost. Then the bytes after our place tell: ours, another's or none;
only if none is there is the same block sent once more, for the same place.

What compaction takes out goes in two steps. An entry `Compacted` tells of it, and is appended like
any other: from then on it is no record of the journal to whoever reads it, there or not. Later
`give_back` writes those segments anew that hold any, beside the appends (`journal.abridging`).
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import NoReturn

from aibwatch.errors import FencedError, RewrittenError, StoreError
from aibwatch.journal.abridging import abridge
from aibwatch.journal.blobs import (
    AbridgedError,
    AbsentError,
    Blobs,
    MovedError,
    Place,
    UnclearError,
)
from aibwatch.journal.chain import Broken, Chain, Record, gaps_of, verify
from aibwatch.journal.codec import decode, encode
from aibwatch.journal.compaction import Records
from aibwatch.journal.lines import Tail, blocks_of, end_of_segment
from aibwatch.journal.segments import Segment, Segments, abridgement, segment
from aibwatch.journal.spool import Gone, Spool
from aibwatch.model.chain import Gap, Head
from aibwatch.model.entry import Compacted, Entry

SEGMENT_BLOCKS = 40_000
"""Appends to one segment; Storage permits 50,000."""
SEGMENT_BYTES = 64 * 1024 * 1024
"""Size at which a segment has had enough."""


class BlobJournal:
    """`ports.Journal` over one container. Every replica has one of its own."""

    def __init__(self, blobs: Blobs, holder: str) -> None:
        """Take the container, and the name of this replica, which no other has.

        Nothing is known before the first `load` or `follow`; until then every append is turned
        away, but to an empty container.
        """
        self._blobs, self._holder = blobs, holder
        self._segment, self._place, self._abridged = 1, Place(), False
        """Where we are, and whether in what is left of the segment."""
        self._tail, self._spool, self._segments = Tail(), Spool(), Segments()
        self._turn, self._pruning = asyncio.Lock(), asyncio.Lock()
        self._news: list[Record] = []
        """Read, but not handed out: what came after them could not be read."""
        self._jumped = False
        """Whether something between what was handed out and the news is gone."""
        self._gaps: list[Gap] = []
        """Told by the chain; what is in them is still in memory."""
        self._damage = ""
        """What is wrong with the container, if it holds what cannot be read."""

    chained = True

    @property
    def name(self) -> str:
        """The container's URL."""
        return self._blobs.url

    @property
    def head(self) -> Head:
        """The last record known here."""
        return self._tail.head

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none; they are always durable.

        If it raises StoreError it may still have come to be. Then the very same append finds that,
        and any other is turned away as if another replica had made it; `follow` tells of it.
        """
        async with self._turn:
            if self._news:
                self._turned_away()
            chain = Chain(self.head)
            records = [chain.add(*encode(each)) for each in entries]
            blocks = list(blocks_of(records, self._holder))
            await self._make_room(sum(map(len, blocks)))
            for block in blocks:
                await self._send(block)

    async def load(self) -> None:
        """Read all there is: `read` tells it, and `follow` only what comes after.

        If it raises StoreError, part of it may be known; `follow` goes on from there.
        """
        async with self._turn:
            while await self._read_on():
                self._news.clear()
            self._news.clear()
            self._jumped = False
        await self._prune()

    async def follow(self) -> Sequence[Entry]:
        """Return what others appended since, after the first call all there is.

        Raises RewrittenError, once, where compaction took something out that was not read before:
        what was handed out and what is left do not make a whole.
        """
        async with self._turn:
            while await self._read_on():
                pass
            await self._prune()
            if self._jumped:
                self._jumped = False
                message = f"{self.name}: was compacted since it was read; what is left tells all"
                raise RewrittenError(message)
            entries = [decode(each.kind, each.body) for each in self._news]
            self._news = []
            return entries

    async def compact(self, entry: Compacted) -> None:
        """Append the entry: the records of its gaps are none any more. Raises as `append`."""
        await self.append([entry], durable=True)

    async def give_back(self) -> None:
        """Write those segments anew that hold what was taken out, and forget that here, too.

        Entries can be appended meanwhile. Raises StoreError if it cannot; it can be tried again.
        """
        await self._prune()
        if self._segments.open_is_due:
            async with self._turn:
                await self._end_segment()
        due = list(self._segments.due())
        if due and (broken := await asyncio.to_thread(self._broken)):
            message = f"{self.name}: nothing is given back: at record {broken.seq} {broken.says}"
            raise StoreError(message)
        for each in due:
            await abridge(self._blobs, each, self._left_of(each), self._holder)
            each.due = False

    def _broken(self) -> Broken | None:
        """Look whether what would be left follows from one another: the rest will be gone."""
        return verify(self.records(), gaps_of(self.records())).broken

    def _left_of(self, segment: Segment) -> Iterator[Record]:
        return takewhile(lambda each: each.seq <= segment.last, self._spool.records(segment.after))

    @contextmanager
    def picture(self) -> Iterator[Records]:
        """Give all records as they are now, for any one thread, while entries are appended."""
        last = self.head.seq
        yield lambda: takewhile(lambda each: each.seq <= last, self._spool.records())

    def read(self) -> Iterable[Entry]:
        """Return all entries known here, in order."""
        return (decode(each.kind, each.body) for each in self.records())

    def records(self) -> Iterator[Record]:
        """Return all records known here, in order."""
        return self._spool.records()

    def close(self) -> None:
        """Do nothing: the container's client is closed by whoever opened it."""

    async def _read_on(self) -> bool:
        """Read one chunk; return whether there may be more."""
        try:
            data, place = await self._read_chunk()
        except AbsentError:
            if self._place.offset or self._abridged:
                raise
            return False  # nobody began it yet
        except AbridgedError as error:
            self._begin_segment_again()
            self._segments.open_is_due = self._segments.open_is_due or error.empty
            return True
        before = self.head.seq
        self._note(before, self._take(data, place))
        if self._tail.ended:
            self._next_segment()
            return True
        return self._abridged or (bool(data) and place.etag is None)

    async def _read_chunk(self) -> tuple[bytes, Place]:
        if not self._abridged:
            return await self._blobs.read(segment(self._segment), self._place)
        try:
            return await self._blobs.read_whole(abridgement(self._segment), self._place)
        except MovedError as error:  # it was abridged once more
            raise AbridgedError(str(error)) from error

    def _begin_segment_again(self) -> None:
        """Go on with what is left of the segment, from its beginning."""
        self._abridged, self._place = True, Place()
        self._tail.again()

    def _note(self, before: int, found: Sequence[Record]) -> None:
        """Keep the news, and whether records are missing since the last one before."""
        for each in found:
            self._jumped = self._jumped or each.seq != before + 1
            before = each.seq
        self._news += found

    async def _make_room(self, size: int) -> None:
        """Begin the next segment if this one has had enough. A batch is never in two of them."""
        full = self._place.blocks >= SEGMENT_BLOCKS or self._place.offset + size > SEGMENT_BYTES
        if full:
            await self._end_segment()
        if not self._place.offset:
            with self._left_behind():
                self._place = await self._blobs.create(segment(self._segment))

    async def _end_segment(self) -> None:
        if self._place.offset:
            await self._send(end_of_segment(self._holder))
            self._next_segment()

    def _next_segment(self) -> None:
        self._segments.end(self.head.seq, whole=self._tail.whole)
        self._segment, self._place, self._abridged = self._segment + 1, Place(), False
        self._tail.ended = False

    async def _send(self, block: bytes) -> None:
        """Append a block, once, whatever becomes of the answer."""
        try:
            place = await self._blobs.append(segment(self._segment), block, self._place)
        except (MovedError, UnclearError):
            settled = await self._settle(block)
            if settled is None:
                place = await self._send_again(block)
            else:
                place = settled
        self._take(block, place)

    async def _send_again(self, block: bytes) -> Place:
        """Send a block that did not arrive; the one before it can still do so instead."""
        try:
            return await self._blobs.append(segment(self._segment), block, self._place)
        except (MovedError, UnclearError) as error:
            settled = await self._settle(block)
            if settled is None:
                message = f"{error}; it may still arrive"
                raise StoreError(message) from error
            return settled

    async def _settle(self, block: bytes) -> Place | None:
        """Return the place after our block if it is there, None if nothing is.

        Raises FencedError if another replica's is, StoreError if nobody can tell.
        """
        with self._cannot_tell(), self._left_behind():
            asked = Place(self._place.offset, None, self._place.blocks)
            found, place = await self._blobs.read(segment(self._segment), asked, len(block))
        if not found:
            self._place = place
            return None
        if found != block:
            self._turned_away()
        return Place(place.offset, place.etag, place.blocks + 1)

    @contextmanager
    def _cannot_tell(self) -> Iterator[None]:
        try:
            yield
        except FencedError:
            raise
        except StoreError as error:
            message = f"{error}; whether the last append arrived cannot be told"
            raise StoreError(message) from error

    @contextmanager
    def _left_behind(self) -> Iterator[None]:
        """Whoever wants to append to a segment that was abridged since was away for long."""
        try:
            yield
        except AbridgedError:
            self._turned_away()

    def _take(self, data: bytes, place: Place) -> list[Record]:
        """Note that the journal goes on to `place` with these bytes."""
        if self._damage:
            raise StoreError(self._damage)
        try:
            found = self._tail.feed(data)
            gaps = gaps_of(found)
        except StoreError as error:
            name = (abridgement if self._abridged else segment)(self._segment)
            self._damage = f"{self.name}/{name}: {error}; restore it from a copy"
            raise StoreError(self._damage) from error
        self._place = place
        self._spool.add(found)
        self._gaps += gaps
        return found

    async def _prune(self) -> None:
        """Forget the records that the chain tells are gone."""
        async with self._pruning:
            gaps, self._gaps = self._gaps, []
            if gaps:
                self._segments.take_out(await self._spool.drop(Gone(gaps)))

    def _turned_away(self) -> NoReturn:
        message = f"{self.name}: another replica appended after record {self.head.seq}"
        raise FencedError(message)
