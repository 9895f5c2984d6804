"""The journal in append blobs of Azure Storage, for replicas that share it.

Segments `journal/00000001`, `journal/00000002` ... are appended to one after the other. Each append
says where its segment must end: whoever has not read the newest records is turned away, and knows
that another replica leads (PROMISES S4). A segment that has had enough gets an end, after which
nobody can append to it, so that this holds from one segment to the next as well.

The answer to an append can be lost. Then the bytes after our place tell: ours, another's or none;
only if none is there is the same block sent once more, for the same place.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.blobs import AbsentError, Blobs, MovedError, Place, UnclearError
from aibwatch.journal.chain import Chain, Record
from aibwatch.journal.codec import decode, encode
from aibwatch.journal.lines import Spool, Tail, blocks_of, end_of_segment
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry

SEGMENT_BLOCKS = 40_000
"""Appends to one segment; Storage permits 50,000."""
SEGMENT_BYTES = 64 * 1024 * 1024
"""Size at which a segment has had enough."""


class BlobJournal:
    """`ports.Journal` over one container. Every replica has one of its own."""

    def __init__(self, blobs: Blobs, holder: str) -> None:
        """Take the container, and the name of this replica, which no other has.

        Nothing is known before the first `follow`; until then every append is turned away, but to
        an empty container.
        """
        self._blobs, self._holder = blobs, holder
        self._segment, self._place = 1, Place()
        self._tail, self._spool = Tail(), Spool()
        self._turn = asyncio.Lock()
        self._news: list[Record] = []
        """Read, but not handed out: what came after them could not be read."""
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
            for block in blocks_of(records, self._holder):
                await self._make_room(len(block))
                await self._send(block)

    async def follow(self) -> Sequence[Entry]:
        """Return what others appended since, after the first call all there is."""
        async with self._turn:
            while await self._read_on():
                pass
            entries = [decode(each.kind, each.body) for each in self._news]
            self._news = []
            return entries

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
            data, place = await self._blobs.read(self._name, self._place)
        except AbsentError:
            if self._place.offset:
                raise
            return False  # nobody began it yet
        self._news += self._take(data, place)
        if self._tail.ended:
            self._next_segment()
            return True
        return bool(data) and place.etag is None

    async def _make_room(self, size: int) -> None:
        """Begin the next segment if this one has had enough."""
        full = self._place.blocks >= SEGMENT_BLOCKS or self._place.offset + size > SEGMENT_BYTES
        if self._place.offset and full:
            await self._send(end_of_segment(self._holder))
            self._next_segment()
        if not self._place.offset:
            await self._blobs.create(self._name)

    def _next_segment(self) -> None:
        self._segment, self._place, self._tail.ended = self._segment + 1, Place(), False

    async def _send(self, block: bytes) -> None:
        """Append a block, once, whatever becomes of the answer."""
        try:
            place = await self._blobs.append(self._name, block, self._place)
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
            return await self._blobs.append(self._name, block, self._place)
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
        with self._cannot_tell():
            asked = Place(self._place.offset, None, self._place.blocks)
            found, place = await self._blobs.read(self._name, asked, len(block))
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
        except StoreError as error:
            message = f"{error}; whether the last append arrived cannot be told"
            raise StoreError(message) from error

    def _take(self, data: bytes, place: Place) -> list[Record]:
        """Note that the journal goes on to `place` with these bytes."""
        if self._damage:
            raise StoreError(self._damage)
        try:
            found = self._tail.feed(data)
        except StoreError as error:
            self._damage = f"{self.name}/{self._name}: {error}; restore it from a copy"
            raise StoreError(self._damage) from error
        self._place = place
        self._spool.add(found)
        return found

    def _turned_away(self) -> NoReturn:
        message = f"{self.name}: another replica appended after record {self.head.seq}"
        raise FencedError(message)

    @property
    def _name(self) -> str:
        return f"journal/{self._segment:08d}"
