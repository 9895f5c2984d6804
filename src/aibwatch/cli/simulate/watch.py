"""The whole daemon over a World, on a loop whose time jumps.

The real cycle, executor, ledger, monitors and metrics; only the ends are others: the World in
process for Azure, a journal in memory, and in place of the ticker a clock that leaves out the ticks
at which nothing is due.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from aibwatch import __version__
from aibwatch.daemon.leadership import Identity
from aibwatch.daemon.overseer import Overseer
from aibwatch.daemon.replica import Replica
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.entry import Entry
from aibwatch.model.image import Image
from aibwatch.model.names import subscription_of
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot, State
from aibwatch.ports import Clock, Lease
from aibwatch.sim.jumping import START, LoopClock
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from aibwatch.status.metrics import Metrics


@dataclass
class Watch:
    """One daemon over one World."""

    world: World
    images: Sequence[Image]
    policy: Policy = field(default_factory=Policy)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    start: datetime = START
    """What the loop's 0 is; the World begins there too."""
    name: str = ""
    """Which replica it is."""
    lease_of: Callable[[MemoryJournal, Clock], Lease] = lambda _journal, _clock: OwnLease()
    """Gives the right to act; by default it is its own for ever."""
    heard: Callable[[Entry], None] = lambda _entry: None
    """Told of every entry, as a person at the log would be."""

    def boot(self) -> None:
        """Build the daemon from its journal, as after a restart."""
        self.clock = LoopClock(self.start)
        self.azure = SimulatedAzure(self.world)
        trail = Trail()
        self.ledger = load(self.journal, trail.note)
        self.overseer = Overseer(self.ledger, trail)
        self.metrics = Metrics()
        self.metrics.restore(self.ledger.state)
        self.ledger.heard = self.hear
        self.overseer.attach()
        self.replica = Replica(
            self.azure,
            self.ledger,
            self.lease_of(self.journal, self.clock),
            self.clock,
            self,
            self.images,
            self.policy,
            sorted({subscription_of(name) for each in self.images for name in each.watched}),
            Identity(self.name, __version__),
            meter=self.metrics,
        )
        self.belief, self.executor = self.replica.belief, self.replica.executor
        self.executor.allows = self.overseer.allows
        self.cycle, self.heart = self.replica.cycle, self.replica.heart
        self.replica.begin()

    def hear(self, entry: Entry) -> None:
        """Count one entry, and pass it on."""
        self.metrics.recorded([entry])
        self.heard(entry)

    def observed(self, observations: Iterable[Observation]) -> None:
        """Let the metrics take what one cycle saw."""
        self.metrics.observed(observations)

    def publish(self, snapshot: Snapshot) -> None:
        """Let the metrics take the picture at its end."""
        self.metrics.publish(snapshot)

    def wake(self) -> None:
        """Go through the cycle at the next tick."""
        self.replica.wake()

    async def run_for(self, duration: timedelta) -> None:
        """Let World and daemon live for `duration`."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            self.world.advance(self.clock.now())
            await self.tick()

    async def tick(self) -> None:
        """Do what is due now, then let pass the ticks at which nothing is."""
        await self.replica.beat()
        await self.executor.drain()
        await self.clock.sleep(self._idle() / timedelta(seconds=1))

    def _idle(self) -> timedelta:
        """Return how long nothing will be due, in whole ticks."""
        tick, due = self.heart.interval, self.heart.due_at
        if self.heart.woken or due is None:
            return tick
        return max(1, ceil((due - self.clock.now()) / tick)) * tick

    @property
    def state(self) -> State:
        """What the daemon believes."""
        return self.ledger.state
