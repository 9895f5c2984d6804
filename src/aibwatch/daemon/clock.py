"""The one place that reads the real clock."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall() -> datetime:
    """Return what the machine's clock says."""
    return datetime.now(UTC)


def steady() -> float:
    """Return seconds since boot, suspended time included: no step of the wall clock moves it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SteadyClock:
    """UTC that never jumps: the wall clock at the start, plus what passed since (PROMISES S43).

    If the wall clock was wrong at the start, the self-test sees the difference to Azure's `Date`
    and nothing is done until it is mended and aibwatch restarted.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = wall,
        steady: Callable[[], float] = steady,
    ) -> None:
        """Read the wall clock once."""
        self._steady = steady
        self._began, self._zero = wall(), steady()

    def now(self) -> datetime:
        """Return the time."""
        return self._began + timedelta(seconds=self._steady() - self._zero)

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await asyncio.sleep(seconds)
