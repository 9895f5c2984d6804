"""One daemon of a life: the real cycle, executor, ledger and course, over a World far away.

It lives on jumping time until it dies; it is then nothing but what the store has of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from aibwatch import __version__
from aibwatch.cli.simulate.seeds.machine import Machine
from aibwatch.cli.simulate.seeds.steps import SteppedJournal
from aibwatch.daemon import replica
from aibwatch.daemon.leadership import Identity
from aibwatch.daemon.operator import Orders
from aibwatch.errors import NotLeadingError, StoreError
from aibwatch.journal.ledger import Ledger, load
from aibwatch.model.image import Image
from aibwatch.model.names import subscription_of
from aibwatch.model.observation import Observation
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot, State
from aibwatch.ports import Lease
from aibwatch.sim.faraway import FarAzure
from aibwatch.sim.jumping import OWNER

LOOK_EVERY = timedelta(seconds=20)
"""How often a follower looks whether the lease is free: less often than in earnest, for speed."""


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
    machine: Machine
    lease: Lease
    dead: bool = False
    frozen: bool = False
    """Whether its time stands still."""
    ledger: Ledger | None = None
    context: Context = field(init=False)
    """In which all that it does is done, so that it can be told from what others do."""

    def __post_init__(self) -> None:
        """Take nothing from whoever boots it but its name."""
        self.clock = self.machine.clock
        self.context = copy_context()
        self.context.run(OWNER.set, self)

    def boot(self) -> None:
        """Put the parts together, as `serve` does, from what the journal tells."""
        self._woken = asyncio.Event()
        self.ledger = ledger = load(self.journal)
        subscriptions = {subscription_of(each) for image in self.images for each in image.templates}
        self.parts = replica.Replica(
            self.azure,
            ledger,
            self.lease,
            self.clock,
            Nobody(),
            self.images,
            self.policy,
            sorted(subscriptions),
            Identity(self.name, __version__),
            look_every=LOOK_EVERY,
            woken=self._woken.set,
        )
        self.belief, self.heart = self.parts.belief, self.parts.heart
        self.orders = Orders(ledger, self.clock, self.parts.wake)
        self.parts.begin()

    @property
    def state(self) -> State:
        """What it believes; nothing before it has booted."""
        return self.ledger.state if self.ledger else State()

    @property
    def lives(self) -> bool:
        """Whether it has booted, and does anything now."""
        return self.ledger is not None and not self.dead and not self.frozen

    @property
    def leads(self) -> bool:
        """Whether it lives, and may act as far as it knows."""
        return self.lives and self.parts.leadership.leads

    async def live(self) -> None:
        """Go on until somebody ends it."""
        self.boot()
        await self.parts.keep()
        assert self.ledger is not None, "it has booted"
        await self.ledger.flush(durable=True)
        while True:
            await self.parts.beat()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle() / timedelta(seconds=1)):
                    await self._woken.wait()
            self._woken.clear()

    def _idle(self) -> timedelta:
        """Return how long nothing will be due, in whole ticks."""
        tick, due = self.heart.interval, self.heart.due_at
        if self.heart.woken or due is None:
            return tick
        return max(1, ceil((due - self.clock.now()) / tick)) * tick


async def heard(say: Callable[[Replica], Awaitable[None]], replica: Replica) -> bool:
    """Say it, and return whether there is no need to say it to another one."""
    try:
        await say(replica)
    except NotLeadingError:
        return False
    except StoreError:
        return True
    return True
