"""A segment of a shared journal written anew without what compaction took out, step by step.

What is left is written to a blob beside it, which comes to be all at once. Then the segment itself
is made empty, in one request that also marks it; nobody can append to it, as its etag is another
one, and whoever reads it finds the mark and goes on with the other blob. It is never deleted: who
was away for long could make it again, and believe that nobody wrote before (PROMISES S4).

Each step is taken only if nothing happened to its blob since it was looked at, so that of two that
do this at once one gives up. After each of them all records are where a reader finds them, and what
was begun can be begun again.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from azure.core import MatchConditions

from aibwatch.journal.blobs import ABRIDGED_INTO, AbsentError, Blobs, Place
from aibwatch.journal.chain import Record
from aibwatch.journal.lines import abridged, in_place_of
from aibwatch.journal.segments import Segment


async def abridge(blobs: Blobs, segment: Segment, left: Iterable[Record], by: str) -> None:
    """Leave of a segment these records only. Raises StoreError; some steps may be done then."""
    known = await _etag(blobs, segment.abridged)
    await _put(blobs, segment.abridged, abridged(left, by), known)
    await _empty(blobs, segment, by)


async def _etag(blobs: Blobs, name: str) -> str | None:
    try:
        found = await blobs.told(blobs.blob(name).get_blob_properties())
    except AbsentError:
        return None
    return str(found.etag)


async def _put(blobs: Blobs, name: str, blocks: Iterable[bytes], known: str | None) -> None:
    """Write a blob all at once, over the one that is known.

    Blocks that are not committed yet are anybody's, so their names must be ours alone.
    """
    from azure.storage.blob import BlobBlock  # noqa: PLC0415  see blobs.open_blobs

    ours, names, blob = secrets.token_hex(8), list[str](), blobs.blob(name)
    for number, each in enumerate(blocks):
        names.append(f"{ours}-{number:06d}")
        await blobs.told(blob.stage_block(names[-1], each))
    listed = [BlobBlock(each) for each in names]
    await blobs.told(blob.commit_block_list(listed, **_only_over(known)))


async def _empty(blobs: Blobs, segment: Segment, by: str) -> None:
    """Mark a segment as abridged, if it is not, and leave a line in it for an older aibwatch."""
    blob = blobs.blob(segment.name)
    found = await blobs.told(blob.get_blob_properties())
    etag = str(found.etag)
    if ABRIDGED_INTO not in (found.metadata or {}):
        mark = {ABRIDGED_INTO: segment.abridged}
        made = await blobs.told(blob.create_append_blob(metadata=mark, **_only_over(etag)))
        etag = str(made["etag"])
    elif found.size:
        return
    await blobs.append(segment.name, in_place_of(segment.last, by), Place(0, etag))


def _only_over(etag: str | None) -> dict[str, Any]:
    """Return the condition that a blob is as it was known, or not there."""
    if etag is None:
        return {"match_condition": MatchConditions.IfMissing}
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}
