"""How things stand, in one word and one line: of an image, and of everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.decision import Reason
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.region import Health
from aibwatch.model.state import Snapshot, View
from aibwatch.model.verdict import Verdict, failover_id
from aibwatch.status.watched import home_region, is_protected

GOOD = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})
"""Outcomes after which nobody needs to look."""
NAMED_MAX = 3
"""How many regions or images the headline names."""


class Level(StrEnum):
    """How much it matters; also the colour on the page."""

    GOOD = "good"
    IDLE = "idle"
    """Nothing is wrong, and nothing is protected either."""
    ACTING = "acting"
    """Something was wrong and is being answered."""
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Standing:
    """A level with its words."""

    level: Level
    says: str


def standing(snapshot: Snapshot, image: Image) -> Standing:
    """Return how one image stands."""
    view = snapshot.view
    failover = view.state.open_failover(image.name)
    verdict = view.verdicts.get(image.primary)
    if image.name in view.misconfigured:
        return Standing(Level.BAD, "misconfigured")
    if failover:
        return _under_way(snapshot, image, failover)
    if verdict:
        return _failed(snapshot, image, verdict)
    return _calm(view, image)


def headline(snapshot: Snapshot) -> Standing:
    """Return how everything stands, the worst first."""
    view = snapshot.view
    if snapshot.blind:
        return Standing(Level.BAD, "Blind: what is shown is old, and nothing is done")
    out = _in(view, Health.OUTAGE)
    if out:
        return Standing(Level.BAD, f"{_named(out)} {_are(out)} out")
    stands = {name: standing(snapshot, each).level for name, each in view.images.items()}
    bad = [name for name, level in stands.items() if level is Level.BAD]
    if bad:
        return Standing(Level.BAD, f"{_named(bad)} {'need' if bad[1:] else 'needs'} a look")
    acting = [name for name, level in stands.items() if level is Level.ACTING]
    if acting:
        return Standing(Level.ACTING, f"{_named(acting)} {_are(acting)} being built elsewhere")
    degraded = _in(view, Health.DEGRADED)
    if degraded:
        return Standing(Level.WARN, f"{_named(degraded)} {_are(degraded)} degraded")
    return Standing(Level.GOOD, "All is calm")


def _under_way(snapshot: Snapshot, image: Image, failover: Failover) -> Standing:
    decision = snapshot.decisions.get(image.name)
    if decision and decision.held_by:
        return Standing(Level.BAD, f"held: {decision.held_by[0].reason.replace('_', ' ')}")
    region = home_region(snapshot.view, failover.target) if failover.target else ""
    return Standing(Level.ACTING, f"{failover.phase} in {region}" if region else failover.phase)


def _failed(snapshot: Snapshot, image: Image, verdict: Verdict) -> Standing:
    decision = snapshot.decisions.get(image.name)
    if decision is None:
        return Standing(Level.WARN, "failed")
    if decision.reason is Reason.ANSWERED:
        return _answered(snapshot.view, image, verdict)
    if decision.held_by and image.mode is Mode.AUTO:
        return Standing(Level.BAD, f"held: {decision.held_by[0].reason.replace('_', ' ')}")
    return Standing(Level.WARN, f"failed: {decision.reason.replace('_', ' ')}")


def _answered(view: View, image: Image, verdict: Verdict) -> Standing:
    answer = view.state.failovers.get(failover_id(image.name, verdict.failure.key))
    if answer is None or answer.outcome is None:
        return Standing(Level.IDLE, "answered")
    level = Level.GOOD if answer.outcome in GOOD else Level.BAD
    return Standing(level, f"answered: {answer.outcome.replace('_', ' ')}")


def _calm(view: View, image: Image) -> Standing:
    if is_protected(view, image):
        return Standing(Level.GOOD, "protected")
    if image.mode is Mode.AUTO:
        return Standing(Level.WARN, "no secondary is ready")
    return Standing(Level.IDLE, "observed only" if image.mode is Mode.OBSERVE else "advised only")


def _in(view: View, health: Health) -> list[str]:
    return sorted(name for name, each in view.state.regions.items() if each.health is health)


def _named(names: Sequence[str]) -> str:
    """Join names; those beyond NAMED_MAX are counted."""
    shown, more = names[:NAMED_MAX], len(names) - NAMED_MAX
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _are(names: Sequence[str]) -> str:
    return "are" if names[1:] else "is"
