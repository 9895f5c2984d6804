"""A journal and a lease each of whose steps has a name, so that its daemon may die there."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from random import Random

from aibwatch.journal.memory import NEVER, MemoryJournal, MemoryLease
from aibwatch.model.chain import Head
from aibwatch.model.entry import (
    Answered,
    Closed,
    Entry,
    FailoverOpened,
    Intended,
    Moved,
)
from aibwatch.ports import Clock

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
        *,
        shared: bool = False,
    ) -> None:
        """Take the store, who hears of every step, how long an append takes, who notes it.

        What a store that replicas share has taken is durable, as it is elsewhere.
        """
        self.near, self._shared = near, shared
        self._step, self._random, self._delay, self._written = step, random, delay, written

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append all entries or none."""
        name = _name(entries)
        await self.way(f"append{name} before")
        before = len(self.near.entries)
        try:
            await self.near.append(entries, durable=durable or self._shared)
        finally:
            if len(self.near.entries) > before:  # also if nobody hears of it
                self._written(entries)
        await self.way(f"append{name} after")

    async def follow(self) -> Sequence[Entry]:
        """Return what another replica appended."""
        await self.way("follow before")
        return await self.near.follow()

    async def way(self, step: str) -> None:
        """Take a step, and the time of the way to the store or back."""
        self._step(step)
        if self._delay:
            await asyncio.sleep(self._random.random() * self._delay)

    @property
    def head(self) -> Head:
        """The last record known here."""
        return self.near.head

    def read(self) -> Iterable[Entry]:
        """Return all entries in order."""
        return self.near.read()

    def close(self) -> None:
        """Do nothing."""


class FarLease:
    """`ports.Lease` in a store that may be far away: the store's clock counts, and ours for us."""

    def __init__(
        self, near: MemoryLease, clock: Clock, lasts: timedelta, journal: SteppedJournal
    ) -> None:
        """Take the lease where it lies, the daemon's own clock, and the way to the store."""
        self._near, self._clock, self._lasts, self._journal = near, clock, lasts, journal
        self.until = NEVER

    async def hold(self) -> bool:
        """Take it if it is free, or renew it; it is ours for as long as it is since we asked."""
        asked = self._clock.now()
        await self._journal.way("lease before")
        held = await self._near.hold()
        await self._journal.way("lease after")
        self.until = asked + self._lasts if held else NEVER
        return held

    async def release(self) -> None:
        """Give it up."""
        self.until = NEVER
        await self._near.release()


def _name(entries: Sequence[Entry]) -> str:
    kinds = {type(each) for each in entries}
    return next((f" {each.__name__}" for each in TELLING if each in kinds), "")
