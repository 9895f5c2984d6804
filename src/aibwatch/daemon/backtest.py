"""The journal's history through the core with another configuration, on virtual time.

What was seen is taken from the journal: templates, runs, failures, seeded history, pauses, words on
regions, and of witnesses what was told and could not be read. What was believed, decided and done
is not: that is what this finds out. Between entries reads are assumed to be fresh, and a build that
is started is assumed to succeed at once; the runs that aibwatch itself began then are left out,
those that people ordered with them: it is about what it would do by itself. A gallery whose home is
not told is assumed to be in the region of its template.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aibwatch.diagnose import region as regions
from aibwatch.diagnose.suspicion import suspicion
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.failover.decide import decide
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Close, Decision, Drop, Move, Open, Reason, Start
from aibwatch.model.entry import (
    Answered,
    Closed,
    Entry,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    Intended,
    Moved,
    Paused,
    RegionSaid,
    Resumed,
    RunSeen,
    TemplateKnown,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import TOLERABLE
from aibwatch.model.state import NEVER, Sightings, State, View
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import FailureKey
from aibwatch.model.witness import Witness
from aibwatch.secondaries.misconfigured import misconfigured
from aibwatch.secondaries.readiness import assess

FACTS = (TemplateKnown, RunSeen, FailureJudged, HistorySeeded, Paused, Resumed, RegionSaid)
"""Kinds that tell what was so, whatever was made of it."""

AFTERWARDS = frozenset({Reason.ANSWERED, Reason.TOO_OLD})
"""Reasons that say less than what held it before."""

STEPS_AT_ONCE = 8
"""Decisions about one image at one instant."""


@dataclass(slots=True)
class Case:
    """One failure of a primary: what would be done about it, and what was done."""

    image: ImageName
    key: FailureKey
    failed: datetime
    reason: Reason
    """Of the last decision about it: why it moves, or what holds it to the end."""
    says: str = ""
    moved: datetime | None = None
    """When it would move."""
    target: TemplateId | None = None
    really_moved: datetime | None = None
    """When it was moved in truth."""
    really_target: TemplateId | None = None


@dataclass(slots=True)
class Backtest:
    """A daemon with another configuration, to which a journal happens."""

    images: Mapping[ImageName, Image]
    policy: Policy
    state: State = field(default_factory=State)
    sightings: Sightings = field(default_factory=lambda: Sightings(booted=NEVER))
    cases: dict[tuple[ImageName, FailureKey], Case] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Let what an entry tells become true."""
        match entry:
            case Witnessed():
                self._hear(entry.witness)
            case TemplateKnown(template=template):
                apply(self.state, entry)
                run = self.state.runs.get(template.id)
                self.sightings.templates[template.id] = replace(template, run=run)
                if template.definition:
                    home = Definition(template.definition, template.region)
                    self.sightings.definitions.setdefault(template.definition, home)
            case RunSeen(run=run):
                apply(self.state, entry)
                known = self.sightings.templates.get(run.template)
                if known is not None:
                    self.sightings.templates[known.id] = replace(known, run=run)
            case _:
                apply(self.state, entry)

    def _hear(self, witness: Witness) -> None:
        """Take from a witness what was told, and which templates could not be read."""
        seen = self.sightings
        for told in witness.told:
            known = {each.id: each for each in seen.notices.get(told.source, ())}
            known |= {each.id: each for each in told.notices}
            seen.notices[told.source] = tuple(known.values())
        gallery = witness.gallery
        if gallery is not None and gallery.definition is not None:
            seen.definitions[gallery.definition.id] = gallery.definition
        seen.attempts.update({each.correlation: each for each in witness.attempts})
        for sight in witness.sights:
            seen.faults.pop(sight.template, None)
            if sight.fault is not None:
                seen.faults[sight.template] = sight.fault

    def step(self, now: datetime) -> datetime | None:
        """Judge and decide at one instant; return when time alone may change something."""
        self._refresh(now)
        verdicts = weigh_all(self.images, self.state, self.sightings, self.policy, now)
        for each in regions.assess_all(verdicts, self.state, self.sightings, self.policy, now):
            apply(self.state, each)
        wakes = [regions.wake_at(each, self.policy) for each in self.state.regions.values()]
        failing = (
            each
            for each in self.images.values()
            if each.primary in self.state.failures or each.name in self.state.open
        )
        order = sorted(failing, key=lambda each: (each.priority, each.name))
        wakes += [self._settle(each, now).wake_at for each in order]
        return min((each for each in wakes if each and each > now), default=None)

    def _refresh(self, now: datetime) -> None:
        """Let everything that could be read have been read just now."""
        seen = self.sightings
        seen.sweeps, seen.swept = self.policy.warmup_sweeps, True
        seen.seen = dict.fromkeys(seen.templates.keys() - seen.faults.keys(), now)
        seen.asked = dict.fromkeys(seen.templates, now)
        seen.read = {seen.templates[name].region: now for name in seen.seen}
        seen.sources = dict.fromkeys(seen.notices, now)

    def view(self, image: Image, now: datetime) -> View:
        """Return what a decision about one image may look at.

        Of galleries, sources and rights a journal tells too little: they are taken for granted.
        """
        granted = replace(image, tolerate=TOLERABLE)
        return View(
            images=self.images,
            state=self.state,
            sightings=self.sightings,
            verdicts=weigh_all(self.images, self.state, self.sightings, self.policy, now),
            readiness={
                (image.name, each): assess(granted, each, self.sightings, self.policy, now)
                for each in image.secondaries
            },
            policy=self.policy,
            misconfigured=misconfigured(self.images, self.sightings),
            suspicion=suspicion(self.state, self.sightings, self.policy, now),
        )

    def _settle(self, image: Image, now: datetime) -> Decision:
        for _ in range(STEPS_AT_ONCE):
            decision = decide(image, self.view(image, now), now)
            self._note(image, decision, now)
            if decision.action is None:
                break
            for entry in self._entries(image, decision, now):
                apply(self.state, entry)
        return decision

    def _note(self, image: Image, decision: Decision, now: datetime) -> None:
        failure = self.state.failures.get(image.primary)
        if failure is None:
            return
        new = Case(image.name, failure.key, failure.ended, decision.reason)
        case = self.cases.setdefault((image.name, failure.key), new)
        if case.moved is None and decision.reason not in AFTERWARDS:
            case.reason, case.says = decision.reason, decision.says
        if isinstance(decision.action, Start):
            case.moved, case.target = now, decision.action.target

    def _entries(self, image: Image, decision: Decision, now: datetime) -> list[Entry]:
        """Return what taking a decision would enter; a build succeeds at once."""
        match decision.action:
            case Open(failover, key):
                return [FailoverOpened(now, failover, image.name, key, decision.reason)]
            case Start(failover, target, token):
                reason = decision.reason
                intended = Intended(now, failover, target, token, self.state.epoch, reason)
                run = RunKey(target, now)
                return [
                    intended,
                    Answered(now, failover, token, Event.BEGAN),
                    Moved(now, failover, Event.ADOPTED, Reason.RUN_SEEN, run),
                    Moved(now, failover, Event.RUN_SUCCEEDED, Reason.RUN_SUCCEEDED),
                    Closed(now, failover, Outcome.SUCCEEDED, Reason.REPLICATED),
                ]
            case None:
                return []
            case Close(failover, outcome):
                return [Closed(now, failover, outcome, decision.reason, decision.says)]
            case Move() | Drop():
                return []  # only what was started moves, and orders are no facts


def backtest(entries: Iterable[Entry], images: Sequence[Image], policy: Policy) -> list[Case]:
    """Return every failure of these images' primaries, with what would be done and what was."""
    history = list(entries)
    test = Backtest({each.name: each for each in images}, policy)
    ours = {each.run for each in history if isinstance(each, Moved) and each.run}
    told = [each for each in history if isinstance(each, (*FACTS, Witnessed))]
    facts = [e for e in told if not (isinstance(e, RunSeen) and e.run.key in ours)]
    wake: datetime | None = None
    for at, entry in ((each.at, each) for each in facts):
        _live(test, wake, at)
        test.take(entry)
        wake = test.step(at)
    _live(test, wake, history[-1].at + timedelta(days=1) if history else NEVER)
    _really(test.cases, history)
    return sorted(test.cases.values(), key=lambda each: (each.failed, each.image))


def _live(test: Backtest, wake: datetime | None, until: datetime) -> None:
    """Let time pass up to `until`, from one instant that matters to the next."""
    while wake is not None and wake < until:
        wake = test.step(wake)


def _really(cases: Mapping[tuple[ImageName, FailureKey], Case], history: Iterable[Entry]) -> None:
    """Set beside each case what was done about it in truth."""
    opened = {}
    for entry in history:
        if isinstance(entry, FailoverOpened):
            opened[entry.failover] = (entry.image, entry.key)
        if isinstance(entry, Intended) and opened.get(entry.failover) in cases:
            case = cases[opened[entry.failover]]
            if case.really_moved is None:
                case.really_moved, case.really_target = entry.at, entry.target
