"""A journal each of whose steps has a name, so that its daemon may die there."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from random import Random

from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.chain import Head
from aibwatch.model.entry import (
    Answered,
    Closed,
    Entry,
    FailoverOpened,
    Intended,
    Moved,
)

TELLING = (Intended, Answered, Closed, Moved, FailoverOpened)
"""Kinds that a step is named after, the weightiest first; the other appends have no name."""


class SteppedJournal:
    """`ports.Journal` over a store in memory that may be far away."""

    def __init__(
        self,
        near: MemoryJournal,
        step: Callable[[str], None],
        random: Random,
        delay: float,
        written: Callable[[Sequence[Entry]], None],
    ) -> None:
        """Take the store, who hears of every step, how long an append takes, who notes it."""
        self.near = near
        self._step, self._random, self._delay, self._written = step, random, delay, written

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none."""
        name = _name(entries)
        self._step(f"append{name} before")
        if self._delay:
            await asyncio.sleep(self._random.random() * self._delay)
        await self.near.append(entries, durable=durable)
        self._written(entries)
        self._step(f"append{name} after")
        if self._delay:
            await asyncio.sleep(self._random.random() * self._delay)

    async def follow(self) -> Sequence[Entry]:
        """Return what another replica appended."""
        self._step("follow before")
        return await self.near.follow()

    @property
    def head(self) -> Head:
        """The last record known here."""
        return self.near.head

    def read(self) -> Iterable[Entry]:
        """Return all entries in order."""
        return self.near.read()

    def close(self) -> None:
        """Do nothing."""


def _name(entries: Sequence[Entry]) -> str:
    kinds = {type(each) for each in entries}
    return next((f" {each.__name__}" for each in TELLING if each in kinds), "")
