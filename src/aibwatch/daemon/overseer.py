"""Hears every entry with all monitors; what breaks a promise is written down and stops automation.

Nothing rests on it: without it the daemon does the same. A breach is entered before the entry that
it speaks of, or in place of it where that is an intent, so that no request follows.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from aibwatch.daemon.log import logger
from aibwatch.journal.codec import encode
from aibwatch.journal.ledger import Ledger
from aibwatch.journal.monitors.every import HEARERS
from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    Resumed,
    RunSeen,
    Violated,
)
from aibwatch.model.failover import Failover
from aibwatch.model.names import MONITOR, FailoverId, TemplateId
from aibwatch.model.state import State

log = logger(__name__)

HEARD_KEPT, TRACE_MAX, TRACES_KEPT = 2_000, 50, 20
TRACED = (
    Booted
    | RunSeen
    | FailureJudged
    | RegionAssessed
    | Decided
    | FailoverOpened
    | Intended
    | Answered
    | Moved
    | Closed
    | Paused
    | Resumed
    | ProbeIntended
    | ProbeAnswered
)
"""Kinds that tell how it came to a breach; the witnesses of acts are in the journal."""


@dataclass(slots=True)
class Overseer:
    """The monitors of one daemon."""

    ledger: Ledger
    trail: Trail = field(default_factory=Trail)
    """Filled from the journal at the start, where `load` shows it every entry."""
    hearers: Mapping[type[Entry], tuple[Monitor, ...]] = field(default_factory=lambda: HEARERS)
    traces: dict[Violated, tuple[str, ...]] = field(default_factory=dict)
    """What came before each of the newest breaches of this start, as JSON lines."""
    _heard: deque[Entry] = field(default_factory=lambda: deque(maxlen=HEARD_KEPT))
    _told: set[tuple[str, str]] = field(default_factory=set)
    """Breaches since an operator last took away the pause that they brought: the same is entered
    once."""

    def attach(self) -> None:
        """Listen to the ledger, beside whoever does already."""
        heard = self.ledger.heard

        def noted(entry: Entry) -> None:
            heard(entry)
            self.note(entry)

        self.ledger.hearing, self.ledger.heard = self.allows, noted
        self.ledger.afresh = self.forget

    def forget(self) -> Callable[[Entry], None]:
        """Begin to remember anew, and return what is to be shown every entry of the journal."""
        self.trail = Trail()
        return self.trail.note

    def note(self, entry: Entry) -> None:
        """Remember an entry that the state has."""
        self.trail.note(entry)
        if isinstance(entry, TRACED):
            self._heard.append(entry)
        if isinstance(entry, Resumed) and not self._stands():
            self._told.clear()

    def allows(self, entry: Entry) -> bool:
        """Return whether an entry that is to come keeps every promise of safety.

        What it breaks is entered, and with it the pause; the next flush makes both durable.
        """
        broken = list(self._broken(entry))
        for monitor, says in broken:
            self._tell(monitor, says, entry)
        return not any(monitor.of_safety for monitor, _ in broken)

    def _broken(self, entry: Entry) -> Iterator[tuple[Monitor, str]]:
        for monitor in self.hearers.get(type(entry), ()):
            try:
                says = monitor.breaks(entry, self.ledger.state, self.trail)
            except Exception:
                # A monitor that is wrong must not hold what is right.
                log.exception("monitor.crashed", promise=monitor.promise)
                continue
            if says:
                yield monitor, says

    def _tell(self, monitor: Monitor, says: str, entry: Entry) -> None:
        failover = getattr(entry, "failover", None)
        mark = (monitor.promise, f"{failover}: {says}")
        if mark not in self._told:
            self._told.add(mark)
            violated = Violated(entry.at, monitor.promise, says, failover)
            self._keep(violated, entry)
            self.ledger.record([violated])
        if monitor.of_safety and not self._stands():
            reason = f"promise {monitor.promise} is broken: {says}"
            self.ledger.record([Paused(entry.at, "all", reason, MONITOR)])

    def _stands(self) -> bool:
        """Whether everything is paused by a broken promise; another's pause ends when he wants."""
        return ("all", MONITOR) in self.ledger.state.pauses

    def _keep(self, violated: Violated, entry: Entry) -> None:
        """Keep, and log, what led to it."""
        about = names(entry, self.ledger.state)
        before = [each for each in self._heard if concerns(each, about)][-TRACE_MAX:]
        trace = tuple(map(line_of, (*before, entry)))
        self.traces[violated] = trace
        while len(self.traces) > TRACES_KEPT:
            del self.traces[next(iter(self.traces))]
        log.error("promise.trace", promise=violated.promise, trace=list(trace))


def names(entry: Entry, state: State) -> frozenset[str]:
    """Return what an entry is about: the failover with its image and templates, or the region."""
    failover = state.failovers.get(getattr(entry, "failover", None) or FailoverId(""))
    found = {*_own(entry), *(_of(failover) if failover else ())}
    known = (state.templates.get(TemplateId(each)) for each in tuple(found))
    return frozenset(found | {each.region for each in known if each})


def concerns(entry: Entry, about: frozenset[str]) -> bool:
    """Whether an entry is about any of these; those about everything are."""
    own = frozenset(_own(entry))
    return not own or bool(own & about)


def line_of(entry: Entry) -> str:
    """Return an entry as the journal has it, in one line of JSON with its kind."""
    kind, body = encode(entry)
    return json.dumps({"kind": kind, **json.loads(body)})


def _of(failover: Failover) -> Iterator[str]:
    yield from (failover.id, failover.image, failover.key.template, *failover.tried)
    if failover.target:
        yield failover.target


def _own(entry: Entry) -> Iterator[str]:
    """Yield the names in an entry that trace it to others."""
    match entry:
        case FailoverOpened():
            yield from (entry.failover, entry.image, entry.key.template)
        case Intended():
            yield from (entry.failover, entry.target)
        case Answered() | Moved() | Closed():
            yield entry.failover
        case Decided():
            yield entry.image
        case RunSeen():
            yield entry.run.template
        case FailureJudged():
            yield entry.failure.template
        case RegionAssessed():
            yield entry.belief.region
        case ProbeIntended() | ProbeAnswered():
            yield entry.region
        case _:
            pass
