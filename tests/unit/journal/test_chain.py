"""The chain over the records: what it shows, and what cannot be hidden from it."""

from dataclasses import replace
from hashlib import sha256

import pytest

from aibwatch.journal.chain import Chain, Record, gaps_of, verify
from aibwatch.journal.codec import encode
from aibwatch.model.chain import GENESIS, Gap, Head
from aibwatch.model.entry import Booted, Compacted, Entry, Paused
from builders import MINUTE, NOON

ENTRIES = tuple(Paused(NOON + n * MINUTE, f"image:{n}", "audit") for n in range(9))


def chained(*entries: Entry) -> list[Record]:
    """Return the records of these entries."""
    chain = Chain()
    return [chain.add(*encode(each)) for each in entries]


def without(records: list[Record], first: int, last: int) -> tuple[list[Record], Gap]:
    """Return what is left once records are taken out, and the gap that tells of them."""
    before = records[first - 2].sha256 if first > 1 else GENESIS
    left = [each for each in records if not first <= each.seq <= last]
    return left, Gap(first, last, before, records[last - 1].sha256)


def test_a_hash_is_that_of_four_lines() -> None:
    """A person can make it with sha256sum: predecessor, number, kind, JSON."""
    first, second = chained(*ENTRIES[:2])

    lines = f"{first.sha256}\n2\nPaused\n{second.body.decode()}"

    assert second.sha256 == sha256(lines.encode()).hexdigest()


def test_an_untouched_chain_holds() -> None:
    """All records follow from one another, and the last is the head."""
    records = chained(*ENTRIES)

    found = verify(records, ())

    assert found.broken is None
    assert (found.records, found.removed) == (9, 0)
    assert found.head == Head(9, records[-1].sha256)


def test_nothing_is_a_chain_too() -> None:
    """A new store has no head, and nothing wrong."""
    assert verify([], ()).head == Head()


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b'{"at":"2026-03-02T12:04:00Z","scope":"all","reason":"audit"}'},
        {"kind": "Resumed"},
        {"sha256": "f" * 64},
    ],
    ids=["body", "kind", "hash"],
)
def test_a_record_that_was_changed_shows(changed: dict[str, bytes]) -> None:
    """It is named: the chain holds up to the one before it."""
    records = chained(*ENTRIES)
    records[4] = replace(records[4], **changed)

    found = verify(records, ())

    assert found.broken is not None
    assert found.broken.seq == 5
    assert "hash" in found.broken.says
    assert found.head == Head(4, records[3].sha256)


def test_a_record_that_was_changed_with_its_hash_shows_at_the_next() -> None:
    """Whoever changes one must change all after it, and with them the head."""
    records = chained(*ENTRIES)
    chain = Chain(Head(4, records[3].sha256))
    records[4] = chain.add("Paused", b"{}")

    found = verify(records, ())

    assert found.broken is not None
    assert found.broken.seq == 6


def test_records_that_were_left_out_show() -> None:
    """In the middle and at the begin; at the end only the head that was kept elsewhere tells."""
    records = chained(*ENTRIES)

    middle = verify([*records[:3], *records[5:]], ())
    begin = verify(records[2:], ())
    end = verify(records[:-1], ())

    assert middle.broken is not None
    assert middle.broken.says == "records 4 to 5 are missing, and no compaction took them"
    assert begin.broken is not None
    assert begin.broken.seq == 3
    assert end.broken is None
    assert end.head != Head(9, records[-1].sha256)


def test_records_that_changed_places_show() -> None:
    """The order is part of the chain."""
    records = chained(*ENTRIES)
    records[4], records[5] = records[5], records[4]

    found = verify(records, ())

    assert found.broken is not None
    assert found.broken.seq == 6


@pytest.mark.parametrize(("first", "last"), [(1, 3), (4, 4), (5, 8)])
def test_a_gap_that_the_chain_tells_of_is_no_break(first: int, last: int) -> None:
    """At the begin, a single record, several; they are counted."""
    left, gap = without(chained(*ENTRIES), first, last)

    found = verify(left, [gap])

    assert found.broken is None
    assert found.removed == last - first + 1
    assert found.records == 9 - found.removed


@pytest.mark.parametrize(
    "told",
    [
        {"first": 3},
        {"last": 7},
        {"before": "a" * 64},
        {"end": "a" * 64},
    ],
    ids=str,
)
def test_a_gap_must_be_just_the_one_that_is_told_of(told: dict[str, int]) -> None:
    """A longer one, a shorter one, or one with other ends is refused."""
    left, gap = without(chained(*ENTRIES), 4, 6)

    found = verify(left, [replace(gap, **told)])

    assert found.broken is not None
    assert found.broken.seq == 7


def test_gaps_are_read_from_the_chain_itself() -> None:
    """From every entry of that kind, in order."""
    gaps = (Gap(1, 2, GENESIS, "a" * 64), Gap(4, 4, "b" * 64, "c" * 64))
    records = chained(
        Booted(NOON, 1, "1"), Compacted(NOON, gaps[:1]), ENTRIES[0], Compacted(NOON, gaps[1:])
    )

    assert gaps_of(records) == list(gaps)
