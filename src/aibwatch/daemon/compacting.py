"""Keeps the journal from growing for ever: old entries go at the start, then once a day."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event

from aibwatch.daemon.log import logger
from aibwatch.errors import StoreError
from aibwatch.journal.chain import Record
from aibwatch.journal.compaction import Compactable, Plan, Records, plan
from aibwatch.journal.retention import is_due
from aibwatch.model.entry import Entry
from aibwatch.ports import Clock

log = logger(__name__)

LOOK = 60.0
"""Seconds between two looks at whether it is due."""
PAUSE = 0.05
"""Seconds between two steps, for everybody else."""


class Compacting:
    """Takes out of a store what is older than `retention` and needed no more."""

    def __init__(
        self,
        store: Compactable,
        clock: Clock,
        retention: timedelta,
        may: Callable[[], bool],
        heard: Callable[[Entry], None],
    ) -> None:
        """Take `may`, which says whether this replica leads, and who hears what was taken out."""
        self._store, self._clock, self._retention = store, clock, retention
        self._may, self._heard = may, heard
        self._last: datetime | None = None
        self._stopped = Event()

    async def run(self) -> None:
        """Go on for ever."""
        while True:
            now = self._clock.now()
            if self._may() and is_due(self._last, now):
                self._last = now
                await self.once(now)
            await self._clock.sleep(LOOK)

    def stop(self) -> None:
        """Let a walk through the journal end: nobody is to wait for it."""
        self._stopped.set()

    async def once(self, now: datetime) -> int:
        """Take out what may go, and return how many records that were."""
        try:
            found = await asyncio.to_thread(self._plan, now)
            if found.refused:
                log.warning("journal.not_compacted", records=found.refused, why="it would differ")
            for entry in found.steps(now):
                if not self._may():
                    return 0
                await self._store.compact(entry)
                self._heard(entry)
                await self._clock.sleep(PAUSE)
            if self._may():
                await self._store.give_back()
        except StoreError as error:
            log.warning("journal.not_compacted", problem=str(error))
            return 0
        return found.records

    def _plan(self, now: datetime) -> Plan:
        with self._store.picture() as records:
            return plan(self._stoppable(records), now, self._retention)

    def _stoppable(self, records: Records) -> Records:
        def again() -> Iterator[Record]:
            for each in records():
                if self._stopped.is_set():
                    message = "aibwatch stops"
                    raise StoreError(message)
                yield each

        return again
