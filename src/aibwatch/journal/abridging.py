"""A segment of a shared journal written anew without what compaction took out, step by step.

What is left is written to a blob beside it, which comes to be all at once. Then the segment itself
is made empty, in one request that also marks it; nobody can append to it, as its etag is another
one, and whoever reads it finds the mark and goes on with the other blob. It is never deleted: who
was away for long could make it again, and believe that nobody wrote before (PROMISES S4).

Each step is taken only if nothing happened to its blob since it was looked at, so that of two that
do this at once one gives up. After each of them all records are where a reader finds them, and what
was begun can be begun again.
"""

from collections.abc import Iterable

from aibwatch.journal.blobs import Blobs
from aibwatch.journal.chain import Record
from aibwatch.journal.lines import abridged, in_place_of
from aibwatch.journal.segments import Segment


async def abridge(blobs: Blobs, segment: Segment, left: Iterable[Record], by: str) -> None:
    """Leave of a segment these records only. Raises StoreError; some steps may be done then."""
    known = await blobs.etag(segment.abridged)
    await blobs.put(segment.abridged, abridged(left, by), known)
    emptied = await blobs.empty(segment.name, into=segment.abridged)
    if emptied is not None:
        await blobs.append(segment.name, in_place_of(segment.last, by), emptied)
