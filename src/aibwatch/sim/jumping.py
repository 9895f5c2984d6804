"""Time that jumps: an event loop on which hours pass in the time of their computations.

No socket, no thread: what waits, waits for a timer, and where there is nothing to do the loop is
at the next timer at once. A loop that would wait for ever raises instead.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When a story begins, unless its teller says otherwise: a Monday morning."""

Told = TypeVar("Told")


class JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: where there is nothing to do, time jumps to the next timer."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready, else let `timeout` have passed."""
        ready = super().select(0)
        if not ready and timeout is None:
            message = "deadlock: nothing is scheduled"
            raise RuntimeError(message)
        if not ready and timeout:
            self.now += timeout
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop on jumping time; asyncio.sleep and asyncio.timeout obey it."""

    def __init__(self) -> None:
        """Start at 0."""
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the loop's own seconds."""
        return self._jumping.now


def play(story: Callable[[], Coroutine[Any, Any, Told]]) -> Told:
    """Run one coroutine on jumping time and return what it returns."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(story())


class LoopClock:
    """The daemon's clock on the jumping loop; implements `ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        """Let the loop's 0 be `start`."""
        self._start = start

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        await asyncio.sleep(seconds)
