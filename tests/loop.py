"""The flow on bare values: read a little Azure, judge, decide, journal, request.

What the daemon does with an event loop, a store and a clock, in the same order, so that laws and
transcripts look at the core alone. Every cycle can be asked at any instant.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aibwatch.collect.sightings import absorb
from aibwatch.daemon.cycle import CALM, decided, opened
from aibwatch.diagnose.attempts import notice_attempts
from aibwatch.diagnose.editions import notice_editions
from aibwatch.diagnose.hindsight import hindsight
from aibwatch.diagnose.lost import notice_lost
from aibwatch.diagnose.overdue import notice_overdue
from aibwatch.diagnose.region import assess_all
from aibwatch.diagnose.runs import notice_runs, read_logs
from aibwatch.diagnose.seeding import seed
from aibwatch.diagnose.suspicion import suspicion
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.failover.decide import decide
from aibwatch.failover.witness import witness_of
from aibwatch.journal.fold import apply
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.decision import Close, Decision, Drop, Move, Open, Start
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Entry,
    Intended,
    Moved,
    OrderDropped,
    Witnessed,
)
from aibwatch.model.failover import Event, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId, scope_of
from aibwatch.model.observation import (
    AttemptsSeen,
    DefinitionSeen,
    HistorySeen,
    LogSeen,
    NoticesSeen,
    Observation,
    PublicationSeen,
    RightSeen,
    SelfTested,
    SourceUnseen,
    SupplySeen,
    SweepEnded,
    TemplatesSeen,
    TemplateUnseen,
    VersionsSeen,
)
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.verdict import Verdict
from aibwatch.secondaries.grounds import Known
from aibwatch.secondaries.misconfigured import misconfigured
from aibwatch.secondaries.readiness import assess, assess_home
from little_azure import GATEWAY, LittleAzure

STEPS_AT_ONCE = 8
NO_RIGHT = BuildLog(LogState.UNREADABLE, "no right to read it")
NO_ROUTE = Fault(FaultKind.NETWORK, "no route")


@dataclass(slots=True)
class Loop:
    """One daemon's memory, and its journal."""

    azure: LittleAzure
    images: dict[ImageName, Image]
    policy: Policy
    sightings: Sightings
    state: State = field(default_factory=State)
    journal: list[Entry] = field(default_factory=list)
    watch: Callable[[Image, View, Decision, datetime], None] = lambda *_: None
    """Told of every decision, while what it rests on is still as it was."""
    crash_next: bool = False
    """Whether the next request is sent and its answer is never written down."""

    def cycle(self, now: datetime) -> None:
        """Go once through the flow."""
        self.learn(self.look(now), now)
        for image in sorted(self.images.values(), key=lambda each: (each.priority, each.name)):
            decision = self.settle(image, now)
            if isinstance(decision.action, Start):
                self.request(image, decision.action, now)
                if self.state.failovers[decision.action.failover].phase is Phase.REQUESTED:
                    return self.restart(now)
        return None

    def restart(self, now: datetime) -> None:
        """Lose everything but the journal, and begin anew."""
        state = State()
        for entry in self.journal:
            apply(state, entry)
        self.state = state
        self.sightings = Sightings(booted=now, templates=dict(state.templates))
        self.enter([Booted(now, state.epoch + 1, "test")])
        self.enter(
            [
                Answered(now, each.id, each.token, Event.UNCLEAR, "the daemon stopped")
                for each in list(state.failovers.values())
                if each.phase is Phase.REQUESTED and each.token
            ]
        )

    def enter(self, entries: Iterable[Entry]) -> None:
        """Take entries into the state and the journal."""
        for entry in entries:
            apply(self.state, entry)
            self.journal.append(entry)

    def look(self, now: datetime) -> list[Observation]:
        """Return what reading everything shows."""
        names = [each for image in self.images.values() for each in image.templates]
        seen: list[Observation] = [self._read(name, now) for name in names]
        seen += [DefinitionSeen(now, each.id, each) for each in self.azure.definitions()]
        seen += [SupplySeen(now, base, each) for base, each in self.azure.supplies().items()]
        seen += [RightSeen(now, scope, True) for scope in set(map(scope_of, names))]  # noqa: FBT003
        seen += self._versions(now)
        for failover in self.state.failovers.values():
            output = self.azure.outputs.get(failover.target) if failover.target else None
            if failover.phase is Phase.PUBLISHING and output:
                seen.append(PublicationSeen(now, failover.id, output))
        seen += self._outputs(now)
        seen += self._logs(now)
        seen.append(AttemptsSeen(now, "activity", tuple(self.azure.attempts)))
        notices = tuple(self.azure.notices.values())
        seen.append(
            SourceUnseen(now, "events", NO_ROUTE)
            if self.azure.blind
            else NoticesSeen(now, "events", notices)
        )
        return [*seen, self._self_test(now), SweepEnded(now)]

    def _outputs(self, now: datetime) -> list[Observation]:
        """Return what builds put out of which it matters whether they made an image twice."""
        return [
            HistorySeen(now, run.template, self.azure.outputs[run.template])
            for failover in self.state.lately_answered()
            for run in self.state.builds_for(failover)
            if run.template != failover.target and run.template in self.azure.outputs
        ]

    def _logs(self, now: datetime) -> list[Observation]:
        return [
            LogSeen(now, failure.run.key, self.azure.logs.get(failure.template, NO_RIGHT))
            for failure in self.state.failures.values()
            if failure.run and failure.log is LogState.UNREAD
        ]

    def _self_test(self, now: datetime) -> SelfTested:
        return SelfTested(now, NO_ROUTE if self.azure.blind else None)

    def _read(self, name: TemplateId, now: datetime) -> Observation:
        answer = self.azure.read(name, now)
        if isinstance(answer, Fault):
            return TemplateUnseen(now, name, answer)
        return TemplatesSeen(now, [answer])

    def _versions(self, now: datetime) -> list[Observation]:
        return [
            VersionsSeen(now, each.id, GATEWAY)
            if each.home in self.azure.dark
            else VersionsSeen(now, each.id, self.azure.versions.get(each.id, ()))
            for each in self.azure.definitions()
        ]

    def learn(self, observations: Iterable[Observation], now: datetime) -> None:
        """Take in what was seen, judge what failed, and assess the regions."""
        observations = list(observations)
        changed = absorb(self.sightings, observations)
        self.enter(notice_runs(changed, self.state, now))
        self.enter(read_logs(observations, self.state))
        self.enter(seed(observations, self.state, self.sightings, now))
        self.enter(notice_attempts(self.state, self.sightings, self.policy, now))
        self.enter(notice_editions(observations, self.images, self.state, now))
        images = self.images.values()
        self.enter(notice_lost(images, self.state, self.sightings, self.policy, now))
        self.enter(notice_overdue(images, self.state, now))
        self.enter(assess_all(self._weighed(now), self.state, self.sightings, self.policy, now))
        self.enter(hindsight(self.images, self.state, self.sightings, self.policy, now))
        if suspicion(self.state, self.sightings, self.policy, now):
            self.sightings.sweeps = 0

    def _weighed(self, now: datetime) -> dict[TemplateId, Verdict]:
        return weigh_all(self.images, self.state, self.sightings, self.policy, now)

    def view(self, now: datetime) -> View:
        """Return what a decision may look at."""
        out = frozenset(name for name, belief in self.state.regions.items() if belief.incident)
        known = Known(out)
        return View(
            images=self.images,
            state=self.state,
            sightings=self.sightings,
            verdicts=self._weighed(now),
            readiness={
                (image.name, target): assess(image, target, self.sightings, self.policy, now, known)
                for image in self.images.values()
                for target in image.secondaries
            }
            | {
                (image.name, image.primary): assess_home(image, self.sightings, self.policy, now)
                for image in self.images.values()
            },
            policy=self.policy,
            misconfigured=misconfigured(self.images, self.sightings),
            suspicion=suspicion(self.state, self.sightings, self.policy, now),
        )

    def settle(self, image: Image, now: datetime) -> Decision:
        """Decide about an image, taking every step that needs the journal alone."""
        for _ in range(STEPS_AT_ONCE):
            view = self.view(now)
            decision = decide(image, view, now)
            self.watch(image, view, decision, now)
            self._note(image, view, decision, now)
            if decision.action is None or isinstance(decision.action, Start):
                return decision
            self.enter([self._entry(decision, view, now)])
        message = f"the journal alone goes round in circles: {decision}"
        raise AssertionError(message)

    def _note(self, image: Image, view: View, decision: Decision, now: datetime) -> None:
        last = self.state.decisions.get(decision.image)
        held = [hold.reason for hold in decision.held_by]
        known = [hold.reason for hold in last.held_by] if last else []
        if last is None or (last.reason, known) != (decision.reason, held):
            if decision.reason not in CALM:
                self.enter([Witnessed(now, witness_of(image, view), acts=bool(decision.action))])
            failure = self.state.failures.get(image.primary)
            self.enter([decided(image, decision, now, failure.key if failure else None)])

    def _entry(self, decision: Decision, view: View, now: datetime) -> Entry:
        match decision.action:
            case Open():
                return opened(decision, decision.action, view, now)
            case Drop(order):
                return OrderDropped(now, order, decision.image, decision.says)
            case Move(failover, event, run):
                return Moved(now, failover, event, decision.reason, run)
            case Close(failover, outcome, version):
                return Closed(now, failover, outcome, decision.reason, decision.says, version)
            case _:
                message = f"{decision} is none that the journal alone takes"
                raise AssertionError(message)

    def request(self, image: Image, action: Start, now: datetime) -> None:
        """Read again, decide again, make the intent durable, send once, write down."""
        again = [self._read(image.primary, now), self._read(action.target, now)]
        self.learn([*again, *self._versions(now), self._self_test(now)], now)
        view = self.view(now)
        decision = decide(image, view, now)
        if decision.action != action:
            return
        before = self.state.runs.get(action.target)
        intended = Intended(
            now,
            action.failover,
            action.target,
            action.token,
            self.state.epoch,
            decision.reason,
            blind=image.primary in self.sightings.faults,
            before=before.started if before else None,
        )
        self.enter([Witnessed(now, witness_of(image, view), acts=True), intended])
        event = self.azure.request(action.target, now)
        if self.crash_next:
            self.crash_next = False
            return
        says = "" if event is Event.BEGAN else f"the answer was {event}"
        self.enter([Answered(now, action.failover, action.token, event, says)])
