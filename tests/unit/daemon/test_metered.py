"""A journal whose use is counted."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from aibwatch.daemon.metered import MeteredJournal
from aibwatch.errors import StoreError
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import Entry, Resumed
from builders import NOON

ENTRY = Resumed(NOON, "all")


class Meter:
    """Counts by operation, and whether it failed."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.uses: Counter[tuple[str, bool]] = Counter()

    def store(self, op: str, *, failed: bool = False) -> None:
        """Count one use."""
        self.uses[op, failed] += 1


def test_what_is_appended_and_read_is_counted_and_passed_on() -> None:
    """The journal below gets the entries, and their durability."""
    below, meter = MemoryJournal(), Meter()
    journal = MeteredJournal(below, meter)

    asyncio.run(journal.append([ENTRY], durable=True))
    asyncio.run(journal.append([ENTRY], durable=False))
    below.lose_power()

    assert list(journal.read()) == [ENTRY]
    assert meter.uses == {("append", False): 2, ("read", False): 1}


def test_a_failure_is_counted_as_one_and_raised() -> None:
    """Whoever wanted to write learns of it."""
    below, meter = MemoryJournal(), Meter()
    below.trouble = "disk full"
    journal = MeteredJournal(below, meter)

    with pytest.raises(StoreError, match="disk full"):
        asyncio.run(journal.append([ENTRY], durable=True))

    assert meter.uses == {("append", True): 1}


class Torn(MemoryJournal):
    """Breaks while it is read."""

    def read(self) -> Iterator[Entry]:
        """Return one entry, then fail."""
        yield ENTRY
        message = "torn page"
        raise StoreError(message)


def test_a_reading_that_breaks_is_counted_as_a_failure() -> None:
    """Not as a reading."""
    meter = Meter()

    with pytest.raises(StoreError, match="torn page"):
        list(MeteredJournal(Torn(), meter).read())

    assert meter.uses == {("read", True): 1}


class Closable(MemoryJournal):
    """Remembers that it was closed."""

    closed = False

    def close(self) -> None:
        """Remember."""
        self.closed = True


def test_closing_closes_the_journal_below() -> None:
    """The lock of the store hangs on it."""
    below = Closable()

    MeteredJournal(below, Meter()).close()

    assert below.closed
