"""Carries decisions out: read again, decide again, make the intent durable, send once, write down.

The only code that causes a request which changes anything. Each errand runs as a task of its own,
so that a slow answer delays neither the cycle nor another errand; `errands` knows what they are.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from aibwatch.daemon.belief import Belief
from aibwatch.daemon.errands import Errand, FailoverErrand, Intent, ProbeErrand, Withheld
from aibwatch.daemon.leadership import Leadership
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

SECOND = timedelta(seconds=1)
NO_TIME = "not sent: too little time was left of the lease"


@dataclass(slots=True)
class Executor:
    """Sends run requests."""

    azure: Azure
    belief: Belief
    ledger: Ledger
    leadership: Leadership
    clock: Clock
    wake: Callable[[], None] = lambda: None
    """Called when a request was answered, so that the next cycle comes at once."""
    allows: Callable[[Intended | ProbeIntended], bool] = lambda _intent: True
    """Asked about every intent before it is durable; one that breaks a promise is withheld."""
    eyes: Azure | None = None
    """The door for reads that may be put off, which leave the reserve alone; None: there is one."""
    _under_way: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

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
        await errand.read_again(self.azure, self.eyes or self.azure, self.belief, self.clock)
        try:
            epoch = await self._intend(errand)
        except StoreError as error:
            log.error("intent.not_durable", errand=errand.name, problem=str(error))
            return
        if epoch is None:
            return
        reply = await self._ask(errand, epoch)
        await self._write_down(errand, epoch, reply)
        self.wake()

    async def _intend(self, errand: Errand) -> int | None:
        """Decide again and make the intent durable, with nothing in between (S18, S35).

        Returns its epoch, or None if the decision is another one now, or if there is no time left
        to send: the next cycle says why.
        """
        if not await self.leadership.secure(self.ledger.state.epoch):
            log.info("request.withheld", errand=errand.name, reason="not_leader")
            return None
        intent = await self.ledger.decide_ahead(partial(self._decide, errand))
        if intent is None:
            await self.ledger.flush()  # a promise that it would break is durable at once
        return intent.epoch if isinstance(intent, Intended | ProbeIntended) else None

    async def _write_down(self, errand: Errand, epoch: int, reply: Reply) -> None:
        """Enter the answer, unless it counts as lost already: reading the target tells then."""
        mine = self.ledger.leading and self.ledger.state.epoch == epoch
        if mine and errand.is_awaited(self.belief):
            self.ledger.record([errand.answered(reply, self.clock.now())])
            await self.ledger.flush(durable=True)
        else:
            log.warning("answer.too_late", errand=errand.name, answer=reply.event)

    def _decide(self, errand: Errand) -> Intent | None:
        now = self.clock.now()
        intent = errand.intent(self.belief, now)
        if isinstance(intent, Withheld):
            log.info("request.withheld", errand=errand.name, reason=intent.reason)
            return None
        self.ledger.record(errand.witnessed(self.belief, now))
        if not self.allows(intent):
            log.error("request.withheld", errand=errand.name, reason="it would break a promise")
            return None
        return intent

    async def _ask(self, errand: Errand, epoch: int) -> Reply:
        """Send the request, unless the lease has no time left for it.

        Then nothing was sent, but the intent stands, and whoever leads must find out the same way
        whatever kept it from being sent: the answer is unclear, and reading the target settles it
        (S4, L2). A port that breaks its word and raises leaves it unclear too.
        """
        if not await self.leadership.secure(epoch):
            return Reply(Event.UNCLEAR, Fault(FaultKind.TIMEOUT, NO_TIME))
        within = self.leadership.send_within
        ordered = errand.is_ordered(self.belief)
        try:
            async with asyncio.timeout(within / SECOND if within else None):
                return await self.azure.start(errand.target, ordered=ordered)
        except TimeoutError:
            return Reply(Event.UNCLEAR, Fault(FaultKind.TIMEOUT, f"no answer within {within}"))
        except Exception as error:
            log.exception("request.broke", target=errand.target)
            return Reply(Event.UNCLEAR, Fault(FaultKind.NONSENSE, type(error).__name__))
