"""The journal that simulations use."""

import asyncio

import pytest

from aibwatch.errors import StoreError
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
