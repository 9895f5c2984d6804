"""Carries decisions out: read again, decide again, make the intent durable, send once, write down.

The only code that causes a request which changes anything. Each errand runs as a task of its own,
so that a slow answer delays neither the cycle nor another errand; `errands` knows what they are.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from aibwatch.daemon.belief import Belief
from aibwatch.daemon.errands import Errand, FailoverErrand, ProbeErrand, Withheld
from aibwatch.daemon.log import logger
from aibwatch.errors import StoreError
from aibwatch.journal.ledger import Ledger
from aibwatch.model.decision import Decision, Start
from aibwatch.model.entry import Intended, ProbeIntended
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.probe import ProbeDecision
from aibwatch.ports import Azure, Clock, Reply

log = logger(__name__)


@dataclass(slots=True)
class Executor:
    """Sends run requests."""

    azure: Azure
    belief: Belief
    ledger: Ledger
    clock: Clock
    wake: Callable[[], None] = lambda: None
    """Called when a request was answered, so that the next cycle comes at once."""
    allows: Callable[[Intended | ProbeIntended], bool] = lambda _intent: True
    """Asked about every intent before it is durable; one that breaks a promise is withheld."""
    _under_way: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _intending: asyncio.Lock = field(default_factory=asyncio.Lock)

    def carry_out(
        self, decisions: Iterable[Decision], probes: Iterable[ProbeDecision] = ()
    ) -> None:
        """Run the errand of every decision that asks for a request and has none under way."""
        for decision in decisions:
            if isinstance(decision.action, Start):
                self._send(FailoverErrand(self.belief.images[decision.image], decision.action))
        for probe in probes:
            if probe.token is not None:
                self._send(ProbeErrand(probe))

    async def drain(self) -> None:
        """Wait until every errand under way has ended."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())
            await asyncio.sleep(0)  # lets the callbacks of the ended ones run

    def _send(self, errand: Errand) -> None:
        if errand.name not in self._under_way:
            task = asyncio.create_task(self._run(errand), name=f"errand {errand.name}")
            self._under_way[errand.name] = task
            task.add_done_callback(partial(self._done, errand.name))

    def _done(self, name: str, task: "asyncio.Task[None]") -> None:
        del self._under_way[name]
        if not task.cancelled() and task.exception() is not None:
            log.error("executor.crashed", errand=name, exc_info=task.exception())

    async def _run(self, errand: Errand) -> None:
        await errand.read_again(self.azure, self.belief, self.clock)
        try:
            intended = await self._intend(errand)
        except StoreError as error:
            log.error("intent.not_durable", errand=errand.name, problem=str(error))
            return
        if not intended:
            return
        reply = await self._ask(errand)
        if errand.is_awaited(self.belief):
            self.ledger.record([errand.answered(reply, self.clock.now())])
        else:
            log.warning("answer.too_late", errand=errand.name, answer=reply.event)
        await self.ledger.flush(durable=True)
        self.wake()

    async def _intend(self, errand: Errand) -> bool:
        """Decide again and make the intent durable, with nothing in between (S18, S35).

        Returns False if the decision is another one now: the next cycle says why.
        """
        async with self._intending:
            now = self.clock.now()
            intent = errand.intent(self.belief, now)
            if isinstance(intent, Withheld):
                log.info("request.withheld", errand=errand.name, reason=intent.reason)
                return False
            self.ledger.record(errand.witnessed(self.belief, now))
            if not self.allows(intent):
                log.error("request.withheld", errand=errand.name, reason="it would break a promise")
                await self.ledger.flush(durable=True)
                return False
            await self.ledger.write_ahead(intent)
            return True

    async def _ask(self, errand: Errand) -> Reply:
        """Send the request; a port that breaks its word and raises leaves it unclear."""
        try:
            return await self.azure.start(errand.target, ordered=errand.is_ordered(self.belief))
        except Exception as error:
            log.exception("request.broke", target=errand.target)
            return Reply(Event.UNCLEAR, Fault(FaultKind.NONSENSE, type(error).__name__))
