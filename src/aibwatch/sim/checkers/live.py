"""Everything ends, and what should be built elsewhere is, in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aibwatch.model.entry import (
    Answered,
    Closed,
    Entry,
    FailoverOpened,
    Intended,
    Moved,
)
from aibwatch.model.failover import TABLE, Phase, step
from aibwatch.model.failover import Event as Step
from aibwatch.model.names import FailoverId
from aibwatch.model.policy import PUBLISH_DEADLINE, STUCK_GRACE
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.checkers.demand import Demand, demands
from aibwatch.sim.trace import Trace

SLACK = timedelta(minutes=30)
"""To notice that a deadline has passed, and to act on it."""
BUILD_TIMEOUT = timedelta(minutes=240)


class InTime:
    """What nothing hinders is built elsewhere within its bound, also after a crash."""

    promises = ("L1", "L2")

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Compare every demand that can be made with what was begun."""
        for each in demands(trace):
            if not each.met:
                yield Broken("L1", each.due, f"{each.image} was not built elsewhere: {each.says}")


def saved(trace: Trace) -> list[Demand]:
    """Return every demand, met or not, for counting."""
    return list(demands(trace))


class Deadlines:
    """No phase of a failover lasts longer than its deadline, but for the time nobody was there."""

    promises = ("L3",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow the failovers through the journal."""
        policy = trace.policy
        run = BUILD_TIMEOUT + STUCK_GRACE
        limits = {
            Phase.CHOOSING: max(policy.max_failure_age, policy.incident_failure_age),
            Phase.REQUESTED: timedelta(minutes=5),
            Phase.STARTING: policy.settle + run,
            Phase.BUILDING: run,
            Phase.PUBLISHING: PUBLISH_DEADLINE,
        }
        for failover, phase, since, until in spells(trace):
            lasted = until - since - trace.downtime - trace.drift
            if lasted > limits[phase] + SLACK:
                yield Broken("L3", until, f"{failover} was {phase} for {until - since}")


def spells(trace: Trace) -> Iterator[tuple[FailoverId, Phase, datetime, datetime]]:
    """Yield from when to when each failover was in each phase."""
    now: dict[FailoverId, tuple[Phase, datetime]] = {}
    for each in trace.entries:
        if isinstance(each, FailoverOpened):
            now[each.failover] = (Phase.CHOOSING, trace.at(each))
        moved = event_of(each)
        if moved is None:
            continue
        failover, event = moved
        phase, since = now[failover]
        if (phase, event) not in TABLE:  # a journal that does not fit is for others to judge
            continue
        yield failover, phase, since, trace.at(each)
        now[failover] = (step(phase, event), trace.at(each))
    for failover, (phase, since) in now.items():
        if phase is not Phase.CLOSED and trace.end:
            yield failover, phase, since, trace.end


def transitions(trace: Trace) -> Iterator[tuple[Phase, Step]]:
    """Yield every move that a failover made."""
    now: dict[FailoverId, Phase] = {}
    for each in trace.entries:
        if isinstance(each, FailoverOpened):
            now[each.failover] = Phase.CHOOSING
        moved = event_of(each)
        if moved is not None:
            failover, event = moved
            yield now[failover], event
            now[failover] = step(now[failover], event)


def event_of(entry: Entry) -> tuple[FailoverId, Step] | None:
    """Return what an entry moves, and how."""
    match entry:
        case Intended(failover=failover):
            return failover, Step.INTENDED
        case Answered(failover=failover, event=event) | Moved(failover=failover, event=event):
            return failover, event
        case Closed(failover=failover):
            return failover, Step.CLOSED
        case _:
            return None


class AllEnds:
    """Long after the faults have stopped nothing is open, suspected, paused or waiting."""

    promises = ("L12",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Tell what was found at the end."""
        for each in trace.unsettled:
            assert trace.end is not None
            yield Broken("L12", trace.end, each)
        for failover, opened in trace.opened.items():
            if failover not in trace.closed and trace.end:
                yield Broken("L12", trace.end, f"{failover} of {opened.image} is still open")
