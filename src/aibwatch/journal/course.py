"""The course of a failover, as the journal's entries move it; `model.failover.TABLE` says whereto.

Nothing here touches the state: `fold` asks what a failover becomes by an entry, and places it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from aibwatch.journal.probes import ANSWERS
from aibwatch.model.entry import Answered, Closed, FailoverOpened, Intended, Moved
from aibwatch.model.failover import Event, Failover, Phase, Refusal, step
from aibwatch.model.state import State

MOVES = frozenset(
    {Event.UNCLEAR, Event.ADOPTED, Event.NOT_BEGUN, Event.RUN_SUCCEEDED, Event.HOPPED}
)
"""What `Moved` may say; UNCLEAR, because nobody waits for the answer any more."""

FailoverEntry = FailoverOpened | Intended | Answered | Moved | Closed
"""Entries that concern one failover. Losing one would break the course of it."""


def moved(state: State, entry: FailoverEntry) -> Failover:
    """Return the failover as the entry leaves it; the state is not touched.

    Raises ValueError, naming the entry, if it does not fit what the journal told before.
    """
    try:
        if isinstance(entry, FailoverOpened):
            return _opened(state, entry)
        failover = state.failovers.get(entry.failover)
        if failover is None:
            message = f"there is no failover {entry.failover}"
            raise ValueError(message)  # noqa: TRY301  the handler below names the entry for all
        match entry:
            case Intended():
                return _intended(failover, entry)
            case Answered():
                return _answered(failover, entry)
            case Moved():
                return _moved(failover, entry)
            case Closed():
                return _closed(failover, entry)
    except ValueError as error:
        message = f"{entry} does not fit: {error}"
        raise ValueError(message) from error


def _opened(state: State, entry: FailoverOpened) -> Failover:
    if entry.failover in state.failovers:
        message = "it was opened before"
        raise ValueError(message)
    if entry.image in state.open:
        message = f"{entry.image} has the open failover {state.open[entry.image]}"
        raise ValueError(message)
    return Failover(
        id=entry.failover,
        image=entry.image,
        key=entry.key,
        opened=entry.at,
        phase=Phase.CHOOSING,
        since=entry.at,
        signature=entry.signature,
        priority=entry.priority,
        reason=entry.reason,
        order=entry.order,
    )


def _intended(failover: Failover, entry: Intended) -> Failover:
    """Note the request. What proves an earlier one void has cleared `first_sent` before."""
    phase = step(failover.phase, Event.INTENDED)
    return replace(
        failover,
        phase=phase,
        since=entry.at,
        target=entry.target,
        token=entry.token,
        first_sent=entry.at,
        last_sent=entry.at,
        unbegun=failover.unbegun if entry.target == failover.target else 0,
        before=entry.before,
        accepted=False,
        reason=entry.reason,
    )


def _answered(failover: Failover, entry: Answered) -> Failover:
    if entry.event not in ANSWERS or entry.token != failover.token or failover.target is None:
        message = f"its last request has the token {failover.token}"
        raise ValueError(message)
    phase = step(failover.phase, entry.event)
    answered = replace(failover, phase=phase, since=entry.at, accepted=entry.event is Event.BEGAN)
    if entry.event is not Event.REFUSED:
        return answered
    others = tuple(each for each in failover.refusals if each.target != failover.target)
    refusal = Refusal(failover.target, entry.at, entry.says)
    return replace(_void(answered), refusals=(*others, refusal))


def _moved(failover: Failover, entry: Moved) -> Failover:
    if entry.event not in MOVES:
        message = f"{entry.event} is no move"
        raise ValueError(message)
    phase = step(failover.phase, entry.event)
    since = failover.since if phase is failover.phase else entry.at
    return _MOVES[entry.event](
        replace(failover, phase=phase, since=since, reason=entry.reason), entry
    )


def _adopted(failover: Failover, entry: Moved) -> Failover:
    if entry.run is None or entry.run.template != failover.target:
        message = f"the run is not one of its target {failover.target}"
        raise ValueError(message)
    return replace(failover, run=entry.run)


def _hopped(failover: Failover, _entry: Moved) -> Failover:
    if failover.target is None:
        message = "it has no target"
        raise ValueError(message)
    tried = (*failover.tried, failover.target)
    return replace(_void(failover), tried=tried, target=None, token=None, run=None)


_MOVES: Mapping[Event, Callable[[Failover, Moved], Failover]] = MappingProxyType(
    {
        Event.UNCLEAR: lambda failover, _entry: failover,
        Event.ADOPTED: _adopted,
        Event.NOT_BEGUN: lambda failover, _entry: _void(
            replace(failover, unbegun=failover.unbegun + 1)
        ),
        Event.RUN_SUCCEEDED: lambda failover, entry: replace(failover, built=entry.at),
        Event.HOPPED: _hopped,
    }
)


def _void(failover: Failover) -> Failover:
    """Forget the requests, which began nothing that matters any more, but not the target.

    It stays the first choice: its one-run-at-a-time rule is the guard against a run that shows
    late (PROMISES S2).
    """
    return replace(failover, first_sent=None, last_sent=None, before=None, accepted=False)


def _closed(failover: Failover, entry: Closed) -> Failover:
    return replace(
        failover,
        phase=step(failover.phase, Event.CLOSED),
        since=entry.at,
        outcome=entry.outcome,
        closed=entry.at,
        reason=entry.reason,
        version=entry.version,
    )
