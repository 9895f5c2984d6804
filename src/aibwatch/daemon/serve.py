"""`aibwatch serve`: put the parts together, run until told to stop, put them away in turn."""

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import timedelta

from aibwatch import __version__
from aibwatch.collect.sweep import COLLECT_WITHIN, Collector
from aibwatch.config.schema import Settings
from aibwatch.daemon import log as logs
from aibwatch.daemon.belief import Belief
from aibwatch.daemon.chronicle import tell
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.compacting import Compacting
from aibwatch.daemon.cycle import Cycle
from aibwatch.daemon.executor import Executor
from aibwatch.daemon.heart import Heart, keep
from aibwatch.daemon.inquire import inquire
from aibwatch.daemon.lag import measure_lag
from aibwatch.daemon.operator import Orders
from aibwatch.daemon.overseer import Overseer
from aibwatch.daemon.signals import Signals
from aibwatch.daemon.ticker import Ticker
from aibwatch.daemon.wiring import Observer, azure_of, listen_of, store_of, subscriptions_of
from aibwatch.failover.plan import plan
from aibwatch.journal.compaction import Compactable
from aibwatch.journal.ledger import Ledger
from aibwatch.journal.monitors.every import PROMISES
from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.entry import Entry
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.ports import Azure
from aibwatch.status.health import Health
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Server

log = logs.logger(__name__)

DRAIN_SECONDS = 45.0
"""How long a stop waits for requests under way; below Kubernetes' grace period of 60 s."""


def serve(settings: Settings) -> int:
    """Run the daemon until SIGTERM or SIGINT and return the exit code.

    Raises:
        StoreLockedError: another process holds the store.
        TemporaryError: the port is in use.
    """
    metrics = Metrics()
    logs.configure(settings.log.level, settings.log.format, metrics.log)
    for warning in settings.warnings:
        log.warning("config.warning", says=warning)
    return asyncio.run(Daemon(settings, metrics).run())


class Daemon:
    """The parts that live as long as the process."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        """Take what is known before a loop runs."""
        self.settings, self.metrics = settings, metrics
        self.clock, self.trail = SteadyClock(), Trail()
        policy = settings.policy()
        self.health = Health(limit=3 * policy.interval + COLLECT_WITHIN)
        metrics.config(settings.sha256, self.clock.now())

    async def run(self) -> int:
        """Start everything, wait for a signal, stop everything in the opposite order."""
        signals = Signals()
        async with AsyncExitStack() as stack:
            stored = await store_of(self.settings, self.metrics, self.clock, stack, self.trail.note)
            ledger = stored.ledger
            azure = await azure_of(self.settings, Observer(self.metrics, self.health))
            stack.push_async_callback(azure.close)
            self.assemble(azure, ledger)
            self.metrics.head = self.server.head = lambda: stored.journal.head
            stack.push_async_callback(ledger.flush, durable=True)
            await self.server.start()
            stack.push_async_callback(self.server.stop)
            await self.boot(ledger)
            self.health.beat(self.clock.now())
            self.ticker.start()
            lag = asyncio.create_task(measure_lag(self.metrics.lag), name="lag")
            stack.callback(lag.cancel)
            if stored.compactable:
                self.keep_small(stored.compactable, stack)
            log.info("serving", port=self.server.port, images=len(self.settings.images))
            await signals.stopping.wait()
            await self.drain()
        log.info("stopped")
        return 0

    def assemble(self, azure: Azure, ledger: Ledger) -> None:
        """Put the flow together, and its doors to the outside."""
        fleet, policy = self.settings.fleet(), self.settings.policy()
        self.belief = Belief(fleet, policy, ledger, self.clock.now())
        self.executor = Executor(azure, self.belief, ledger, self.clock, self.wake)
        self.overseer = Overseer(ledger, self.trail)
        self.executor.allows = self.overseer.allows
        self.cycle = Cycle(
            Collector(azure, self.clock, subscriptions_of(self.settings)),
            self.belief,
            ledger,
            self.executor,
            self.clock,
            self.metrics,
        )
        self.heart = Heart(self.cycle, self.health, first=keep)
        self.ticker = Ticker(
            self.heart.beat, self.heart.interval / timedelta(seconds=1), self.metrics
        )
        orders = Orders(ledger, self.clock, self.wake)
        listen = listen_of(self.settings)
        self.server = Server(
            listen, self.metrics, self.health, orders, lambda: self.cycle.snapshot, self.clock
        )
        self.server.traces = self.overseer.traces
        self.server.plan = self.plan
        self.server.inquire = lambda image: inquire(image, self.belief.view(), self.clock.now())

    def plan(self, order: Order) -> Plan:
        """Return what an order would do now, as of all that is believed at this instant."""
        image, now = self.belief.images[order.image], self.clock.now()
        return plan(image, order, self.belief.view(), now)

    def keep_small(self, store: Compactable, stack: AsyncExitStack) -> None:
        """Take old entries out of the store, from now until the stack is unwound."""

        def leads() -> bool:
            return self.cycle.snapshot is not None and self.cycle.snapshot.view.leader

        retention = self.settings.store.retention
        compacting = Compacting(store, self.clock, retention, leads, self.hear)
        task = asyncio.create_task(compacting.run(), name="compacting")
        stack.callback(task.cancel)
        stack.callback(compacting.stop)

    async def boot(self, ledger: Ledger) -> None:
        """Continue from the journal: count what it tells, and settle what was left open (S3)."""
        self.metrics.monitors(PROMISES)
        self.metrics.restore(ledger.state)
        ledger.heard = self.hear
        self.overseer.attach()
        ledger.recover(__version__, self.clock.now(), self.settings.sha256)
        await ledger.flush(durable=True)

    def hear(self, entry: Entry) -> None:
        """Log, remember and count one entry."""
        told = tell(entry)
        grave = told.level >= logging.WARNING
        if told.level > logging.DEBUG:
            self.server.history.add(entry.at, told.event, told.fields, grave=grave)
        self.metrics.recorded([entry])

    def wake(self) -> None:
        """Go through the cycle at once."""
        self.heart.wake()
        self.ticker.wake()

    async def drain(self) -> None:
        """Finish the decision at hand; what is under way beyond that continues after a restart."""
        self.health.draining = True
        await self.ticker.stop()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.executor.drain()
        except TimeoutError:
            log.warning("drain.incomplete", seconds=DRAIN_SECONDS)
