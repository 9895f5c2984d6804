"""Takes notifications to their channels, beside everything else: nothing ever waits for it (L8).

Each channel has a task of its own, so that one that hangs holds no other. What it does not take is
tried again, ever more seldom, until it is too old; what it refuses for good is not. One message a
second at most: that is what Slack permits.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientSession

from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry, Notified
from aibwatch.model.notification import ChannelKind, Notification
from aibwatch.model.state import Snapshot
from aibwatch.ports import Clock
from aibwatch.status import wording
from aibwatch.status.bulletin import KEPT, Bulletin
from aibwatch.status.channel import Channel, UndeliveredError, Why
from aibwatch.status.mailing import send
from aibwatch.status.posting import body_of, post, session_of

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks at what is to be told, and so between two messages of a channel."""
PAUSE_MAX = 300.0
"""Seconds between two tries at most."""


class NotificationMeter(Protocol):
    """Where deliveries are counted."""

    def notified(self, channel: str, why: str | None = None) -> None:
        """Count one that was taken, or why one was not."""

    def notifications_waiting(self, length: int, capacity: int) -> None:
        """Tell how many wait, and how many may."""


@dataclass(slots=True)
class Courier:
    """The channels of one daemon."""

    channels: Sequence[Channel]
    clock: Clock
    meter: NotificationMeter
    bulletin: Bulletin = field(default_factory=Bulletin)
    """Fed with every entry of the journal."""
    leads: Callable[[], bool] = lambda: True
    """Who follows leaves telling to who leads."""
    head: Callable[[], Head] = Head
    record: Callable[[Notified], None] = lambda _told: None
    """Enters that something was told."""
    snapshot: Callable[[], Snapshot | None] = lambda: None
    _refused: set[tuple[str, str]] = field(default_factory=set)
    """What a channel refused for good, so it is not tried again before a restart."""
    _surveyed: Snapshot | None = None

    async def run(self) -> None:
        """Carry until cancelled."""
        self.bulletin.dropped = 0
        async with asyncio.TaskGroup() as tasks:
            for each in self.channels:
                tasks.create_task(self._serve(each), name=f"channel {each.name}")
            if self.channels:
                tasks.create_task(self._watch(), name="channels")

    def hear(self, entry: Entry) -> None:
        """Take an entry of the journal. Never raises: who acts hears it in the same breath."""
        try:
            self.bulletin.take(entry)
        except Exception:  # noqa: BLE001  a bug of ours
            _log.exception("an entry cannot be told: %s", type(entry).__name__)

    async def deliver(
        self, channel: Channel, notification: Notification, session: ClientSession | None
    ) -> None:
        """Send one notification once. Raises UndeliveredError."""
        told, head = self._text(channel, notification), self.head()
        if channel.kind is ChannelKind.EMAIL:
            message = wording.mail(told, notification, channel.sender, channel.to)
            await asyncio.to_thread(send, channel, message)
        elif session is not None:
            body = body_of(channel.kind, notification, told, head)
            await post(session, channel, notification, body, self.clock.now())

    def _text(self, channel: Channel, notification: Notification) -> str:
        head = self.head()
        try:
            return wording.text(channel.kind, channel.template, notification, head)
        except ValueError as error:
            self.meter.notified(channel.name, Why.TEMPLATE)
            _log.warning("channel %s: its template fails: %s", channel.name, error)
            return wording.text(channel.kind, wording.DEFAULT, notification, head)

    async def _watch(self) -> None:
        """Look at each new picture, and show how much waits."""
        while True:
            self._survey()
            waiting = (sum(1 for _ in self._due(each)) for each in self.channels)
            self.meter.notifications_waiting(max(waiting, default=0), KEPT)
            while self.bulletin.dropped:
                self.bulletin.dropped -= 1
                for each in self.channels:
                    self.meter.notified(each.name, Why.DROPPED)
            await self.clock.sleep(LOOK_SECONDS)

    def _survey(self) -> None:
        snapshot = self.snapshot()
        if snapshot is None or snapshot is self._surveyed or not self.leads():
            return
        self._surveyed = snapshot
        try:
            self.bulletin.survey(snapshot)
        except Exception:  # noqa: BLE001  as above
            _log.exception("a picture cannot be told")

    async def _serve(self, channel: Channel) -> None:
        failed = 0
        async with opened(channel) as session:
            while True:
                pause = min(PAUSE_MAX, LOOK_SECONDS * 2**failed)
                await self.clock.sleep(pause)
                due = next(self._due(channel), None) if self.leads() else None
                if due is None:
                    continue
                failed = 0 if await self._try(channel, due, session) else min(failed + 1, 10)

    def _due(self, channel: Channel) -> Iterator[Notification]:
        """Return what a channel is still to be told, oldest first."""
        for each in self.bulletin.due(channel.name, self.clock.now()):
            wanted = each.news in channel.events
            if wanted and (channel.name, each.id) not in self._refused:
                yield each

    async def _try(
        self, channel: Channel, notification: Notification, session: ClientSession | None
    ) -> bool:
        """Send one; return whether the next may follow at once."""
        try:
            await self.deliver(channel, notification, session)
        except UndeliveredError as error:
            return self._failed(channel, notification, error.why, error, lasting=error.lasting)
        except Exception as error:  # noqa: BLE001  a bug of ours must not end the channel
            _log.exception("channel %s crashed", channel.name)
            return self._failed(channel, notification, Why.CRASHED, error, lasting=True)
        self.meter.notified(channel.name)
        told = Notified(
            self.clock.now(),
            channel.name,
            notification.id,
            notification.key,
            notification.resolved,
        )
        self.hear(told)
        self.record(told)
        return True

    def _failed(
        self,
        channel: Channel,
        notification: Notification,
        why: Why,
        error: Exception,
        *,
        lasting: bool,
    ) -> bool:
        self.meter.notified(channel.name, why)
        _log.warning("channel %s did not take %s: %s", channel.name, notification.id, error)
        if lasting:
            self._refused.add((channel.name, notification.id))
        return lasting


@asynccontextmanager
async def opened(channel: Channel) -> AsyncIterator[ClientSession | None]:
    """Give the session of a channel; mail has none."""
    if channel.kind is ChannelKind.EMAIL:
        yield None
        return
    async with session_of(channel) as session:
        yield session
