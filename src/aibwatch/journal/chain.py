"""The chain over a journal's records: each has the hash of its predecessor in its own (S39).

So the last hash stands for all records: whoever keeps it can tell later whether any of them was
changed, left out or put in. Records that compaction took out are the only gaps that there may be,
and an entry `Compacted` in the chain itself tells of each. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from aibwatch.journal.codec import decode, instant_of
from aibwatch.model.chain import Gap, Head
from aibwatch.model.entry import Compacted


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as stores keep it: numbered, encoded, chained."""

    seq: int
    kind: str
    body: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record that does not follow from those before it."""

    seq: int
    kind: str
    at: str
    """When it was written, as it tells itself; "" if it tells nothing."""
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain showed."""

    records: int = 0
    """How many follow from one another."""
    head: Head = field(default_factory=Head)
    """The last of them."""
    removed: int = 0
    """How many records compaction took out, as the chain tells."""
    broken: Broken | None = None


class Chain:
    """Numbers and chains what is about to be appended."""

    def __init__(self, head: Head | None = None) -> None:
        """Begin after `head`; None: at the beginning."""
        self.head = head or Head()

    def add(self, kind: str, body: bytes, at: int | None = None) -> Record:
        """Return the next record; `at` is its number, where that is given already."""
        seq = self.head.seq + 1 if at is None else at
        made = Record(seq, kind, body, hash_of(self.head.sha256, seq, kind, body))
        self.head = Head(seq, made.sha256)
        return made


def hash_of(previous: str, seq: int, kind: str, body: bytes) -> str:
    """Return the hash of a record: of four lines, so that a person can check one with sha256sum."""
    return sha256(b"%s\n%d\n%s\n%s" % (previous.encode(), seq, kind.encode(), body)).hexdigest()


def gaps_of(records: Iterable[Record]) -> list[Gap]:
    """Return the gaps that records tell of. Raises StoreError on one that cannot be read."""
    told = (decode(each.kind, each.body) for each in records if each.kind == Compacted.__name__)
    return [gap for entry in told if isinstance(entry, Compacted) for gap in entry.gaps]


def verify(records: Iterable[Record], gaps: Iterable[Gap]) -> Verification:
    """Walk along the chain and say where it breaks, if it does.

    `gaps` are those that the same records tell of. One that was made up would have to be in a
    record, and with that record the chain would not hold.
    """
    known: dict[int, list[Gap]] = {}
    for gap in gaps:
        known.setdefault(gap.first, []).append(gap)
    count, removed, head = 0, 0, Head()
    for record in records:
        before = across(known, head, record.seq)
        if before is None:
            return Verification(count, head, removed, _broken(record, _missing(head, record)))
        if record.sha256 != hash_of(before.sha256, record.seq, record.kind, record.body):
            says = "its hash is not that of its content after the record before it"
            return Verification(count, head, removed, _broken(record, says))
        removed += before.seq - head.seq
        count, head = count + 1, Head(record.seq, record.sha256)
    return Verification(count, head, removed)


def across(known: Mapping[int, Iterable[Gap]], head: Head, seq: int) -> Head | None:
    """Return what stood before the record `seq`, if gaps, by their first, lead there from `head`.

    They may lie side by side. Where a compaction was cut short and done anew, one of several leads.
    """
    reached = [head]
    while reached and reached[-1].seq != seq - 1:
        last = reached.pop()
        reached += [
            Head(each.last, each.end)
            for each in known.get(last.seq + 1, ())
            if each.before == last.sha256 and each.last < seq
        ]
    return reached[-1] if reached else None


def _broken(record: Record, says: str) -> Broken:
    return Broken(record.seq, record.kind, instant_of(record.body), says)


def _missing(head: Head, record: Record) -> str:
    if record.seq <= head.seq:
        return f"it stands after record {head.seq}, out of order"
    return f"records {head.seq + 1} to {record.seq - 1} are missing, and no compaction took them"
