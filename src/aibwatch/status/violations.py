"""Broken promises, as the API tells them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aibwatch.model.entry import Violated
from aibwatch.model.names import MONITOR
from aibwatch.model.state import State
from aibwatch.status.plain import Json, instant

DAY = timedelta(days=1)


def violations(state: State, traces: Mapping[Violated, Sequence[str]]) -> list[Json]:
    """Return all that the journal tells, newest last, each with what led to it if that is known.

    A trace is known until the daemon stops; after that it is to be had from the journal.
    """
    return [
        {**violation_of(each), "trace": list(traces.get(each, ()))} for each in state.violations
    ]


def violation_of(violated: Violated) -> dict[str, Json]:
    """Return one without its trace."""
    return {
        "promise": violated.promise,
        "says": violated.says,
        "failover": violated.failover,
        "at": instant(violated.at),
    }


def grave(state: State, now: datetime) -> tuple[Violated, ...]:
    """Return those that a person should see at once: of a day, and while their pause stands.

    An operator who resumes has looked; the rest of the day they are shown all the same.
    """
    paused = state.pauses.get(("all", MONITOR))
    since = min(now - DAY, paused.at) if paused else now - DAY
    return tuple(each for each in state.violations if each.at >= since)
