"""One replica, put together: what flows, what acts, and the right to it.

The same in the daemon, where a ticker beats, and on virtual time, where a simulation does. What it
needs comes in as ports; several of them over one store make no more runs than one.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aibwatch.collect.sweep import COLLECT_WITHIN, Collector
from aibwatch.daemon.belief import Belief
from aibwatch.daemon.cycle import Audience, Cycle
from aibwatch.daemon.executor import Executor
from aibwatch.daemon.heart import Heart
from aibwatch.daemon.leadership import LOOK_EVERY, Identity, Leadership, LeadershipMeter, Unmetered
from aibwatch.daemon.log import logger
from aibwatch.daemon.sight import Sight
from aibwatch.journal.ledger import Ledger
from aibwatch.model.entry import Configured
from aibwatch.model.image import Image
from aibwatch.model.policy import LEASE_MARGIN, Policy
from aibwatch.ports import Azure, Clock, Lease
from aibwatch.status.health import Health

log = logger(__name__)


@dataclass
class Replica:
    """The flow, the executor and the right to act. Follows until it leads."""

    azure: Azure
    ledger: Ledger
    lease: Lease
    clock: Clock
    audience: Audience
    images: Sequence[Image]
    policy: Policy
    subscriptions: Sequence[str] = ()
    """Those that are listed, of the images and besides."""
    identity: Identity = field(default_factory=Identity)
    health: Health = field(default_factory=Health)
    meter: LeadershipMeter = field(default_factory=Unmetered)
    look_every: timedelta = LOOK_EVERY
    first: Callable[[], None] | None = None
    """Called once, when the first cycle has ended well."""
    woken: Callable[[], None] = lambda: None
    """Called when there is something to do at once: whoever beats should, now."""
    between: Callable[[], None] = lambda: None
    """Called before each beat, when no cycle goes on."""
    hands: Azure | None = None
    """The door for requests, and for reads for which one waits; None: there is but one door."""

    def __post_init__(self) -> None:
        """Put it together; nothing begins before `begin`."""
        self.leadership = Leadership(
            self.ledger,
            self.lease,
            self.clock,
            self.identity,
            self.meter,
            self.look_every,
            self.policy.request_timeout,
        )
        policy = settled(self.policy) if self.leadership.shared else self.policy
        self.belief = Belief(self.images, policy, self.ledger, self.clock.now())
        self.leadership.sight = Sight(self.belief.blind, policy.max_age)
        self.belief.leads = lambda: self.leadership.leads
        self.executor = Executor(
            self.hands or self.azure,
            self.belief,
            self.ledger,
            self.leadership,
            self.clock,
            self.wake,
            eyes=self.azure if self.hands else None,
        )
        self.collector = Collector(self.azure, self.clock, tuple(self.subscriptions))
        self.cycle = Cycle(
            self.collector, self.belief, self.ledger, self.executor, self.clock, self.audience
        )
        self.health.limit = 3 * policy.interval + COLLECT_WITHIN
        self.health.leads = lambda: self.leadership.leads
        self.health.writes = lambda: self.ledger.writable
        self.heart = Heart(self.cycle, self.health, first=self.first)
        self.leadership.changed = self._begin_anew
        self.leadership.followed = self._look_again
        self._keeping: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Continue from the journal: settle what was left open (PROMISES S3), or follow."""
        self.leadership.begin()

    def reconfigure(
        self, images: Sequence[Image], policy: Policy, subscriptions: Sequence[str], config: str
    ) -> None:
        """Go on by another configuration, named by its hash. Between two cycles only (S42)."""
        now = self.clock.now()
        self.images, self.policy, self.subscriptions = images, policy, subscriptions
        policy = settled(policy) if self.leadership.shared else policy
        self.identity = replace(self.identity, config=config)
        self.leadership.identity = self.identity
        self.ledger.record([Configured(now, config)])
        self.belief.reconfigure(images, policy, now)
        self.collector.watch(tuple(subscriptions))
        self.heart.wake()

    async def keep(self) -> None:
        """See to the lease from now on, beside the beats; not where the store is ours alone."""
        if self.leadership.shared:
            await self.leadership.look()
            self._keeping = asyncio.create_task(self.leadership.keep(), name="lease")

    async def beat(self) -> None:
        """Go through the cycle if anything is due."""
        self.leadership.notice()
        self.between()
        await self.heart.beat()

    def wake(self) -> None:
        """Go through the cycle with the next beat, and let that come at once."""
        self.heart.wake()
        self.woken()

    async def stop(self, within: float) -> None:
        """Wait so many seconds for requests under way, write what is known, and let others lead.

        Nobody may beat any more.
        """
        try:
            async with asyncio.timeout(within):
                await self.executor.drain()
        except TimeoutError:
            log.warning("drain.incomplete", seconds=within)
        await self.ledger.flush(durable=True)
        self.crash()
        await self.leadership.resign()

    def crash(self) -> None:
        """End what goes on by itself, as the end of the process would; nothing is given up."""
        if self._keeping:
            self._keeping.cancel()

    def _begin_anew(self) -> None:
        self.belief.begin_anew()
        self.collector.begin_anew()

    def _look_again(self) -> None:
        self.belief.look_again(self.clock.now())
        self.wake()


def settled(policy: Policy) -> Policy:
    """Return the policy under which no request of the last leader is still on its way.

    What it left open is unclear from the moment that the next one leads, and is settled no sooner
    than `settle` after that: enough, unless it is configured shorter than a request may take, and a
    margin (PROMISES S4).
    """
    in_flight = policy.request_timeout + LEASE_MARGIN
    return replace(policy, settle=max(policy.settle, in_flight))
