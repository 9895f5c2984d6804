"""Orders: durable before they are confirmed."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.daemon.operator import Orders
from aibwatch.errors import StoreError
from aibwatch.journal.ledger import Ledger, load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    Entry,
    FailoverOpened,
    OrderDropped,
    Ordered,
    Paused,
    Resumed,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.names import ImageName, OrderId
from aibwatch.model.order import Order, OrderKind
from aibwatch.ports import NotPausedError
from builders import HOUR, NOON, WEST, a_failover, a_word


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return NOON."""
        return NOON

    async def sleep(self, seconds: float) -> None:
        """Return at once."""


class Desk:
    """Orders over a journal in memory."""

    def __init__(self) -> None:
        """Begin without any pause."""
        self.journal = MemoryJournal()
        self.ledger: Ledger = load(self.journal)
        self.woken = 0
        self.orders = Orders(self.ledger, Noon(), self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def pause(self, scope: str = "all") -> None:
        """Order a pause of an hour."""
        asyncio.run(self.orders.pause(scope, "maintenance", "kim", NOON + HOUR))

    def resume(self, scope: str = "all") -> None:
        """Order its end."""
        asyncio.run(self.orders.resume(scope, "done", "kim"))


def test_a_pause_is_durable_when_it_is_confirmed() -> None:
    """A power cut right after the confirmation leaves the pause."""
    desk = Desk()

    desk.pause()
    desk.journal.lose_power()

    entry = Paused(NOON, "all", "maintenance", "kim", NOON + HOUR)
    assert list(desk.journal.read()) == [entry]
    assert load(desk.journal).state.pauses == {("all", "kim"): entry}
    assert desk.woken == 1


def test_a_pause_that_cannot_be_stored_is_none() -> None:
    """The store fails: the order is refused, the state is as before, nobody is woken."""
    desk = Desk()
    desk.journal.trouble = "disk full"

    with pytest.raises(StoreError, match="disk full"):
        desk.pause()

    assert desk.ledger.state.pauses == {}
    assert desk.woken == 0


def test_a_pause_ends_durably() -> None:
    """After the confirmation of the end, a restart finds no pause."""
    desk = Desk()
    desk.pause("image:web")

    desk.resume("image:web")
    desk.journal.lose_power()

    assert list(desk.journal.read())[-1] == Resumed(NOON, "image:web", "done", "kim", owner="kim")
    assert load(desk.journal).state.pauses == {}
    assert desk.woken == 2


def test_an_end_that_cannot_be_stored_leaves_the_pause() -> None:
    """The store fails: acting stays forbidden."""
    desk = Desk()
    desk.pause()
    desk.journal.trouble = "disk full"

    with pytest.raises(StoreError):
        desk.resume()

    assert ("all", "kim") in desk.ledger.state.pauses


def test_what_is_not_paused_cannot_be_resumed() -> None:
    """The end of a pause of another scope is a mistake that the person is told."""
    desk = Desk()
    desk.pause("image:web")

    with pytest.raises(KeyError, match="image:db"):
        desk.resume("image:db")

    assert ("image:web", "kim") in desk.ledger.state.pauses


ORDER = Order(OrderId("1st"), OrderKind.FAILOVER, ImageName("web"), NOON, "ada", "a move")


def test_an_order_is_durable_when_it_is_confirmed() -> None:
    """Given twice it is one order."""
    desk = Desk()

    asyncio.run(desk.orders.order(ORDER))
    asyncio.run(desk.orders.order(ORDER))
    desk.journal.lose_power()

    assert list(desk.journal.read()) == [Ordered(NOON, ORDER)]
    assert load(desk.journal).state.orders == {"web": ORDER}
    assert desk.woken == 1


def test_a_newer_order_ends_the_one_that_is_not_begun() -> None:
    """In words, so that nobody waits for it."""
    desk, newer = Desk(), replace(ORDER, id=OrderId("2nd"), actor="bob")

    asyncio.run(desk.orders.order(ORDER))
    asyncio.run(desk.orders.order(newer))
    asyncio.run(desk.ledger.flush())

    dropped = OrderDropped(NOON, ORDER.id, ORDER.image, "replaced by order 2nd of bob")
    assert list(desk.journal.read())[-1] == dropped
    assert desk.ledger.state.orders == {"web": newer}


def test_an_order_that_cannot_be_written_is_none() -> None:
    """The one before it stands."""
    desk = Desk()
    asyncio.run(desk.orders.order(ORDER))
    desk.journal.trouble = "the disk is full"

    with pytest.raises(StoreError):
        asyncio.run(desk.orders.order(replace(ORDER, id=OrderId("2nd"))))

    assert desk.ledger.state.orders == {"web": ORDER}


def test_a_word_on_a_region_is_durable_when_it_is_confirmed() -> None:
    """A restart finds it; the next cycle comes at once."""
    desk = Desk()

    asyncio.run(desk.orders.say(a_word()))
    desk.journal.lose_power()

    assert load(desk.journal).state.words == {WEST: a_word()}
    assert desk.woken == 1


def test_nobody_takes_away_the_pause_of_another_by_the_way() -> None:
    """Lee cannot resume what Kim paused, unless he says that he means everybody's (S35)."""
    desk = Desk()
    desk.pause()
    theirs = Paused(NOON, "all", "audit", "lee")
    asyncio.run(desk.orders.pause("all", "audit", "lee", None))

    with pytest.raises(NotPausedError) as refused:
        asyncio.run(desk.orders.resume("all", "", "pat"))
    mine = asyncio.run(desk.orders.resume("all", "", "kim"))
    asyncio.run(desk.orders.pause("image:web", "x", "kim", None))
    rest = asyncio.run(desk.orders.resume("all", "it is night", "pat", everybodys=True))

    assert [each.actor for each in refused.value.others] == ["kim", "lee"]
    assert mine == (theirs,)
    assert [each.scope for each in rest] == ["image:web"]
    assert list(desk.ledger.state.pauses) == [("image:web", "kim")]


def test_a_pause_that_has_lapsed_cannot_be_resumed() -> None:
    """There is none."""
    desk = Desk()
    asyncio.run(desk.orders.pause("all", "x", "kim", NOON))

    with pytest.raises(KeyError):
        desk.resume()


def test_an_acknowledgement_is_durable_and_of_what_nobody_has_seen() -> None:
    """Once: then there is nothing more to see."""
    desk = Desk()
    desk.ledger.record(an_unbuilt_failover())

    asyncio.run(desk.orders.acknowledge(ImageName("web"), "mended", "kim"))
    desk.journal.lose_power()

    (failover,) = load(desk.journal).state.failovers.values()
    assert (failover.acknowledged, failover.needs_human) == (NOON, False)
    with pytest.raises(KeyError, match="web"):
        asyncio.run(desk.orders.acknowledge(ImageName("web"), "", "lee"))


def an_unbuilt_failover() -> list[Entry]:
    """Return the entries of a failover that found no secondary."""
    opened = a_failover()
    end = Outcome.NO_CANDIDATE
    return [
        FailoverOpened(NOON, opened.id, opened.image, opened.key, Reason.PLATFORM_OUTAGE),
        Closed(NOON, opened.id, end, Reason.NO_CANDIDATE),
    ]
