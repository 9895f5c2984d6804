"""What the executor is sent for: what to read again, how to decide again, what to write down.

One class a kind of request. Each reads and decides only; the executor alone makes intents durable
and sends, so that what holds of one request holds of all.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from aibwatch.daemon.belief import Belief
from aibwatch.daemon.rereading import needed_again
from aibwatch.failover.canary import probe
from aibwatch.failover.decide import decide
from aibwatch.failover.witness import witness_of
from aibwatch.model.decision import Start
from aibwatch.model.entry import (
    Answered,
    Intended,
    ProbeAnswered,
    ProbeIntended,
    RunSeen,
    Witnessed,
)
from aibwatch.model.failover import Phase
from aibwatch.model.fault import DARK, Fault
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, subscription_of
from aibwatch.model.observation import (
    Observation,
    SelfTested,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.order import Order
from aibwatch.model.probe import ProbeDecision
from aibwatch.model.template import RunState, Template
from aibwatch.ports import Azure, Clock, Reply

Intent = Intended | ProbeIntended


@dataclass(frozen=True, slots=True)
class Withheld:
    """The decision is another one now: the next cycle says why in full."""

    reason: str


class Errand(Protocol):
    """One request that a decision asks for."""

    @property
    def name(self) -> str:
        """For whom it is; there is one errand of a name at a time."""
        ...

    @property
    def target(self) -> TemplateId:
        """The template to run."""
        ...

    async def read_again(self, azure: Azure, eyes: Azure, belief: Belief, clock: Clock) -> None:
        """Read what could forbid the request; by `eyes` what may be put off."""
        ...

    def intent(self, belief: Belief, now: datetime) -> Intent | Withheld:
        """Decide again; return the intent if the decision is still the same."""
        ...

    def witnessed(self, belief: Belief, now: datetime) -> tuple[Witnessed, ...]:
        """Return what to keep of what the intent rests on, to be able to decide so again (S40)."""
        ...

    def is_ordered(self, belief: Belief) -> bool:
        """Whether an operator ordered it, so that the transport must be opened for it (S36)."""
        ...

    def is_awaited(self, belief: Belief) -> bool:
        """Whether somebody still waits for the answer; if not, it was taken for lost."""
        ...

    def answered(self, reply: Reply, now: datetime) -> Answered | ProbeAnswered:
        """Return what to write down of the answer."""
        ...


@dataclass(slots=True)
class FailoverErrand:
    """Building an image in a secondary."""

    image: Image
    action: Start
    blind: bool = False
    """The primary's region was dark when it was read again."""

    @property
    def name(self) -> str:
        """The image."""
        return self.image.name

    @property
    def target(self) -> TemplateId:
        """The secondary."""
        return self.action.target

    async def read_again(self, azure: Azure, eyes: Azure, belief: Belief, clock: Clock) -> None:
        """Read both templates, the primary's gallery, what the secondary needs, and ourselves.

        What is read is dated by the begin of the reading: it is at least that fresh. An order may
        come before the primary was ever seen, or be about the primary itself.
        """
        primary = belief.sightings.templates.get(self.image.primary)
        began, names = clock.now(), dict.fromkeys((self.image.primary, self.target))
        async with asyncio.TaskGroup() as group:
            test = group.create_task(azure.azure_time(subscription_of(self.target)))
            read = {each: group.create_task(azure.template(each)) for each in names}
            versions = group.create_task(_versions(azure, clock, primary))
            needed = group.create_task(needed_again(eyes, clock, belief.view(), self.target))
        answer = read[self.image.primary].result()
        if isinstance(answer, Fault) and answer.kind in DARK:
            await _ask_graph(azure, belief, clock, primary)
        seen = [_seen(each, reading.result(), began) for each, reading in read.items()]
        others = (*_tested(test.result(), began), *versions.result(), *needed.result())
        belief.learn([*seen, *others], clock.now())
        self.blind = isinstance(answer, Fault)

    def intent(self, belief: Belief, now: datetime) -> Intended | Withheld:
        """Decide again about the image (S18, S35)."""
        if belief.images.get(self.image.name) != self.image:
            return Withheld("another configuration holds by now")  # PROMISES S42
        view = belief.view()
        decision = decide(self.image, view, now)
        if decision.action != self.action:
            return Withheld(decision.reason)
        last, order = belief.state.runs.get(self.target), self._order(belief)
        intended = Intended(
            now,
            self.action.failover,
            self.target,
            self.action.token,
            belief.state.epoch,
            decision.reason,
            blind=self.blind,
            before=last.started if last else None,
        )
        if order is not None:
            return replace(intended, actor=order.actor)
        return replace(intended, evidence=view.verdicts[self.image.primary].evidence)

    def is_ordered(self, belief: Belief) -> bool:
        """Whether an operator ordered it."""
        return self._order(belief) is not None

    def _order(self, belief: Belief) -> Order | None:
        return belief.state.failovers[self.action.failover].order

    def witnessed(self, belief: Belief, now: datetime) -> tuple[Witnessed, ...]:
        """Return what this decision looked at."""
        return (Witnessed(now, witness_of(self.image, belief.view()), acts=True),)

    def is_awaited(self, belief: Belief) -> bool:
        """Whether the failover still stands where the request left it."""
        return belief.state.failovers[self.action.failover].phase is Phase.REQUESTED

    def answered(self, reply: Reply, now: datetime) -> Answered:
        """Return what became of the request."""
        failover, token = self.action.failover, self.action.token
        return Answered(now, failover, token, reply.event, _says(reply), reply.request_id)


@dataclass(frozen=True, slots=True)
class ProbeErrand:
    """Running the canary of a region."""

    decision: ProbeDecision

    @property
    def name(self) -> str:
        """The region; no image can be called so, as a name has no space."""
        return f"canary {self.decision.region}"

    @property
    def target(self) -> TemplateId:
        """The canary."""
        return self.decision.template

    async def read_again(self, azure: Azure, eyes: Azure, belief: Belief, clock: Clock) -> None:
        """Read the canary and ourselves."""
        del eyes
        began = clock.now()
        async with asyncio.TaskGroup() as group:
            test = group.create_task(azure.azure_time(subscription_of(self.target)))
            canary = group.create_task(azure.template(self.target))
        seen = _seen(self.target, canary.result(), began)
        belief.learn([seen, *_tested(test.result(), began)], clock.now())

    def intent(self, belief: Belief, now: datetime) -> ProbeIntended | Withheld:
        """Decide again about the canary (S6, S35)."""
        decisions = {each.region: each for each in probe(belief.view(), now)}
        decision = decisions[self.decision.region]
        if decision.token is None or decision.token != self.decision.token:
            return Withheld(decision.reason)
        last = belief.state.runs.get(self.target)
        return ProbeIntended(
            now,
            decision.region,
            self.target,
            decision.token,
            belief.state.epoch,
            decision.reason,
            decision.says,
            before=last.started if last else None,
        )

    def witnessed(self, belief: Belief, now: datetime) -> tuple[Witnessed, ...]:
        """Return nothing: a probe changes no image, and its reason tells what it rests on."""
        return ()

    def is_ordered(self, belief: Belief) -> bool:
        """Return False: nobody orders a probe."""
        return False

    def is_awaited(self, belief: Belief) -> bool:
        """Whether the last probe has no answer yet; one waits for it as long as it takes."""
        last = belief.state.last_probe(self.decision.region)
        return last is not None and last.answer is None

    def answered(self, reply: Reply, now: datetime) -> ProbeAnswered:
        """Return what became of the request."""
        region, token = self.decision.region, self.decision.token
        assert token is not None, "a probe is only carried out if its decision names a request"
        return ProbeAnswered(now, region, token, reply.event, _says(reply), reply.request_id)


async def _versions(azure: Azure, clock: Clock, primary: Template | None) -> list[Observation]:
    if primary is None or primary.definition is None:
        return []
    began = clock.now()
    answer = await azure.versions(primary.definition)
    versions = answer if isinstance(answer, Fault) else tuple(answer)
    return [VersionsSeen(began, primary.definition, versions)]


async def _ask_graph(azure: Azure, belief: Belief, clock: Clock, primary: Template | None) -> None:
    """Where the provider does not answer, note a newer run that Resource Graph knows (S18).

    It makes the primary neither read nor fresh, and tells nothing of what the run built. One that
    failed too changes nothing: by its row it cannot be judged, and what failed before stands.
    """
    if primary is None:
        return
    runs = await azure.last_runs([primary.id])
    known = belief.state.runs.get(primary.id)
    for run in () if isinstance(runs, Fault) else runs:
        newer = known is None or run.started > known.started
        if run.template == primary.id and newer and run.state is not RunState.FAILED:
            entry = RunSeen(
                clock.now(),
                run,
                primary.region,
                primary.recipe,
                primary.identities,
                recipe_is_the_runs=False,
            )
            belief.ledger.record([entry])


def _seen(template: TemplateId, answer: Template | Fault, at: datetime) -> Observation:
    if isinstance(answer, Fault):
        return TemplateUnseen(at, template, answer)
    return TemplatesSeen(at, [answer])


def _tested(answer: datetime | Fault, at: datetime) -> list[Observation]:
    """Return what the self-test tells: nothing if the request budget put it off."""
    if not isinstance(answer, Fault):
        return [SelfTested(at, None, answer - at)]
    return [] if answer.put_off else [SelfTested(at, answer)]


def _says(reply: Reply) -> str:
    return str(reply.fault) if reply.fault else ""
