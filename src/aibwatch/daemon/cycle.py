"""One pass of the flow: collect -> diagnose -> failover -> journal -> status.

Called by the ticker in the daemon and by the jumping loop in simulation; it knows neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from aibwatch.collect.sweep import Collector
from aibwatch.daemon.belief import Belief
from aibwatch.daemon.drills import keep_drills
from aibwatch.daemon.executor import Executor
from aibwatch.daemon.schedules import keep_schedules
from aibwatch.failover.canary import probe
from aibwatch.failover.decide import decide, orphaned
from aibwatch.failover.witness import witness_of
from aibwatch.journal.ledger import Ledger
from aibwatch.model.decision import Action, Close, Decision, Drop, Move, Open, Reason, Start
from aibwatch.model.entry import (
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    Moved,
    OrderDropped,
    Witnessed,
)
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.observation import Observation
from aibwatch.model.state import Snapshot, View
from aibwatch.model.verdict import FailureKey, KeyKind
from aibwatch.ports import Clock

STEPS_AT_ONCE = 8
"""Journal-only steps of one image in one cycle; more would be a circle in the table."""

CALM = frozenset({Reason.NOTHING_FAILED, Reason.NOT_SEEN_YET, Reason.PRIMARY_RUNNING})
"""Reasons that are not worth an entry as the first thing said of an image, nor ever a witness."""


class Audience(Protocol):
    """Whoever is shown what was seen and what came of it; the metrics are."""

    def observed(self, observations: Iterable[Observation]) -> None:
        """Take what one cycle saw."""

    def publish(self, snapshot: Snapshot) -> None:
        """Take the picture at its end."""


@dataclass(slots=True)
class Cycle:
    """The flow, as a list of its stages."""

    collector: Collector
    belief: Belief
    ledger: Ledger
    executor: Executor
    clock: Clock
    audience: Audience
    snapshot: Snapshot | None = None
    """The picture at the end of the last cycle."""

    async def run(self) -> Snapshot:
        """Go once through the flow and return what is believed and decided at its end."""
        observations = await self.collector.collect(self.belief.view(), self.clock.now())
        async with self.ledger.undisturbed():
            now = self.clock.now()
            self.belief.learn(observations, now)
            self.ledger.record(keep_schedules(self.belief.view(), now))
            self.ledger.record(keep_drills(self.belief.view(), now))
            decisions = self.settle_all(now)
            self.belief.stirred.clear()
        await self.ledger.flush()
        probes = probe(self.belief.view(), now)
        self.executor.carry_out(decisions.values(), probes)
        self.snapshot = self.belief.snapshot(decisions, now, probes)
        self.audience.observed(observations)
        self.audience.publish(self.snapshot)
        return self.snapshot

    def settle_all(self, now: datetime) -> dict[ImageName, Decision]:
        """Decide about every image, in their order; most are at rest, found without a look at each.

        That is so if nothing had failed at its last decision, and nothing has happened since.
        """
        self._end_orphaned(now)
        last = self.snapshot.decisions if self.snapshot else {}
        rest = {name for name, each in last.items() if is_calm_until(each, now)}
        rest -= self.belief.unrest()
        return {
            name: last[name] if name in rest else self.settle(image, now)
            for name, image in self.belief.images.items()
        }

    def _end_orphaned(self, now: datetime) -> None:
        """End what is open for images that left the configuration."""
        ends = orphaned(self.belief.view()) if self.ledger.takes else []
        taken = ((each, each.action) for each in ends if each.action is not None)
        self.ledger.record([entry_of(each, act, self.belief, now) for each, act in taken])

    def settle(self, image: Image, now: datetime) -> Decision:
        """Decide about an image, taking every step that needs the journal alone.

        The very decision of the last cycle was entered then.
        """
        last = self.snapshot.decisions.get(image.name) if self.snapshot else None
        for _ in range(STEPS_AT_ONCE):
            decision = decide(image, self.belief.view(), now)
            if decision is last or not self.ledger.takes:
                return decision
            self.record(image, decision, now)
            if decision.action is None or isinstance(decision.action, Start):
                return decision
        return decision

    def record(self, image: Image, decision: Decision, now: datetime) -> None:
        """Enter a changed decision with what it was made on, and the step that it takes."""
        entries: list[Entry] = []
        failure = self.ledger.state.failures.get(image.primary)
        key = failure.key if failure else None
        if is_news(decision, self.ledger.state.decisions.get(image.name), key):
            if decision.reason not in CALM:
                witness = witness_of(image, self.belief.view())
                entries.append(Witnessed(now, witness, acts=decision.action is not None))
            entries.append(decided(image, decision, now, key))
        if decision.action is not None and not isinstance(decision.action, Start):
            entries.append(entry_of(decision, decision.action, self.belief, now))
        if entries:
            self.ledger.record(entries)


def is_calm_until(last: Decision, now: datetime) -> bool:
    """Whether nothing had failed, and time alone has changed nothing about that."""
    calm = last.reason is Reason.NOTHING_FAILED
    return calm and (last.wake_at is None or now < last.wake_at)


def is_news(decision: Decision, last: Decided | None, key: FailureKey | None = None) -> bool:
    """Whether it differs from the last one entered: in reason, in what holds it, or in where.

    What is said of another failure is news too: advice names a plan and how long it is good.
    """
    if last is None:
        return decision.reason not in CALM
    if key is not None and key != last.key and decision.reason not in CALM:
        return True
    held = [hold.reason for hold in decision.held_by]
    if decision.wants != last.wants and decision.reason not in CALM:
        return True
    return decision.reason != last.reason or held != [hold.reason for hold in last.held_by]


def decided(
    image: Image, decision: Decision, now: datetime, key: FailureKey | None = None
) -> Decided:
    """Return the entry of a decision; acting, holding and advising are told apart."""
    kind = "act" if decision.action is not None else "hold"
    if kind == "hold" and image.mode is Mode.ADVISE and decision.reason is Reason.ADVISE_ONLY:
        kind = "advise"
    says, held_by = decision.says, decision.held_by
    return Decided(now, image.name, kind, decision.reason, says, held_by, key, decision.wants)


def entry_of(decision: Decision, action: Action, belief: Belief, now: datetime) -> Entry:
    """Return the entry by which a journal-only action is taken."""
    match action:
        case Open():
            return opened(decision, action, belief.view(), now)
        case Move(failover, event, run):
            return Moved(now, failover, event, decision.reason, run)
        case Close(failover, outcome, version):
            return Closed(now, failover, outcome, decision.reason, decision.says, version)
        case Drop(order):
            return OrderDropped(now, order, decision.image, decision.says)
        case Start():
            message = "only the executor takes a Start"
            raise TypeError(message)


def opened(decision: Decision, action: Open, view: View, now: datetime) -> FailoverOpened:
    """Return the entry that opens a failover: for a failure on its evidence, else for an order."""
    name, key = decision.image, action.key
    entry = FailoverOpened(now, action.failover, name, key, decision.reason)
    entry = replace(entry, priority=view.images[name].priority)
    if key.kind is KeyKind.ORDER:
        return replace(entry, order=view.state.orders[name])
    error, verdict = view.state.failures[key.template].classification, view.verdicts[key.template]
    return replace(entry, evidence=verdict.evidence, signature=error.signature)
