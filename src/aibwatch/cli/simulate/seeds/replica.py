"""One daemon of a life: the real cycle, executor, ledger and course, over a World far away.

It lives on jumping time until it dies; it is then nothing but what the store has of it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from aibwatch import __version__
from aibwatch.cli.simulate.seeds.steps import SteppedJournal
from aibwatch.collect.sweep import COLLECT_WITHIN, Collector
from aibwatch.daemon.belief import Belief
from aibwatch.daemon.cycle import Cycle
from aibwatch.daemon.executor import Executor
from aibwatch.daemon.heart import Heart
from aibwatch.daemon.operator import Orders
from aibwatch.journal.ledger import Ledger, load
from aibwatch.model.image import Image
from aibwatch.model.names import subscription_of
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot, State
from aibwatch.sim.faraway import FarAzure
from aibwatch.sim.jumping import OWNER, LoopClock
from aibwatch.status.health import Health


class Nobody:
    """An audience that takes nothing: a life has no scraper."""

    def observed(self, observations: Iterable[Observation]) -> None:
        """Let it pass."""

    def publish(self, snapshot: Snapshot) -> None:
        """Let it pass."""


@dataclass(eq=False)
class Replica:
    """One daemon from its boot to its death."""

    name: str
    images: Sequence[Image]
    policy: Policy
    azure: FarAzure
    journal: SteppedJournal
    clock: LoopClock
    dead: bool = False
    ledger: Ledger | None = None
    context: Context = field(init=False)
    """In which all that it does is done, so that it can be told from what others do."""

    def __post_init__(self) -> None:
        """Take nothing from whoever boots it but its name."""
        self.context = copy_context()
        self.context.run(OWNER.set, self)

    def boot(self) -> None:
        """Put the parts together, as `serve` does, from what the journal tells."""
        self._woken = asyncio.Event()
        self.ledger = ledger = load(self.journal)
        ledger.recover(__version__, self.clock.now())
        self.belief = Belief(self.images, self.policy, ledger, self.clock.now())
        self.executor = Executor(self.azure, self.belief, ledger, self.clock, self.wake)
        subscriptions = {subscription_of(each) for image in self.images for each in image.templates}
        self.cycle = Cycle(
            Collector(self.azure, self.clock, tuple(sorted(subscriptions))),
            self.belief,
            ledger,
            self.executor,
            self.clock,
            Nobody(),
        )
        limit = 3 * self.policy.interval + COLLECT_WITHIN
        self.heart = Heart(self.cycle, Health(limit=limit))
        self.orders = Orders(ledger, self.clock, self.wake)

    @property
    def state(self) -> State:
        """What it believes; nothing before it has booted."""
        return self.ledger.state if self.ledger else State()

    async def live(self) -> None:
        """Go on until somebody ends it."""
        self.boot()
        assert self.ledger is not None, "it has booted"
        await self.ledger.flush(durable=True)
        while True:
            await self.heart.beat()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle() / timedelta(seconds=1)):
                    await self._woken.wait()
            self._woken.clear()

    def wake(self) -> None:
        """Go through the cycle at once."""
        self.heart.wake()
        self._woken.set()

    def _idle(self) -> timedelta:
        """Return how long nothing will be due, in whole ticks."""
        tick, due = self.heart.interval, self.heart.due_at
        if self.heart.woken or due is None:
            return tick
        return max(1, ceil((due - self.clock.now()) / tick)) * tick
