"""The journal that simulations use."""

import asyncio

import pytest

from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import Paused, Resumed
from builders import NOON


def test_a_power_cut_takes_what_was_not_durable() -> None:
    """Entries since the last durable append are lost, those before it stay."""
    journal = MemoryJournal()
    first, second, third = (Paused(NOON, scope, "r") for scope in ("a", "b", "c"))
    asyncio.run(journal.append([first], durable=False))
    asyncio.run(journal.append([second], durable=True))
    asyncio.run(journal.append([third], durable=False))

    journal.lose_power()

    assert list(journal.read()) == [first, second]


def test_trouble_lets_nothing_in() -> None:
    """While it is told to fail, an append raises and leaves nothing behind."""
    journal = MemoryJournal()
    journal.trouble = "disk full"

    with pytest.raises(StoreError, match="disk full"):
        asyncio.run(journal.append([Resumed(NOON, "all")], durable=True))

    assert list(journal.read()) == []


def test_what_nobody_heard_of_is_there_and_is_read_before_more_is_written() -> None:
    """An append whose answer is lost is in the store; its writer must find that out."""
    journal, entry = MemoryJournal(), Paused(NOON, "all", "r")
    journal.unanswered = True
    with pytest.raises(StoreError, match="nobody can tell"):
        asyncio.run(journal.append([entry], durable=True))
    journal.unanswered = False

    with pytest.raises(FencedError):
        asyncio.run(journal.append([entry], durable=True))

    assert asyncio.run(journal.follow()) == [entry]
    asyncio.run(journal.append([Resumed(NOON, "all")], durable=True))
    assert list(journal.read()) == [entry, Resumed(NOON, "all")]
