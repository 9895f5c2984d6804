"""Laws of the counters: each failover is counted once, whatever restarts or is let go of (S41)."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.journal.fold import fold
from aibwatch.journal.retention import removable
from aibwatch.model.entry import Entry, FailoverOpened
from aibwatch.status import catalogue
from aibwatch.status.counts import Counts, Growth
from histories import begun, histories, lived

PLACES = st.floats(0, 1)


def tallied(growth: Iterable[Growth]) -> Counter[tuple[str, ...]]:
    """Return how often failovers ended, by image and outcome."""
    found: Counter[tuple[str, ...]] = Counter()
    for metric, labels, value in growth:
        if metric is catalogue.FAILOVERS:
            found[labels] += int(value)
    return found


def counted(before: list[Entry], after: list[Entry]) -> Counter[tuple[str, ...]]:
    """Return what a daemon counts that starts on a journal and then writes the rest of it."""
    counts = Counts()
    told = list(counts.restore(fold(before)))
    return tallied([*told, *(each for entry in after for each in counts.of(entry))])


def kept(entries: list[Entry]) -> list[Entry]:
    """Return what is left of a journal of which everything old was let go of, and all is old."""
    if not entries:
        return []
    late = entries[-1].at + timedelta(days=900)
    gone = set(removable(list(enumerate(entries)), fold(entries), late))
    return [entry for seq, entry in enumerate(entries) if seq not in gone]


@settings(max_examples=100, deadline=None)
@given(histories, PLACES)
def test_outcomes_and_open_ones_are_all_that_were_started_whatever_restarts(
    history: list[str], place: float
) -> None:
    """A start at any point, on a journal with or without what is old, counts the same."""
    entries = list(lived(begun(), history).loop.journal)
    cut = round(place * len(entries))
    started = sum(isinstance(each, FailoverOpened) for each in entries)

    once = counted([], entries)

    assert once.total() + len(fold(entries).open) == started
    assert max(once.values(), default=0) <= started
    assert counted(entries[:cut], entries[cut:]) == once
    assert counted(kept(entries[:cut]), entries[cut:]) == once
    assert counted(kept(entries), []) == once
