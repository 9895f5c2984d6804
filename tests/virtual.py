"""The daemon's own cycle, executor and ledger over the World, on a loop whose time jumps.

No socket, no thread, no scheduler: an hour of watching takes the time of its computations. A loop
that would wait for ever raises instead.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aibwatch.collect.sweep import Collector
from aibwatch.daemon.belief import Belief
from aibwatch.daemon.cycle import Cycle
from aibwatch.daemon.executor import Executor
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.image import Image
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot, State
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


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


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on jumping time; asyncio.sleep and asyncio.timeout obey it."""

    def __init__(self) -> None:
        """Start at 0."""
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the loop's own seconds."""
        return self._jumping.now


def play(story: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run one coroutine on jumping time."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(story())


class LoopClock:
    """The daemon's clock on the jumping loop."""

    def __init__(self, start: datetime = START) -> None:
        """Let the loop's 0 be `start`."""
        self._start = start

    def now(self) -> datetime:
        """Return the time."""
        return self._start + timedelta(seconds=asyncio.get_running_loop().time())

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        await asyncio.sleep(seconds)


@dataclass
class Watch:
    """One daemon over one World."""

    world: World
    images: Sequence[Image]
    policy: Policy = field(default_factory=Policy)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    beat: float = 5.0
    """Seconds between two cycles."""

    def boot(self) -> None:
        """Build the daemon from its journal, as after a restart."""
        self.clock = LoopClock()
        self.azure = SimulatedAzure(self.world)
        self.ledger = load(self.journal)
        self.ledger.recover("test", self.clock.now())
        self.belief = Belief(self.images, self.policy, self.ledger, self.clock.now())
        self.executor = Executor(self.azure, self.belief, self.ledger, self.clock)
        self.snapshots: list[Snapshot] = []
        self.cycle = Cycle(
            Collector(self.azure, self.clock, subscriptions=self._subscriptions()),
            self.belief,
            self.ledger,
            self.executor,
            self.clock,
            self,
        )

    def observed(self, observations: Iterable[Observation]) -> None:
        """Nobody counts here."""

    def publish(self, snapshot: Snapshot) -> None:
        """Keep every picture."""
        self.snapshots.append(snapshot)

    def _subscriptions(self) -> tuple[str, ...]:
        return tuple(
            sorted({each.split("/")[2] for image in self.images for each in image.templates})
        )

    async def run_for(self, duration: timedelta) -> None:
        """Let World and daemon live for `duration`."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            self.world.advance(self.clock.now())
            await self.cycle.run()
            await self.clock.sleep(self.beat)

    @property
    def state(self) -> State:
        """What the daemon believes."""
        return self.ledger.state
