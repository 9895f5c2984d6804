"""Records as lines of JSON, for stores that are appended to in blocks.

A batch is all that one append holds. Each of its lines but the last says that more follows, so a
batch that was cut short is known, and void: the next one begins with the same number again.
"""

from collections.abc import Iterable, Iterator

import msgspec

from aibwatch.errors import StoreError
from aibwatch.journal.chain import Record
from aibwatch.model.chain import Head

BLOCK_MAX = 1_000_000
"""Bytes of a block, but for a record that is larger by itself. The SDK's transport warns from 1 MiB
on that it holds up the loop; Storage takes 4 MiB and more."""
NOTHING = b"\n"
"""A block without a record, which only shows that the store takes blocks."""
ABRIDGED = "Abridged"
"""Kind of the line that stands in a segment that was written anew elsewhere."""


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


def line_of(record: Record) -> bytes:
    """Return the line of a record that is a batch by itself."""
    return _told(_line(record))


def abridged(records: Iterable[Record], by: str) -> Iterator[bytes]:
    """Yield the blocks of a segment that is written anew, with its end.

    Its records are all of whole batches, so none waits for another any more.
    """
    block = b""
    for each in records:
        told = line_of(each)
        if block and len(block) + len(told) > BLOCK_MAX:
            yield block
            block = b""
        block += told
    yield block + end_of_segment(by)


def in_place_of(last: int, by: str) -> bytes:
    """Return what stands in a segment that was written anew elsewhere, and ended at a record.

    An aibwatch that does not know of such segments must not take this one for an empty one: it
    finds a kind of record that it cannot read, and says that a newer aibwatch wrote it.
    """
    return _told(_Line(last, ABRIDGED, by=by))


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
        self._known = 0

    @property
    def whole(self) -> bool:
        """Whether all that was read belongs to whole batches."""
        return not self._batch and not self._cut

    def again(self) -> None:
        """Take the segment from its beginning, in another form; what is known is passed over."""
        self._batch, self._cut, self._known = [], b"", self.head.seq

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
        if line.seq <= self._known:
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


def _line(record: Record) -> _Line:
    return _Line(record.seq, record.kind, record.sha256, body=msgspec.Raw(record.body))


def _told(line: _Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"
