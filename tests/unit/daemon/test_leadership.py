"""The right to act: taken, kept, lost and given up, step by step on a clock of the test's own."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from aibwatch.config.values import LEASE_LEAST
from aibwatch.daemon.leadership import LOOK_EVERY, PARTS, STAND_BACK, Identity, Leadership
from aibwatch.daemon.sight import Sight
from aibwatch.errors import FencedError, StoreError
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal, MemoryLease, MemoryStore
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    Booted,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Paused,
)
from aibwatch.model.failover import Event
from aibwatch.model.names import FailoverId, ImageName, Token
from aibwatch.model.policy import LEASE_MARGIN, Policy
from builders import NOON, WEB_NORTH, a_failure

LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
F = FailoverId("f00d")
OPEN_INTENT = (
    FailoverOpened(NOON, F, ImageName("web"), a_failure().key, Reason.PLATFORM_OUTAGE),
    Intended(NOON, F, WEB_NORTH, Token("t0"), 1, Reason.PLATFORM_OUTAGE),
)


@dataclass
class HandClock:
    """A clock that the test sets."""

    at: datetime = NOON

    def now(self) -> datetime:
        """Return the time."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Meter:
    """Counts."""

    renewed: list[datetime] = field(default_factory=list)
    changes: int = 0

    def lease_renewed(self, at: datetime) -> None:
        """Note a renewal."""
        self.renewed.append(at)

    def leadership_changed(self) -> None:
        """Note a change."""
        self.changes += 1


class Peer:
    """One replica's leadership, and what it told."""

    def __init__(self, name: str, store: MemoryStore, clock: HandClock) -> None:
        """Follow."""
        self.journal = MemoryJournal(store=store)
        self.ledger = load(self.journal)
        self.lease = MemoryLease(self.journal, clock, LEASE)
        self.meter, self.clock = Meter(), clock
        self.begun = self.looked = 0
        self.heard: list[Entry] = []
        self.ledger.heard = self.heard.append
        self.leadership = Leadership(
            self.ledger, self.lease, clock, Identity(name, "1", "c0ffee"), self.meter
        )
        self.leadership.changed = self._begin
        self.leadership.followed = self._look

    def _begin(self) -> None:
        self.begun += 1

    def _look(self) -> None:
        self.looked += 1

    async def look(self, after: timedelta = timedelta(0)) -> None:
        """Look, some time later."""
        self.clock.at += after
        await self.leadership.look()

    @property
    def leads(self) -> bool:
        """Whether it may act."""
        return self.leadership.leads


def played(
    story: Callable[[Peer, Peer], Coroutine[Any, Any, None]], *entries: Entry
) -> tuple[Peer, Peer]:
    """Play a story of two peers over one store with these entries."""
    clock, store = HandClock(), MemoryStore(list(entries), len(entries))
    peers = Peer("a", store, clock), Peer("b", store, clock)
    asyncio.run(story(*peers))
    return peers


def test_who_takes_the_lease_writes_the_next_epoch_first() -> None:
    """`Booted` names it, is durable, and is followed by the answer to what was left open (S3)."""

    async def story(a: Peer, _b: Peer) -> None:
        await a.look()

    a, _ = played(story, Booted(NOON, 1, "1", "", "z"), *OPEN_INTENT)

    assert a.journal.entries[-2:] == [
        Booted(NOON, 2, "1", "c0ffee", "a"),
        Answered(NOON, F, Token("t0"), Event.UNCLEAR, "the daemon stopped before the answer"),
    ]
    assert a.journal.store.durable == len(a.journal.entries)
    assert a.heard == a.journal.entries[-2:]
    assert (a.leads, a.begun, a.meter.changes, a.meter.renewed) == (True, 1, 1, [NOON])


def test_the_other_one_follows_what_the_leader_writes() -> None:
    """It is believed and heard there, and kept no second time."""
    paused = Paused(NOON, "all", "audit")

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        await b.look()
        await a.ledger.write_ahead(paused)
        await b.look(5 * SECOND)

    a, b = played(story)

    assert b.ledger.state == a.ledger.state
    assert b.heard == a.journal.entries
    assert (b.leads, b.begun, b.ledger.waiting) == (False, 0, 0)


def test_the_lease_is_renewed_three_times_in_its_length() -> None:
    """And no more often: each is a request to the store."""

    async def story(a: Peer, _b: Peer) -> None:
        await a.look()
        waits = a.leadership._wait()
        assert waits == LEASE / PARTS
        await a.look(waits)

    a, _ = played(story)

    assert a.meter.renewed == [NOON, NOON + LEASE / PARTS]
    assert a.lease.until == NOON + LEASE / PARTS + LEASE


def test_a_follower_looks_every_second() -> None:
    """So that it leads within two seconds of a clean stop."""

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        await b.look()
        assert b.leadership._wait() == SECOND
        await a.leadership.resign()
        assert not a.leads
        await b.look(SECOND)

    a, b = played(story)

    assert (a.leads, b.leads) == (False, True)
    assert (a.meter.changes, b.meter.changes) == (2, 1)


def test_who_sees_nothing_gives_way_and_takes_the_lease_back_only_if_nobody_does() -> None:
    """What it knew is written first; whoever looks within that time leads."""

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        await b.look()
        a.leadership.sight = Sight(lambda: True, patience=SECOND)
        await a.look()
        a.ledger.record([FailureJudged(NOON, a_failure())])
        await a.look(SECOND)
        assert not a.leads
        assert a.journal.entries[-1] == FailureJudged(NOON, a_failure())
        await a.look(STAND_BACK - SECOND)
        assert not a.leads
        await b.look()
        await a.look(SECOND)
        assert (a.leads, b.leads) == (False, True)
        b.journal.trouble = "gone"
        await a.look(LEASE)
        assert a.leads

    played(story)


def test_who_sees_nothing_alone_leads_again() -> None:
    """Somebody must take orders; it gives way more seldom then."""

    async def story(a: Peer, _b: Peer) -> None:
        a.leadership.sight = Sight(lambda: True, patience=20 * SECOND)
        led = []
        for _ in range(300):
            await a.look(SECOND)
            led.append(a.leads)
        assert led.count(False) == 4 * STAND_BACK / SECOND
        assert all(led[-100:])

    played(story)


def test_leadership_ends_with_the_lease_by_the_clock_alone() -> None:
    """Nothing was asked and nothing answered: a frozen process finds out as soon as it runs."""

    async def story(a: Peer, _b: Peer) -> None:
        await a.look()
        a.clock.at += LEASE - SECOND / 10
        assert a.leads
        a.clock.at += SECOND / 10
        assert not a.leads

    played(story)


def test_a_lease_that_had_lapsed_makes_a_new_epoch_when_it_is_had_again() -> None:
    """Another one may have led and left: what was decided before must not be sent after."""

    async def story(a: Peer, _b: Peer) -> None:
        await a.look()
        assert await a.leadership.secure(1)
        await a.look(LEASE)
        assert a.leads
        assert not await a.leadership.secure(1)
        assert await a.leadership.secure(2)

    a, _ = played(story)

    assert [each.epoch for each in a.journal.entries if isinstance(each, Booted)] == [1, 2]


class SlowLease(MemoryLease):
    """A lease whose answer takes until after the last one lapsed."""

    async def hold(self) -> bool:
        """Hold, and answer late."""
        held = await super().hold()
        if len(self._journal.entries) > 1:
            assert isinstance(self._clock, HandClock)
            self._clock.at += LEASE
            self.until = self._clock.at + LEASE
        return held


def test_a_renewal_that_took_longer_than_the_lease_is_a_new_beginning() -> None:
    """The process froze while it asked; nobody knows who led meanwhile."""

    async def story(a: Peer, _b: Peer) -> None:
        a.leadership.lease = SlowLease(a.journal, a.clock, LEASE)
        await a.look()
        await a.ledger.write_ahead(Paused(NOON, "all", "audit"))
        await a.look(SECOND)

    a, _ = played(story)

    assert [each.epoch for each in a.journal.entries if isinstance(each, Booted)] == [1, 2]


def test_a_request_needs_time_left_and_the_lease_is_renewed_for_it() -> None:
    """As long as a request may take and a margin; with less of it left, it is renewed first."""
    room = Policy().request_timeout + LEASE_MARGIN

    async def story(a: Peer, _b: Peer) -> None:
        await a.look()
        a.clock.at = a.lease.until - room
        assert await a.leadership.secure(1)
        assert len(a.meter.renewed) == 1
        a.clock.at += SECOND / 10
        assert await a.leadership.secure(1)
        assert len(a.meter.renewed) == 2
        a.clock.at = a.lease.until - room + SECOND / 10
        a.journal.trouble = "cut off"
        assert not await a.leadership.secure(1)
        assert a.leads

    played(story)
    assert room < LEASE


@pytest.mark.parametrize("healed", [False, True])
def test_who_cannot_renew_leads_until_the_lease_lapses(healed: bool) -> None:  # noqa: FBT001
    """It tries every second. Reached again in time, it goes on; else another one may lead."""

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        a.journal.trouble = "cut off"
        await a.look(LEASE - 3 * SECOND)
        assert a.leads
        assert a.leadership._wait() <= SECOND
        a.journal.trouble = "" if healed else "cut off"
        await a.look(SECOND)
        await a.look(2 * SECOND)
        await b.look()

    a, b = played(story)

    assert (a.leads, b.leads) == (healed, not healed)
    assert a.begun == 1


class Unwritable(MemoryJournal):
    """A store that can be read and leased, and takes no entries from here."""

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Raise StoreError."""
        del entries, durable
        message = "append refused"
        raise StoreError(message)


def test_who_cannot_write_lets_go_of_the_lease() -> None:
    """Another replica may be able to; holding on would leave nobody to act."""

    async def story(a: Peer, b: Peer) -> None:
        a.ledger._journal = Unwritable(store=a.journal.store)
        await a.look()
        await b.look()

    a, b = played(story)

    assert (a.leads, b.leads) == (False, True)
    assert a.ledger.problem == "append refused"


def test_a_leader_that_can_write_no_more_does_not_renew() -> None:
    """Its lease lapses though the lease itself could be renewed."""

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        a.ledger._journal = Unwritable(store=a.journal.store)
        with pytest.raises(StoreError):
            await a.ledger.write_ahead(Paused(NOON, "all", "audit"))
        await a.look(LEASE / 2)
        await b.look(LEASE / 2)

    a, b = played(story)

    assert (a.leads, b.leads) == (False, True)


class Contended(MemoryJournal):
    """A store to which the last leader writes whenever we are about to."""

    contended = 0

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Let the other one be faster, so many times."""
        if self.contended:
            self.contended -= 1
            self.entries.append(Paused(NOON, f"image:{self.contended}", "meanwhile"))
        await super().append(entries, durable=durable)


@pytest.mark.parametrize(("times", "leads"), [(1, True), (2, True), (3, False)])
def test_taking_over_from_one_who_still_writes_is_tried_again(times: int, leads: bool) -> None:  # noqa: FBT001
    """What it wrote is read first: nothing of it may be missing from what we act on."""

    async def story(a: Peer, _b: Peer) -> None:
        journal = Contended(store=a.journal.store)
        journal.contended = times
        a.ledger._journal = journal
        await a.look()

    a, _ = played(story)

    assert a.leads is leads
    scopes = {each.scope for each in a.journal.entries if isinstance(each, Paused)}
    assert not leads or {scope for scope, _ in a.ledger.state.pauses} == scopes


def test_who_was_fenced_off_is_told_and_follows_at_once() -> None:
    """The store refuses an entry: no waiting for the next renewal."""

    async def story(a: Peer, b: Peer) -> None:
        await a.look()
        a.journal.store.holder = None
        await b.look()
        with pytest.raises(FencedError):
            await a.ledger.write_ahead(Paused(NOON, "all", "audit"))
        a.leadership.notice()
        assert a.leadership._nudged.is_set()
        await a.look()

    a, b = played(story)

    assert (a.leads, b.leads) == (False, True)
    assert a.ledger.state == b.ledger.state
    assert a.meter.changes == 2


def test_a_store_of_its_own_is_led_from_the_start_and_for_ever() -> None:
    """With SQLite there is no lease to lose: no bound on a request, no request to the store."""
    clock = HandClock()
    ledger = load(MemoryJournal())
    leadership = Leadership(ledger, OwnLease(), clock, Identity("a", "1"))
    assert not leadership.leads

    leadership.begin()
    clock.at += timedelta(days=400)

    assert leadership.leads
    assert leadership.send_within is None
    assert asyncio.run(leadership.secure(1))
    assert ledger.waiting == 1


def test_the_keeper_survives_a_bug_of_ours() -> None:
    """A look that raises costs a second, not the right to act for ever."""

    async def story(a: Peer, _b: Peer) -> None:
        a.leadership.look_every = SECOND / 100
        a.leadership.changed = lambda: fail(a)
        keeping = asyncio.create_task(a.leadership.keep())
        async with asyncio.timeout(10):
            while a.begun < 2:
                await asyncio.sleep(0.01)
                a.clock.at += LEASE
                a.leadership._nudged.set()
        keeping.cancel()

    a, _ = played(story)

    assert a.begun >= 2


def fail(peer: Peer) -> None:
    """Break."""
    peer.begun += 1
    message = "a bug of ours"
    raise RuntimeError(message)


def test_even_the_shortest_lease_is_longer_than_its_renewal_and_that_than_a_retry() -> None:
    """Lease > renewal > 1.2 retries; no key changes the last two (S42)."""
    renewal = LEASE_LEAST / PARTS

    assert LEASE_LEAST > renewal > 1.2 * LOOK_EVERY
