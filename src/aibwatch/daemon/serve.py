"""`aibwatch serve`: put the parts together, run until told to stop, put them away in turn."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from aibwatch import __version__
from aibwatch.config.schema import Settings
from aibwatch.daemon import log as logs
from aibwatch.daemon.arena import share_arena
from aibwatch.daemon.chronicle import tell
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.compacting import Compacting
from aibwatch.daemon.foundations import graphs
from aibwatch.daemon.heart import keep
from aibwatch.daemon.inquire import inquire
from aibwatch.daemon.lag import measure_lag
from aibwatch.daemon.leadership import Identity
from aibwatch.daemon.notifying import channels_of
from aibwatch.daemon.operator import Orders
from aibwatch.daemon.overseer import Overseer
from aibwatch.daemon.reload import Reloader, Taken, as_written
from aibwatch.daemon.replica import Replica
from aibwatch.daemon.signals import Signals
from aibwatch.daemon.stores import holder
from aibwatch.daemon.systemd import systemd
from aibwatch.daemon.taking_up import take_up
from aibwatch.daemon.ticker import Ticker
from aibwatch.daemon.wiring import (
    Observer,
    Store,
    azure_of,
    listen_of,
    may_start,
    store_of,
    subscriptions_of,
)
from aibwatch.failover.plan import plan
from aibwatch.journal.compaction import Compactable
from aibwatch.journal.late import LateJournal
from aibwatch.journal.ledger import Ledger
from aibwatch.journal.monitors.every import PROMISES
from aibwatch.journal.monitors.trail import Trail
from aibwatch.journal.schema import SCHEMA
from aibwatch.journal.sqlite import SqliteJournal, size_of
from aibwatch.model.entry import Entry
from aibwatch.model.order import Order
from aibwatch.model.plan import Plan
from aibwatch.ports import Azure
from aibwatch.status.availability import Availability
from aibwatch.status.channel import Channel
from aibwatch.status.courier import Courier
from aibwatch.status.health import Health, well
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Server

log = logs.logger(__name__)

DRAIN_SECONDS = 45.0
"""How long a stop waits for requests under way; below Kubernetes' grace period of 60 s."""


def serve(settings: Settings, path: Path | None = None, taken: Taken = as_written) -> int:
    """Run the daemon until SIGTERM or SIGINT and return the exit code.

    `path` is the file that the settings came from, which is read again when it changes; what is
    read holds as `taken`.

    Raises:
        StoreLockedError: another process holds the store.
        TemporaryError: the port is in use.
    """
    share_arena()
    metrics = Metrics(created=settings.metrics.created)
    logs.configure(settings.log.level, settings.log.format, metrics.log)
    for warning in settings.warnings:
        log.warning("config.warning", says=warning)
    return asyncio.run(Daemon(settings, metrics, path, taken).run())


class Daemon:
    """The parts that live as long as the process."""

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        path: Path | None = None,
        taken: Taken = as_written,
    ) -> None:
        """Take what is known before a loop runs."""
        self.settings, self.metrics = settings, metrics
        self.clock, self.health, self.trail = SteadyClock(), Health(), Trail()
        self.availability = Availability()
        self.systemd = systemd(os.environ, os.getpid())
        metrics.config(settings.sha256, self.clock.now())
        metrics.bound(settings.metrics.max_templates)
        self.courier = Courier(channels_of(settings), self.clock, metrics)
        self.reloader = Reloader(
            settings, path, os.environ, self.clock, metrics, self.reconfigure, taken, self.health
        )
        self.telling: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """Start everything, wait for a signal, stop everything in the opposite order."""
        signals = Signals(self.reloader.asked.set)
        async with AsyncExitStack() as stack:
            store = await store_of(self.settings, self.metrics, self.clock, stack, self.remember)
            azure = await azure_of(self.settings, Observer(self.metrics, self.health))
            stack.push_async_callback(azure.close)
            if isinstance(store.compactable, SqliteJournal):
                self.measure(store.compactable.path)
            self.permit = azure.permit
            self.assemble(azure, store, azure.for_acts())
            self.metrics.head = self.server.reading.head = lambda: store.journal.head
            self.courier.head = self.server.reading.head
            stack.push_async_callback(store.ledger.flush, durable=True)
            await self.server.start()
            stack.push_async_callback(self.server.stop)
            await self.boot(store.ledger)
            self.ticker.start()
            lag = asyncio.create_task(measure_lag(self.metrics.lag), name="lag")
            stack.callback(lag.cancel)
            self.tell()
            stack.callback(lambda: self.telling and self.telling.cancel())
            reloading = asyncio.create_task(self.reloader.watch(), name="reload")
            stack.callback(reloading.cancel)
            if store.compactable:
                self.keep_small(store.compactable, stack)
            if isinstance(store.compactable, LateJournal):
                later = asyncio.create_task(self.take_up(store.compactable), name="store")
                stack.callback(later.cancel)
            log.info("serving", port=self.server.port, images=len(self.settings.images))
            self.systemd.ready(self.health.limit)
            await signals.stopping.wait()
            await self.drain()
        log.info("stopped")
        return 0

    def assemble(self, azure: Azure, store: Store, hands: Azure | None = None) -> None:
        """Put the replica together, and its doors to the outside."""
        self.replica = Replica(
            azure,
            store.ledger,
            store.lease,
            self.clock,
            self.metrics,
            self.settings.fleet(),
            self.settings.policy(),
            subscriptions_of(self.settings),
            Identity(holder(), __version__, self.settings.sha256),
            self.health,
            self.metrics,
            first=keep,
            woken=self.tick,
            hands=hands,
        )
        self.overseer = Overseer(store.ledger, self.trail)
        self.replica.executor.allows = self.overseer.allows
        heart, belief = self.replica.heart, self.replica.belief
        self.ticker = Ticker(self.beat, heart.interval / timedelta(seconds=1), self.metrics)
        self.server = Server(
            listen_of(self.settings),
            self.metrics,
            self.health,
            Orders(store.ledger, self.clock, self.replica.wake),
            lambda: self.replica.cycle.snapshot,
            self.clock,
        )
        leadership, ledger = self.replica.leadership, store.ledger
        self.courier.leads = lambda: leadership.leads
        self.courier.snapshot = lambda: self.replica.cycle.snapshot
        self.courier.record = lambda told: ledger.record([told])
        self.server.reading.availability = self.availability
        self.server.reading.traces = self.overseer.traces
        self.replica.between = self.reloader.between
        self.server.ordering.reload = self.reloader.reload
        self.server.ordering.plan = self.plan
        self.server.reading.graphs = lambda image: graphs(image, belief.view(), self.clock.now())
        self.server.reading.inquire = lambda image: inquire(image, belief.view(), self.clock.now())

    def tell(self) -> None:
        """Let the courier carry by the channels that there are now."""
        if self.telling:
            self.telling.cancel()
        self.metrics.channels(each.name for each in self.courier.channels)
        self.telling = asyncio.create_task(self.courier.run(), name="courier")

    def reconfigure(self, settings: Settings, channels: tuple[Channel, ...]) -> None:
        """Let another configuration hold from now on: no await, so that nothing sees half of it."""
        self.permit(may_start(settings))
        self.replica.reconfigure(
            settings.fleet(), settings.policy(), subscriptions_of(settings), settings.sha256
        )
        self.settings, self.courier.channels = settings, channels
        self.metrics.bound(settings.metrics.max_templates)
        self.tell()

    def plan(self, order: Order) -> Plan | None:
        """Return what an order would do now, as of all that is believed at this instant.

        None if its image has left the configuration since the last cycle.
        """
        belief, now = self.replica.belief, self.clock.now()
        if order.image not in belief.images:
            return None
        return plan(belief.images[order.image], order, belief.view(), now)

    def measure(self, file: Path) -> None:
        """Show the store's file in the metrics."""
        self.metrics.store_file(lambda: size_of(file), SCHEMA)

    async def take_up(self, late: LateJournal) -> None:
        """Take a file up that could not be used, once it can be."""
        await take_up(late, self.replica.leadership, self.clock)
        self.measure(late.path)

    def keep_small(self, store: Compactable, stack: AsyncExitStack) -> None:
        """Take old entries out of the store, from now until the stack is unwound."""
        retention, leadership = self.settings.store.retention, self.replica.leadership
        compacting = Compacting(store, self.clock, retention, lambda: leadership.leads, self.hear)
        task = asyncio.create_task(compacting.run(), name="compacting")
        stack.callback(task.cancel)
        stack.callback(compacting.stop)

    async def boot(self, ledger: Ledger) -> None:
        """Continue from the journal: count what it tells, and settle what was left open (S3)."""
        self.metrics.monitors(PROMISES)
        self.metrics.restore(ledger.state)
        ledger.heard = self.hear
        self.overseer.attach()
        ledger.afresh = self.begin_anew
        self.replica.begin()
        await ledger.flush(durable=True)
        await self.replica.keep()
        self.health.beat(self.clock.now())

    def remember(self, entry: Entry) -> None:
        """Take an entry of the time before this start."""
        self.trail.note(entry)
        self.availability.hear(entry)
        self.courier.hear(entry)

    def begin_anew(self) -> Callable[[Entry], None]:
        """Begin to remember anew, and return what is to be shown every entry of the journal."""
        note = self.overseer.forget()
        self.availability.forget()

        def noted(entry: Entry) -> None:
            note(entry)
            self.availability.hear(entry)
            self.courier.hear(entry)

        return noted

    async def beat(self) -> None:
        """Beat, and give a sign of life if that went well: as long as /livez is green (L10)."""
        await self.replica.beat()
        snapshot = self.replica.cycle.snapshot
        if snapshot and well(self.health.live(self.clock.now())):
            self.systemd.beat(snapshot, leads=self.replica.leadership.leads)

    def hear(self, entry: Entry) -> None:
        """Log, remember and count one entry; what another replica did is in its own log."""
        told = tell(entry, aloud=self.replica.ledger.takes)
        grave = told.level >= logging.WARNING
        if told.level > logging.DEBUG:
            self.server.reading.history.add(entry.at, told.event, told.fields, grave=grave)
        self.metrics.recorded([entry])
        self.availability.hear(entry)
        self.courier.hear(entry)

    def tick(self) -> None:
        """Beat at once."""
        self.ticker.wake()

    async def drain(self) -> None:
        """Finish the decision at hand; what is under way beyond that continues after a restart."""
        self.health.draining = True
        self.systemd.stopping()
        await self.ticker.stop()
        await self.replica.stop(DRAIN_SECONDS)
