"""What a person may order. Durable before the order is confirmed (PROMISES S35).

Only who leads takes orders: a follower may not know yet what it is about, and refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aibwatch.journal.ledger import Ledger
from aibwatch.model.entry import Acknowledged, OrderDropped, Ordered, Paused, RegionSaid, Resumed
from aibwatch.model.names import ImageName
from aibwatch.model.order import Order
from aibwatch.model.word import Word
from aibwatch.ports import Clock, NotPausedError


@dataclass(slots=True)
class Orders:
    """Implements `ports.Operator` over the journal."""

    ledger: Ledger
    clock: Clock
    wake: Callable[[], None]

    async def pause(self, scope: str, reason: str, actor: str, until: datetime | None) -> None:
        """Forbid acting in `scope`."""
        await self.ledger.write_ahead(Paused(self.clock.now(), scope, reason, actor, until))
        self.wake()

    async def resume(
        self, scope: str, reason: str, actor: str, *, everybodys: bool = False
    ) -> Sequence[Paused]:
        """Take away the actor's own pause of `scope`, or everybody's."""
        now = self.clock.now()
        pauses = self.ledger.state.pauses.values()
        there = [each for each in pauses if each.scope == scope and each.stands(now)]
        meant = [each for each in there if everybodys or each.actor == actor]
        if self.ledger.leading and not meant:
            raise NotPausedError(scope, there)
        owner = "" if everybodys else actor
        await self.ledger.write_ahead(Resumed(now, scope, reason, actor, owner))
        self.wake()
        return tuple(each for each in pauses if each.stands(now))

    async def order(self, order: Order) -> None:
        """Take an order to build; one before it that is not begun yet ends with it."""
        before, now = self.ledger.state.orders.get(order.image), self.clock.now()
        if before is not None and before.id == order.id:
            return
        await self.ledger.write_ahead(Ordered(now, order))
        if before is not None:
            says = f"replaced by order {order.id} of {order.actor}"
            self.ledger.record([OrderDropped(now, before.id, order.image, says)])
        self.wake()

    async def say(self, word: Word) -> None:
        """Take an operator's word on a region."""
        await self.ledger.write_ahead(RegionSaid(self.clock.now(), word))
        self.wake()

    async def acknowledge(self, image: ImageName, reason: str, actor: str) -> None:
        """Note that a person saw how the image's last failover ended."""
        unseen = [
            each
            for each in self.ledger.state.failovers.values()
            if each.image == image and each.needs_human
        ]
        if not unseen and self.ledger.leading:
            raise KeyError(image)
        for each in unseen:
            seen = Acknowledged(self.clock.now(), image, each.id, actor, reason)
            await self.ledger.write_ahead(seen)
        self.wake()
