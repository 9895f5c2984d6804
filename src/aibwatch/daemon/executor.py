"""Carries decisions out: read again, decide again, make the intent durable, send once, write down.

The only code that causes a request which changes anything. Each image's course runs as a task of
its own, so that a slow answer delays neither the cycle nor another image.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from aibwatch.daemon.belief import Belief
from aibwatch.daemon.log import logger
from aibwatch.errors import StoreError
from aibwatch.failover.decide import decide
from aibwatch.failover.witness import witness_of
from aibwatch.journal.ledger import Ledger
from aibwatch.model.decision import Decision, Start
from aibwatch.model.entry import Answered, Intended, RunSeen, Witnessed
from aibwatch.model.failover import Event
from aibwatch.model.fault import DARK, Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId, subscription_of
from aibwatch.model.observation import (
    Observation,
    SelfTested,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.template import Template
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
    _under_way: dict[ImageName, "asyncio.Task[None]"] = field(default_factory=dict)
    _intending: asyncio.Lock = field(default_factory=asyncio.Lock)

    def carry_out(self, decisions: Iterable[Decision]) -> None:
        """Start the course of every decision that asks for a request and has none under way."""
        for decision in decisions:
            if isinstance(decision.action, Start) and decision.image not in self._under_way:
                course = self._answer(decision.image, decision.action)
                task = asyncio.create_task(course, name=f"answer {decision.image}")
                self._under_way[decision.image] = task
                task.add_done_callback(partial(self._done, decision.image))

    async def drain(self) -> None:
        """Wait until every course under way has ended."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())
            await asyncio.sleep(0)  # lets the callbacks of the ended ones run

    def _done(self, image: ImageName, task: "asyncio.Task[None]") -> None:
        del self._under_way[image]
        if not task.cancelled() and task.exception() is not None:
            log.error("executor.crashed", image=image, exc_info=task.exception())

    async def _answer(self, name: ImageName, action: Start) -> None:
        image = self.belief.images[name]
        blind = await self._read_again(image, action.target)
        try:
            intended = await self._intend(image, action, blind=blind)
        except StoreError as error:
            log.error("intent.not_durable", image=name, problem=str(error))
            return
        if intended is None:
            return
        await self._write_down(intended, await self._ask(action.target))
        self.wake()

    async def _ask(self, target: TemplateId) -> Reply:
        """Send the request; a port that breaks its word and raises leaves it unclear."""
        try:
            return await self.azure.start(target)
        except Exception as error:
            log.exception("request.broke", target=target)
            return Reply(Event.UNCLEAR, Fault(FaultKind.NONSENSE, type(error).__name__))

    async def _intend(self, image: Image, action: Start, *, blind: bool) -> Intended | None:
        """Decide again and make the intent durable, with nothing in between (S18, S35).

        Returns None if the decision is another one now: the next cycle says why.
        """
        async with self._intending:
            now, view = self.clock.now(), self.belief.view()
            decision = decide(image, view, now)
            if decision.action != action:
                log.info("request.withheld", image=image.name, reason=decision.reason)
                return None
            last = self.belief.state.runs.get(action.target)
            intended = Intended(
                now,
                action.failover,
                action.target,
                action.token,
                self.belief.state.epoch,
                decision.reason,
                blind=blind,
                before=last.started if last else None,
                evidence=view.verdicts[image.primary].evidence,
            )
            self.ledger.record([Witnessed(now, witness_of(image, view), acts=True)])
            await self.ledger.write_ahead(intended)
            return intended

    async def _write_down(self, intended: Intended, reply: Reply) -> None:
        now = self.clock.now()
        says = str(reply.fault) if reply.fault else ""
        answered = Answered(
            now, intended.failover, intended.token, reply.event, says, reply.request_id
        )
        self.ledger.record([answered])
        await self.ledger.flush(durable=True)

    async def _read_again(self, image: Image, target: TemplateId) -> bool:
        """Read what could forbid the request; return whether the primary's region is dark.

        What is read is dated by the begin of the reading: it is at least that fresh.
        """
        primary = self.belief.sightings.templates[image.primary]
        began = self.clock.now()
        async with asyncio.TaskGroup() as group:
            test = group.create_task(self.azure.azure_time(subscription_of(target)))
            first = group.create_task(self.azure.template(image.primary))
            second = group.create_task(self.azure.template(target))
            versions = group.create_task(self._versions(primary))
        answer = first.result()
        if isinstance(answer, Fault) and answer.kind in DARK:
            await self._ask_graph(primary)
        seen = [_seen(primary.id, answer, began), _seen(target, second.result(), began)]
        tested = _tested(test.result(), began)
        self.belief.learn([*seen, tested, *versions.result()], self.clock.now())
        return isinstance(answer, Fault)

    async def _versions(self, primary: Template) -> list[Observation]:
        if primary.definition is None:
            return []
        began = self.clock.now()
        answer = await self.azure.versions(primary.definition)
        versions = answer if isinstance(answer, Fault) else tuple(answer)
        return [VersionsSeen(began, primary.definition, versions)]

    async def _ask_graph(self, primary: Template) -> None:
        """Where the provider does not answer, note a newer run that Resource Graph knows (S18).

        It makes the primary neither read nor fresh, and tells nothing of what the run built.
        """
        runs = await self.azure.last_runs([primary.id])
        known = self.belief.state.runs.get(primary.id)
        for run in () if isinstance(runs, Fault) else runs:
            if run.template == primary.id and (known is None or run.started > known.started):
                self.ledger.record(
                    [
                        RunSeen(
                            self.clock.now(),
                            run,
                            primary.region,
                            primary.recipe,
                            primary.identities,
                            recipe_is_the_runs=False,
                        )
                    ]
                )


def _seen(template: TemplateId, answer: Template | Fault, at: datetime) -> Observation:
    if isinstance(answer, Fault):
        return TemplateUnseen(at, template, answer)
    return TemplatesSeen(at, [answer])


def _tested(answer: datetime | Fault, at: datetime) -> Observation:
    if isinstance(answer, Fault):
        return SelfTested(at, answer)
    return SelfTested(at, None, answer - at)
