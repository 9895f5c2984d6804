"""The state, made from the journal's entries and from nothing else.

`apply` takes in one entry, `fold` all of them; what was believed before a restart and what is
believed after it are the same because both come from here. Stores know nothing of this.
"""

from collections.abc import Iterable

from aibwatch.journal import builds, course, people, probes
from aibwatch.journal.records import note
from aibwatch.model.blueprint import shared
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    HistorySeeded,
    Intended,
    Moved,
    OrderDropped,
    Ordered,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RegionSaid,
    Resumed,
    RunSeen,
    ScheduleKnown,
    TemplateCopied,
    TemplateKnown,
)
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.state import State

BUILT = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS})


def fold(entries: Iterable[Entry]) -> State:
    """Return the state that the entries tell. Raises ValueError on one that does not fit."""
    state = State()
    for entry in entries:
        apply(state, entry)
    return state


def apply(state: State, entry: Entry) -> None:
    """Take one entry into the state. Raises ValueError, and changes nothing, if it cannot be."""
    match entry:
        case FailoverOpened() | Intended() | Answered() | Moved() | Closed():
            _place(state, course.moved(state, entry))
        case ProbeIntended() | ProbeAnswered():
            state.probes[entry.region] = probes.after(state, entry)
        case RunSeen() | FailureJudged() | HistorySeeded() | TemplateKnown():
            probes.hear(state, entry)
            builds.learn(state, entry)
        case TemplateCopied(template=template):
            state.blueprints[template] = shared(entry.blueprint)
            state.copies[template] = (entry.revision, entry.at)
        case RegionAssessed():
            state.regions[entry.belief.region] = entry.belief
        case Decided():
            state.decisions[entry.image] = entry
        case Booted():
            _check_epoch(state, entry)
            state.epoch, state.holder = entry.epoch, entry.holder
        case Paused() | Resumed() | RegionSaid() | Acknowledged():
            people.heed(state, entry)
        case Ordered() | OrderDropped() | ScheduleKnown():
            people.heed(state, entry)
        case _:
            pass
    note(state, entry)
    state.changes += 1


def check(state: State, entry: Entry) -> None:
    """Raise ValueError if `apply` would; the state is not touched."""
    match entry:
        case FailoverOpened() | Intended() | Answered() | Moved() | Closed():
            course.moved(state, entry)
        case ProbeIntended() | ProbeAnswered():
            probes.after(state, entry)
        case Booted():
            _check_epoch(state, entry)
        case Acknowledged():
            people.check(state, entry)
        case _:
            pass


def _place(state: State, failover: Failover) -> None:
    state.failovers[failover.id] = failover
    _quarantine(state, failover)
    _rehearse(state, failover)
    _learn_from_secondary(state, failover)
    if failover.open:
        state.open[failover.image] = failover.id
        if failover.order is not None:
            state.orders.pop(failover.image, None)
    else:
        state.open.pop(failover.image, None)


def _quarantine(state: State, failover: Failover) -> None:
    """Ask nothing more of a secondary whose run was given up, until it is seen idle (S5).

    An intent says that it was; a run of it that is seen to have ended says so too (`builds`).
    """
    if failover.target is None:
        return
    if failover.outcome is Outcome.ABANDONED:
        state.quarantined[failover.target] = failover.id
    elif failover.phase is Phase.REQUESTED:
        state.quarantined.pop(failover.target, None)


def _rehearse(state: State, failover: Failover) -> None:
    """Note what a drill runs, and that an image was built away from home, however it came to it."""
    target = failover.target
    if target is None:
        return
    if failover.is_drill and failover.phase is Phase.REQUESTED:
        state.rehearsals[target] = failover.id
    if failover.outcome in BUILT and failover.closed and target != failover.key.template:
        state.proven[failover.image] = failover.closed


def _learn_from_secondary(state: State, failover: Failover) -> None:
    """Note what a secondary's run tells about what failed in the primary's region.

    It built: then it was the region. It failed the same way: then it was the build.
    """
    primary = state.templates.get(failover.key.template)
    if primary is None or not failover.signature:
        return
    if failover.phase is Phase.PUBLISHING:
        told = state.confirmed
    elif failover.reason == Reason.FAILED_THE_SAME_WAY:
        told = state.refuted
    else:
        return
    told[primary.region] = {**told.get(primary.region, {}), failover.signature: failover.since}


def _check_epoch(state: State, entry: Booted) -> None:
    if entry.epoch <= state.epoch:
        message = f"{entry} does not fit: the epoch is {state.epoch} already"
        raise ValueError(message)
