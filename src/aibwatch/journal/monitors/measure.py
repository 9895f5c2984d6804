"""Bounded: not too often, not too many, and never the same region again."""

from collections.abc import Iterator
from datetime import timedelta

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Course, Trail
from aibwatch.model.entry import FailoverOpened, Intended
from aibwatch.model.failover import Outcome
from aibwatch.model.names import Region, TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.state import State
from aibwatch.model.verdict import KeyKind

DAY = timedelta(days=1)
BAD = frozenset({Outcome.FAILED, Outcome.ABANDONED})


def _automatic(entry: Intended, trail: Trail) -> tuple[Course, Policy] | None:
    """Return the failover and its policy, unless an operator ordered it (S37)."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    if course is None or basis is None or course.order is not None:
        return None
    return course, basis.witness.policy


def cooled_down(entry: Intended, state: State, trail: Trail) -> str:
    """S21: after a failover that failed its image rests for `cooldown` at least."""
    found = _automatic(entry, trail)
    if found is None:
        return ""
    course, policy = found
    for past in trail.others(course):
        if past.image != course.image or past.outcome not in BAD or not past.ran:
            continue
        known = state.failovers.get(past.failover)
        seen = known is not None and known.acknowledged is not None
        if not seen and past.closed is not None and entry.at < past.closed + policy.cooldown:
            return f"failover {past.failover} failed {entry.at - past.closed} before"
    return ""


def within_caps(entry: Intended, state: State, trail: Trail) -> str:
    """S22: at most `total` failovers at once, `per_region` in a region and `per_day` in a day."""
    found = _automatic(entry, trail)
    if found is None:
        return ""
    course, policy = found
    going = [each for each in trail.others(course) if each.outcome is None and _asked(each)]
    if len(going) >= policy.total:
        return f"{len(going)} failovers are under way, total is {policy.total}"
    region = _region(entry.target, state)
    there = sum(1 for each in going if each.target and _region(each.target, state) == region)
    if region is not None and there >= policy.per_region:
        return f"{there} failovers build in {region}, per_region is {policy.per_region}"
    today = sum(1 for each in trail.others(course) if _within_a_day(each, entry))
    if today >= policy.per_day:
        return f"{today} failovers began within a day, per_day is {policy.per_day}"
    return ""


def _asked(course: Course) -> bool:
    """Whether a secondary was asked that may build for it, or does."""
    return course.waits or course.run is not None


def _within_a_day(course: Course, entry: Intended) -> bool:
    """Whether it surely had a run, and all of it lies within a day before the intent."""
    return course.ran and course.opened > entry.at - DAY


def _region(template: TemplateId, state: State) -> Region | None:
    known = state.templates.get(template)
    return known.region if known else None


def other_region(entry: Intended, state: State, trail: Trail) -> str:
    """S23: a region that was tried for a failure is not tried again for it."""
    course = trail.courses.get(entry.failover)
    region = _region(entry.target, state)
    for each in course.tried if course else ():
        if each == entry.target or (region is not None and _region(each, state) == region):
            return f"{name_of(each)} was tried before"
    return ""


def not_our_own(entry: FailoverOpened, _state: State, trail: Trail) -> str:
    """S23: a run that answers a failure is none itself; one that was ordered at home may be."""
    if entry.key.kind not in (KeyKind.RUN, KeyKind.LOST):
        return ""
    for owner in _owners(entry, trail):
        return f"its run answers failover {owner}"
    return ""


def _owners(entry: FailoverOpened, trail: Trail) -> Iterator[str]:
    for run, owner in trail.adopted.items():
        course = trail.courses.get(owner)
        if course is not None and course.order is not None:
            continue
        if run.template == entry.key.template and run.started.isoformat() == entry.key.mark:
            yield owner


MEASURE = (
    Monitor("S21", (Intended,), cooled_down),
    Monitor("S22", (Intended,), within_caps),
    Monitor("S23", (Intended,), other_region),
    Monitor("S23", (FailoverOpened,), not_our_own),
)
