"""Laws of retention: what goes is not missed, and what must stay stays."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ages import ages, entries_of
from aibwatch.journal.chain import Chain, Record, gaps_of, verify
from aibwatch.journal.codec import encode
from aibwatch.journal.compaction import gaps
from aibwatch.journal.fold import fold
from aibwatch.journal.retention import horizon, removable, same
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


def compacted(chain: Chain, records: list[Record], gone: frozenset[int]) -> list[Record]:
    """Return the records with an entry that tells of the gaps, and without what is in them."""
    told = tuple(gaps(records, gone, gaps_of(records)))
    left = [each for each in records if each.seq not in gone]
    return [*left, chain.add(*encode(Compacted(NOON, told)))]
