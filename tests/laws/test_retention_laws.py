"""Laws of retention: what goes is not missed, and what must stay stays."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ages import ages, entries_of
from aibwatch.journal.chain import Chain, Record, gaps_of, verify
from aibwatch.journal.codec import encode
from aibwatch.journal.compaction import gaps
from aibwatch.journal.fold import fold
from aibwatch.journal.lines import Tail, abridged, blocks_of
from aibwatch.journal.retention import horizon, removable, same
from aibwatch.journal.spool import Gone, Spool
from aibwatch.model.chain import Gap
from aibwatch.model.entry import Compacted, Entry, FailoverOpened
from builders import NOON
from histories import begun, histories, lived

FRACTIONS = st.floats(0, 1)


def split(entries: list[Entry], before: datetime) -> tuple[list[Entry], list[Entry]]:
    """Return what stays and what goes."""
    state = fold(entries)
    gone = set(removable(list(enumerate(entries, 1)), state, before))
    left = [each for seq, each in enumerate(entries, 1) if seq not in gone]
    return left, [each for seq, each in enumerate(entries, 1) if seq in gone]


def instant(entries: list[Entry], fraction: float) -> datetime:
    """Return an instant within the time of a journal, or at its end."""
    first, last = entries[0].at, entries[-1].at
    return first + (last - first) * fraction + timedelta(seconds=1)


@settings(max_examples=400, deadline=None)
@given(ages, FRACTIONS)
def test_without_what_went_the_state_is_the_same(
    age: list[tuple[int, str]], fraction: float
) -> None:
    """Over days of builds, failures, changes and what is said of them, in any order."""
    entries = entries_of(age)

    left, gone = split(entries, instant(entries, fraction))

    assert same(fold(entries), fold(left))
    assert all(each.at < instant(entries, fraction) for each in gone)


@settings(max_examples=200, deadline=None)
@given(ages, FRACTIONS, FRACTIONS)
def test_it_may_end_after_any_step(
    age: list[tuple[int, str]], fraction: float, done: float
) -> None:
    """What goes goes in order, bit by bit: the state is the same whenever that ends."""
    entries = entries_of(age)
    state = fold(entries)
    gone = list(removable(list(enumerate(entries, 1)), state, instant(entries, fraction)))

    some = set(gone[: int(len(gone) * done)])

    assert same(state, fold(each for seq, each in enumerate(entries, 1) if seq not in some))


@settings(max_examples=50, deadline=None)
@given(st.lists(histories, min_size=1, max_size=3), FRACTIONS)
def test_without_what_went_a_daemon_s_state_is_the_same(
    days: list[list[str]], fraction: float
) -> None:
    """Of journals that the core itself wrote, with failovers in them."""
    story = begun()
    for history in days:
        lived(story, history)
    entries = list(story.loop.journal)

    left, _ = split(entries, instant(entries, fraction))

    assert same(fold(entries), fold(left))


@settings(max_examples=50, deadline=None)
@given(histories, FRACTIONS)
def test_nothing_of_a_young_failover_goes(history: list[str], fraction: float) -> None:
    """Whatever its kind: it is what the failover rests on (PROMISES S39, S40)."""
    entries = list(lived(begun(), history).loop.journal)
    now = entries[-1].at
    retention = (now - entries[0].at) * fraction

    before = horizon(fold(entries), now, retention)
    _, gone = split(entries, before)

    young = [
        each
        for each in fold(entries).failovers.values()
        if each.open or (each.closed and each.closed >= now - retention)
    ]
    assert before <= now - retention
    assert not any(isinstance(each, FailoverOpened) for each in gone)
    assert all(each.at < failover.opened for each in gone for failover in young)


@settings(deadline=None)
@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))
def test_after_any_compactions_the_chain_holds(first: set[int], second: set[int]) -> None:
    """One after the other, gaps beside gaps; and a record that nobody took is missed."""
    chain = Chain()
    records = [chain.add("Paused", b'{"at":"x","n":%d}' % n) for n in range(30)]
    for chosen in (first, second):
        records = compacted(chain, records, frozenset(chosen))

    found = verify(records, gaps_of(records))
    short = verify(records[1:], gaps_of(records))

    assert found.broken is None
    assert found.head == chain.head
    assert found.records + found.removed == chain.head.seq
    assert short.broken is not None


NUMBERS = st.sets(st.integers(1, 40))


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.lists(st.integers(1, 9), min_size=5), st.data())
def test_whoever_reads_on_in_what_is_left_knows_what_all_others_know(
    first: set[int], second: set[int], batches: list[int], data: st.DataObject
) -> None:
    """Wherever in a segment it was, and if that was written anew twice while it read."""
    records = chained(40)
    blocks = list(batched(records, batches))
    read = data.draw(st.integers(0, len(blocks)))
    some, tail = Spool(), Tail()
    some.add(tail.feed(b"".join(blocks[:read])))
    for chosen, whole in ((first, False), (first | second, True)):
        left = b"".join(abridged((each for each in records if each.seq not in chosen), "other"))
        tail.again()
        some.add(tail.feed(left if whole else left[: data.draw(st.integers(0, len(left)))]))

    asyncio.run(some.drop(gone(first | second)))

    expected = [each for each in records if each.seq not in first | second]
    assert list(some.records()) == expected
    assert tail.ended
    assert tail.head.seq <= 40


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.integers(0, 41))
def test_a_spool_forgets_what_is_gone_and_nothing_else(
    first: set[int], second: set[int], after: int
) -> None:
    """It tells which records those were, each once."""
    records, spool = chained(40), Spool()
    spool.add(records[:25])
    before = asyncio.run(spool.drop(gone(first)))
    spool.add(records[25:])

    later = asyncio.run(spool.drop(gone(first | second)))

    left = [each for each in records if each.seq not in first | second and each.seq > after]
    assert list(spool.records(after)) == left
    assert sorted(before + later) == sorted(first | second)
    assert before == sorted(each for each in first if each <= 25)


def chained(many: int) -> list[Record]:
    """Return so many records."""
    chain = Chain()
    return [chain.add("Paused", b'{"at":"x","n":%d}' % n) for n in range(many)]


def batched(records: list[Record], sizes: list[int]) -> Iterator[bytes]:
    """Yield the blocks of records that were appended so many at once."""
    rest = list(records)
    for size in (*sizes, len(records)):
        if rest:
            yield from blocks_of(rest[:size], "one")
        rest = rest[size:]


def gone(numbers: set[int]) -> Gone:
    """Return the records of these numbers as gone."""
    return Gone(Gap(each, each, "", "") for each in numbers)


def compacted(chain: Chain, records: list[Record], gone: frozenset[int]) -> list[Record]:
    """Return the records with an entry that tells of the gaps, and without what is in them."""
    told = tuple(gaps(records, gone, gaps_of(records)))
    left = [each for each in records if each.seq not in gone]
    return [*left, chain.add(*encode(Compacted(NOON, told)))]
