"""Who may: the mode of an image, pauses, and that nobody starts a primary."""

from collections.abc import Iterable
from datetime import datetime

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Course, Trail
from aibwatch.model.entry import Intended, ProbeIntended
from aibwatch.model.image import Mode
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.order import OrderKind
from aibwatch.model.state import State

UNSEEN = frozenset({OrderKind.BUILD, OrderKind.DRILL})
"""Orders that no person looked for before: pauses hold them."""


def never_the_primary(entry: Intended, _state: State, trail: Trail) -> str:
    """S33: automation never starts a primary; an operator may come home."""
    course = trail.courses.get(entry.failover)
    if course is None or entry.target != course.key.template:
        return ""
    home = course.order is not None and course.order.kind in (OrderKind.FAILBACK, OrderKind.BUILD)
    return "" if home else f"{name_of(entry.target)} is the primary itself"


def may_act(entry: Intended, _state: State, trail: Trail) -> str:
    """S36: only a secondary of an image in mode auto, or what an operator ordered."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    if course is None or basis is None:
        return ""
    image = basis.witness.image
    if course.order is not None:
        named = entry.target in image.watched
        return "" if named else f"{name_of(entry.target)} is no template of {image.name}"
    if image.mode is not Mode.AUTO:
        return f"{image.name} is in mode {image.mode}"
    if entry.target not in image.secondaries:
        return f"{name_of(entry.target)} is no secondary of {image.name}"
    return ""


def not_paused(entry: Intended, state: State, trail: Trail) -> str:
    """S35: nothing is begun while a pause stands, but what an operator orders to be built there."""
    course = trail.courses.get(entry.failover)
    if course is None or (course.order and course.order.kind not in UNSEEN):
        return ""
    return _paused(_scopes(course, entry, state), state, entry.at)


def no_probe_paused(entry: ProbeIntended, state: State, _trail: Trail) -> str:
    """S35: no canary runs either."""
    return _paused(("all", f"region:{entry.region}"), state, entry.at)


def _scopes(course: Course, entry: Intended, state: State) -> Iterable[str]:
    """Return the scopes that an intent is in: its image, and both regions."""
    yield from ("all", f"image:{course.image}")
    for template in (course.key.template, entry.target):
        yield from _region(template, state)


def _region(template: TemplateId, state: State) -> Iterable[str]:
    known = state.templates.get(template)
    return (f"region:{known.region}",) if known else ()


def _paused(scopes: Iterable[str], state: State, at: datetime) -> str:
    meant = frozenset(scopes)
    for paused in state.pauses.values():
        if paused.scope in meant and (paused.until is None or at < paused.until):
            return f"{paused.scope} is paused: {paused.reason}"
    return ""


CONSENT = (
    Monitor("S33", (Intended,), never_the_primary),
    Monitor("S35", (Intended,), not_paused),
    Monitor("S35", (ProbeIntended,), no_probe_paused),
    Monitor("S36", (Intended,), may_act),
)
