"""Which replica may act: takes the lease, keeps it, and gives it up (PROMISES S4).

Theory of operation. Who has the lease reads the journal to its end and writes `Booted` with the
next epoch; from then on it leads, and the store takes nothing more from whoever led before. It
renews the lease three times in its length. It leads no more as soon as the lease has lapsed, by the
clock, whatever goes on; or the store says that another replica wrote. Everybody else follows: reads
what the leader wrote, and looks every second whether the lease is free. A leader that has seen
nothing of Azure for long gives the lease up, and leaves it to others for a while.

A lease is renewed only while the store takes what we write: a leader that cannot write is none.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from aibwatch.daemon.log import logger
from aibwatch.daemon.sight import Sight
from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import Ledger
from aibwatch.model.policy import LEASE_MARGIN, Policy
from aibwatch.model.state import NEVER
from aibwatch.ports import Clock, Lease

log = logger(__name__)

LOOK_EVERY = timedelta(seconds=1)
"""How often a follower looks whether the lease is free, and a leader tries again to renew it."""
FOLLOW_EVERY = timedelta(seconds=5)
"""How often a follower reads on: each time is a request to the store."""
PARTS = 3
"""The lease is renewed after this part of its length: two tries may fail."""
STAND_BACK = timedelta(seconds=10)
"""How long who gave way leaves the lease to others; one of them takes it within a look or two."""
TRIES = 3
"""How often to take the journal over at once, while the last leader still writes to it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are, as the journal is told."""

    holder: str = ""
    """This replica: its machine and process."""
    version: str = ""
    config: str = ""
    """Hash of the configuration."""


class LeadershipMeter(Protocol):
    """Where leadership is counted."""

    def lease_renewed(self, at: datetime) -> None:
        """Take when the lease was last renewed."""

    def leadership_changed(self) -> None:
        """Count that we began to lead, or ceased to."""


class Unmetered:
    """Counts nothing."""

    def lease_renewed(self, at: datetime) -> None:
        """Forget it."""

    def leadership_changed(self) -> None:
        """Forget it."""


@dataclass(slots=True)
class Leadership:
    """The right to act of one replica, and how it comes and goes."""

    ledger: Ledger
    lease: Lease
    clock: Clock
    identity: Identity = field(default_factory=Identity)
    meter: LeadershipMeter = field(default_factory=Unmetered)
    look_every: timedelta = LOOK_EVERY
    request_timeout: timedelta = Policy().request_timeout
    """The longest that a run request may take: then it is given up, and its outcome is unclear."""
    sight: Sight = field(default_factory=Sight)
    """Whether we see enough of Azure to lead."""
    changed: Callable[[], None] = lambda: None
    """Called when we began to lead."""
    followed: Callable[[], None] = lambda: None
    """Called when the state is another one, or is no longer ours to write."""
    _renew_at: datetime = NEVER
    _follow_at: datetime = NEVER
    _hold_at: datetime = NEVER
    """Until then the lease is left to others."""
    _known: bool = False
    """Whether we led when it was last told."""
    _problem: str = ""
    _holding: asyncio.Lock = field(default_factory=asyncio.Lock)
    _nudged: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Follow until `begin`."""
        self.ledger.leading = False

    @property
    def shared(self) -> bool:
        """Whether another replica may have the lease."""
        return not isinstance(self.lease, OwnLease)

    @property
    def leads(self) -> bool:
        """Whether we may act now. A frozen process finds that out by the clock alone."""
        return self.ledger.leading and (not self.shared or self.clock.now() < self.lease.until)

    @property
    def send_within(self) -> timedelta | None:
        """The longest that a request may take; None: as long as the transport lets it."""
        return self.request_timeout if self.shared else None

    def begin(self) -> None:
        """Lead at once where the store is ours alone, as its lock says; else follow at first."""
        if not self.shared:
            me = self.identity
            self.ledger.recover(me.version, self.clock.now(), me.config, me.holder)
            self.meter.lease_renewed(self.clock.now())
            self._tell()

    async def take_up(self) -> None:
        """Begin anew on a store that is ours alone and can be used only now.

        What was seen without it is forgotten, and seen again; if it fails, nobody leads.
        """
        self.ledger.stand_down()
        await self._lead()
        self.followed()

    async def keep(self) -> None:
        """Take the lease whenever it is free, and renew it, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("leadership.broke")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait() / timedelta(seconds=1)):
                    await self._nudged.wait()
            self._nudged.clear()

    async def look(self) -> None:
        """Renew the lease, or see whether it is free; follow who leads."""
        if self.ledger.leading and not self.ledger.writable:
            await self.ledger.flush()
        self.sight.look(self.clock.now())
        if self.leads and self.sight.gives_way(self.clock.now()):
            await self._give_way()
        held = await self._hold() if self._may_hold() else self.leads
        if self.ledger.leading and not held:
            self._stand_down("the lease is lost")
        if held and not self.ledger.leading:
            await self._lead()
        elif not held:
            await self._follow()
        self._tell()

    async def secure(self, epoch: int) -> bool:
        """Return whether a request of this epoch may be sent now (PROMISES S4).

        The lease is renewed first if too little of it is left. Nothing comes between the last look
        at the clock and the caller.
        """
        if self._may_act_in(epoch) and not self._lasts():
            await self._hold()
        return self._may_act_in(epoch) and self._lasts()

    def notice(self) -> None:
        """Stand down if the lease has lapsed since the last look, and tell if we were fenced."""
        if self.ledger.leading and not self.leads:
            self._stand_down("the lease has lapsed")
        if self._known and not self.ledger.leading:
            self._tell()
            self._nudged.set()

    async def resign(self) -> None:
        """Lead no more, and let another replica take over at once. Whatever counts is written."""
        if self.shared:
            self.ledger.stand_down()
            self._tell()
            await self.lease.release()

    async def _give_way(self) -> None:
        """Let another replica lead, which may see more than we do."""
        log.warning("leadership.lost", why="nothing can be seen of Azure")
        await self.ledger.flush(durable=True)
        await self.resign()
        self._hold_at = self.clock.now() + STAND_BACK

    def _lasts(self) -> bool:
        if not self.shared:
            return True
        return self.clock.now() + self.request_timeout + LEASE_MARGIN <= self.lease.until

    def _may_act_in(self, epoch: int) -> bool:
        return self.leads and self.ledger.state.epoch == epoch

    def _may_hold(self) -> bool:
        if self.ledger.leading:
            return self.ledger.writable
        return self.clock.now() >= self._hold_at

    async def _hold(self) -> bool:
        """Take or renew the lease; while nobody can tell, what is sure of it counts.

        If it had lapsed before it was renewed, another replica may have led meanwhile: then we
        lead no more, and must begin anew.
        """
        async with self._holding:
            before = self.lease.until
            try:
                held = await self.lease.hold()
            except StoreError as error:
                self._trouble(str(error))
                self._renew_at = self.clock.now() + self.look_every
                return self.leads
            now = self.clock.now()
            if self.ledger.leading and now >= before:
                self._stand_down("the lease had lapsed")
            if held:
                self._renew_at = now + max(self.lease.until - now, timedelta(0)) / PARTS
                self.meter.lease_renewed(now)
            return held and now < self.lease.until

    async def _lead(self) -> None:
        """Take the journal over. Who cannot lets go of the lease: another one may be able to."""
        me = self.identity
        for _ in range(TRIES):
            try:
                await self.ledger.lead(me.version, self.clock.now(), me.config, me.holder)
            except FencedError:
                continue
            except StoreError as error:
                self._trouble(str(error))
                break
            self._trouble("")
            self.changed()
            return
        await self.lease.release()
        self.followed()

    async def _follow(self) -> None:
        if self.clock.now() < self._follow_at:
            return
        self._follow_at = self.clock.now() + FOLLOW_EVERY
        try:
            other = await self.ledger.follow()
        except StoreError as error:
            self._trouble(str(error))
            return
        self._trouble("")
        if other:
            self.followed()

    def _stand_down(self, why: str) -> None:
        self.ledger.stand_down()
        self._follow_at = NEVER
        log.warning("leadership.lost", why=why)

    def _tell(self) -> None:
        """Tell whoever wants to know if leadership has come or gone."""
        if self._known != self.ledger.leading:
            self._known = self.ledger.leading
            self.meter.leadership_changed()
            self.followed()

    def _trouble(self, problem: str) -> None:
        """Log that the store cannot be used, or can again, once each."""
        if problem and not self._problem:
            log.warning("store.unreachable", problem=problem)
        elif self._problem and not problem:
            log.info("store.reachable")
        self._problem = problem

    def _wait(self) -> timedelta:
        """Return how long nothing has to be done."""
        if self.ledger.leading and self.ledger.writable:
            return max(self._renew_at - self.clock.now(), timedelta(0))
        return self.look_every
