"""Records as lines of JSON, for stores that are appended to in blocks.

A batch is all that one append holds. Each of its lines but the last says that more follows, so a
batch that was cut short is known, and void: the next one begins with the same number again.
"""

import zlib
from collections.abc import Iterable, Iterator

import msgspec

from aibwatch.errors import StoreError
from aibwatch.journal.chain import Record
from aibwatch.model.chain import Head

BLOCK_MAX = 1_000_000
"""Bytes of a block, but for a record that is larger by itself. The SDK's transport warns from 1 MiB
on that it holds up the loop; Storage takes 4 MiB and more."""
CHUNK = 256 * 1024
"""Bytes of lines that are pressed together."""
NOTHING = b"\n"
"""A block without a record, which only shows that the store takes blocks."""


class _Line(msgspec.Struct, omit_defaults=True):
    seq: int = 0
    kind: str = ""
    sha256: str = ""
    by: str = ""
    """Who wrote the block; on its first line, so that nobody takes another's for its own."""
    more: bool = False
    """More lines of the same batch follow."""
    end: bool = False
    """Nothing follows here; the next segment goes on."""
    body: msgspec.Raw = msgspec.Raw(b"{}")


_decoder = msgspec.json.Decoder(_Line)


def end_of_segment(by: str) -> bytes:
    """Return the block after which nobody can append to a segment."""
    return _told(_Line(by=by, end=True))


def blocks_of(records: Iterable[Record], by: str) -> Iterator[bytes]:
    """Yield the blocks of one batch."""
    lines = [_line(each) for each in records]
    for line in lines[:-1]:
        line.more = True
    block = b""
    for line in lines:
        if not block:
            line.by = by
        told = _told(line)
        if block and len(block) + len(told) > BLOCK_MAX:
            yield block
            line.by = by
            block, told = b"", _told(line)
        block += told
    yield block or NOTHING


class Tail:
    """Takes the bytes of a journal as they come, and gives the records of whole batches."""

    def __init__(self) -> None:
        """Begin at the first byte of the first segment."""
        self.head = Head()
        """The last record of the last whole batch."""
        self.ended = False
        """Whether the segment that is read has its end; whoever goes on to the next, resets it."""
        self._batch: list[Record] = []
        self._cut = b""

    def feed(self, data: bytes) -> list[Record]:
        """Return the records of the batches that are whole now. Raises StoreError on nonsense."""
        *lines, self._cut = (self._cut + data).split(b"\n")
        found: list[Record] = []
        for each in lines:
            if each:
                found += self._take(each)
        return found

    def _take(self, told: bytes) -> list[Record]:
        try:
            line = _decoder.decode(told)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = f"after record {self.head.seq} is a line that is no record ({error})"
            raise StoreError(message) from error
        if line.end:
            self.ended = True
            return []
        if line.seq == self.head.seq + 1:
            self._batch = []  # what came before was cut short
        record = Record(line.seq, line.kind, bytes(line.body), line.sha256)
        before = self._batch[-1].seq if self._batch else self.head.seq
        if record.seq <= before:
            message = f"record {record.seq} comes after record {before}"
            raise StoreError(message)
        self._batch.append(record)
        if line.more:
            return []
        whole, self._batch = self._batch, []
        self.head = Head(record.seq, record.sha256)
        return whole


class Spool:
    """Keeps records in memory, small: a journal of a year has tens of megabytes."""

    def __init__(self) -> None:
        """Begin empty."""
        self._pressed: list[bytes] = []
        self._open = bytearray()

    def add(self, records: Iterable[Record]) -> None:
        """Keep records."""
        for each in records:
            self._open += _told(_line(each))
            if len(self._open) > CHUNK:
                self._pressed.append(zlib.compress(bytes(self._open), level=1))
                self._open.clear()

    def records(self) -> Iterator[Record]:
        """Return all records kept so far, in order; those that are added later are not in it."""
        chunks = [*self._pressed, zlib.compress(bytes(self._open), level=1)]
        return _unpressed(chunks)


def _unpressed(chunks: Iterable[bytes]) -> Iterator[Record]:
    tail = Tail()
    for each in chunks:
        yield from tail.feed(zlib.decompress(each))


def _line(record: Record) -> _Line:
    return _Line(record.seq, record.kind, record.sha256, body=msgspec.Raw(record.body))


def _told(line: _Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"
