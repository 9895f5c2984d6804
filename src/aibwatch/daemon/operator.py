"""What a person may order: pauses. Durable before the order is confirmed (PROMISES S35)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aibwatch.journal.ledger import Ledger
from aibwatch.model.entry import Paused, Resumed
from aibwatch.ports import Clock


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

    async def resume(self, scope: str, reason: str, actor: str) -> None:
        """Allow acting in `scope` again."""
        if scope not in self.ledger.state.pauses:
            raise KeyError(scope)
        await self.ledger.write_ahead(Resumed(self.clock.now(), scope, reason, actor))
        self.wake()
