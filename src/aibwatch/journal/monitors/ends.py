"""How failovers end: once, in time, and well only where that is proven."""

from datetime import timedelta

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Course, Trail
from aibwatch.model.entry import Closed, Decided, RunSeen
from aibwatch.model.failover import Outcome
from aibwatch.model.policy import PUBLISH_DEADLINE, STUCK_GRACE, Policy
from aibwatch.model.state import State

MARGIN = timedelta(days=1)
"""So far beyond every deadline nobody argues about seconds."""


def proven(entry: Closed, state: State, trail: Trail) -> str:
    """S34: success is said of a run that was seen to succeed, and of a version where one is due."""
    course = trail.courses.get(entry.failover)
    if course is None or entry.outcome not in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS):
        return ""
    if course.run is None or not course.built:
        return f"it is called {entry.outcome}, and no run of it was seen to succeed"
    template = state.templates.get(course.run.template)
    if entry.version or template is None or template.definition is None:
        return ""
    return f"it is called {entry.outcome}, and names no version of {template.definition}"


def one_outcome(entry: Closed, state: State, trail: Trail) -> str:
    """S41: a failover ends once, and each that was opened is open or has its outcome."""
    course = trail.courses.get(entry.failover)
    if course is not None and course.outcome is not None:
        return f"it ended {course.outcome} before"
    return "" if entry.failover in state.failovers else "it was never opened"


def in_time(entry: Decided | RunSeen, state: State, trail: Trail) -> str:
    """L3: no failover stands still far beyond every deadline."""
    if not trail.looks(entry.at):
        return ""
    for name in trail.open.values():
        course = trail.courses.get(name)
        since = max(course.since, trail.booted or course.since) if course else entry.at
        if course is not None and entry.at > since + _limit(course, state, trail):
            stood = f"{course.since:%d %b %H:%M}Z"
            return f"failover {name} of {course.image} stands still since {stood}"
    return ""


def _limit(course: Course, state: State, trail: Trail) -> timedelta:
    """Return a time that no phase of any failover may last."""
    basis = trail.basis(course.image)
    policy = basis.witness.policy if basis else Policy()
    template = state.templates.get(course.target) if course.target else None
    build = template.build_timeout + STUCK_GRACE if template else timedelta()
    ages = (policy.incident_failure_age, policy.max_failure_age)
    return max(build, PUBLISH_DEADLINE, *ages) + policy.settle + MARGIN


ENDS = (
    Monitor("S34", (Closed,), proven),
    Monitor("S41", (Closed,), one_outcome),
    Monitor("L3", (Decided, RunSeen), in_time),
)
