"""One call through a port: bounded in time and number, and answered whatever happens.

Every call ends by the deadline of its sweep, so a region that does not answer delays nobody else
for longer than that, and no answer that came is lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.ports import Clock

AT_ONCE = 16
"""Calls at the same time. More would gain little: lists are few, single reads are bounded."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class Door:
    """Lets calls through, so many at once, until the deadline."""

    def __init__(self, clock: Clock, within: timedelta, reported: set[str]) -> None:
        """Open for `within` from now. `reported` remembers which of our bugs were logged."""
        self._clock = clock
        self._closes = asyncio.get_running_loop().time() + within.total_seconds()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._reported = reported

    async def ask(
        self, call: Callable[[], Awaitable[T | Fault]], within: timedelta
    ) -> tuple[datetime, T | Fault]:
        """Make a call and return when it was made, and its answer; a fault if none came in time.

        The instant is the earlier end of the call: what it shows is at least that fresh.
        """
        made: datetime | None = None
        try:
            waits = self._slots.locked()
            until = self._closes if waits else self._until(within)
            async with asyncio.timeout_at(until) as bound, self._slots:
                if waits:  # its own time begins with its turn
                    bound.reschedule(self._until(within))
                made = self._clock.now()
                return made, await call()
        except TimeoutError:
            if made is None:
                return self._clock.now(), Fault(FaultKind.THROTTLED, "no time was left to ask")
            waited = self._clock.now() - made
            return made, Fault(FaultKind.TIMEOUT, f"no answer within {waited.total_seconds():.0f}s")
        except Exception as error:  # noqa: BLE001  a bug of ours; the daemon must live on
            self._report(error)
            return made or self._clock.now(), Fault(FaultKind.NONSENSE, f"our own bug: {error!r}")

    def _until(self, within: timedelta) -> float:
        """Return when a call that is made now must have ended."""
        return min(self._closes, asyncio.get_running_loop().time() + within.total_seconds())

    def _report(self, error: Exception) -> None:
        """Log each bug once: it would come back with every sweep."""
        name = f"{type(error).__name__}: {error}"
        if name not in self._reported and len(self._reported) < AT_ONCE:
            self._reported.add(name)
            log.error("collect.bug", exc_info=error)
