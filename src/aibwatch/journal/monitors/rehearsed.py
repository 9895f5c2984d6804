"""A drill stands in nobody's way."""

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Course, Trail
from aibwatch.model.entry import Intended
from aibwatch.model.names import name_of
from aibwatch.model.order import OrderKind
from aibwatch.model.region import Health
from aibwatch.model.state import State

WELL = frozenset({Health.HEALTHY, Health.UNKNOWN})


def out_of_the_way(entry: Intended, state: State, trail: Trail) -> str:
    """S38: no drill while a region is suspect or anything else is open, another drill included."""
    course = trail.courses.get(entry.failover)
    if course is None or not _is_drill(course):
        return ""
    others = (trail.courses.get(each) for each in trail.open.values() if each != entry.failover)
    other = next(filter(None, others), None)
    if other is not None:
        return f"failover {other.failover} of {other.image} is open"
    ill = (each for each in state.regions.values() if each.health not in WELL or each.evidence)
    suspect = next(ill, None)
    return f"{suspect.region} is {suspect.health}" if suspect else ""


def not_for_real(entry: Intended, _state: State, trail: Trail) -> str:
    """S38: a drill template builds nothing but drills."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    if course is None or basis is None or _is_drill(course):
        return ""
    if entry.target != basis.witness.image.drill:
        return ""
    return f"{name_of(entry.target)} is for drills only"


def _is_drill(course: Course) -> bool:
    return course.order is not None and course.order.kind is OrderKind.DRILL


REHEARSED = (
    Monitor("S38", (Intended,), out_of_the_way),
    Monitor("S38", (Intended,), not_for_real),
)
