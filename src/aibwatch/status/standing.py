"""How things stand, in one word and one line: of an image, and of everything."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, name_of
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.region import Health
from aibwatch.model.state import Snapshot, View
from aibwatch.model.verdict import Family, Verdict, failover_id
from aibwatch.status.violations import grave
from aibwatch.status.watched import home_region, is_protected, pauses

GOOD = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})
"""Outcomes after which nobody needs to look."""
PATIENT = frozenset(
    {
        Reason.AWAITING_EVIDENCE,
        Reason.BUILT_ELSEWHERE,
        Reason.DEBOUNCING,
        Reason.REGION_RECOVERED,
        Reason.WARMING_UP,
    }
)
"""Holds that pass by themselves, or that need nobody: the others wait for a person."""
NOT_READY = "no secondary is ready"
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
    detail: str = ""


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
    return _calm(snapshot, image)


def is_unsettled(snapshot: Snapshot, image: Image) -> bool:
    """Whether something is being done for an image, or is not done for a reason."""
    view = snapshot.view
    if image.name in view.misconfigured or view.state.open_failover(image.name):
        return True
    settled = standing(snapshot, image).level in (Level.GOOD, Level.IDLE)
    return image.primary in view.verdicts and not settled


def headline(snapshot: Snapshot) -> Standing:
    """Return how everything stands, the worst first."""
    stands = {name: standing(snapshot, each).level for name, each in snapshot.view.images.items()}
    told = (
        _of_regions(snapshot, Health.OUTAGE, stands),
        _of_images(stands),
        _of_ourselves(snapshot),
        _of_regions(snapshot, Health.DEGRADED, stands),
    )
    broken = grave(snapshot.view.state, snapshot.at)
    if broken:
        return Standing(Level.BAD, f"Promise {broken[-1].promise} is broken", broken[-1].says)
    if snapshot.blind:
        return Standing(Level.BAD, "Blind", "nothing is started; what is shown is old")
    return next(filter(None, told), Standing(Level.GOOD, "All is calm"))


def _of_regions(
    snapshot: Snapshot, health: Health, stands: Mapping[ImageName, Level]
) -> Standing | None:
    beliefs = snapshot.view.state.regions
    names = sorted(name for name, each in beliefs.items() if each.health is health)
    if not names:
        return None
    out = health is Health.OUTAGE
    says = f"{_named(names)} {_are(names)} {'out' if out else health}"
    detail = "; ".join(filter(None, (_why(snapshot.view, names), _counts(stands))))
    return Standing(Level.BAD if out else Level.WARN, says, detail)


def _of_images(stands: Mapping[ImageName, Level]) -> Standing | None:
    bad = [name for name, level in stands.items() if level is Level.BAD]
    if bad:
        says = f"{_named(bad)} {'need' if bad[1:] else 'needs'} a look"
        return Standing(Level.BAD, says, _counts(stands))
    acting = [name for name, level in stands.items() if level is Level.ACTING]
    if acting:
        return Standing(Level.ACTING, f"{_named(acting)} {_are(acting)} being built elsewhere")
    return None


def _of_ourselves(snapshot: Snapshot) -> Standing | None:
    view = snapshot.view
    if view.suspicion:
        return Standing(Level.WARN, "Nothing is started", view.suspicion.says)
    if not view.writable:
        return Standing(Level.BAD, "Nothing is started", "the store cannot be written")
    if any(each.scope == "all" for each in pauses(snapshot)):
        return Standing(Level.WARN, "Paused", "nothing would be built elsewhere")
    return None


def _why(view: View, names: Sequence[Region]) -> str:
    """Say since when and on what evidence, for the region that has been so the longest."""
    belief = min((view.state.regions[each] for each in names), key=lambda each: each.since)
    families = " and ".join(each for each in Family if each in belief.families)
    return f"since {belief.since:%-d %b %H:%M} UTC, by {families or 'nothing any more'}"


def _counts(stands: Mapping[ImageName, Level]) -> str:
    """Say how many images are where, such as "1 being built elsewhere, 2 held or failed"."""
    levels = Counter(stands.values())
    told = (
        (Level.ACTING, "being built elsewhere"),
        (Level.BAD, "held or failed"),
        (Level.GOOD, "safe"),
    )
    return ", ".join(f"{levels[level]} {words}" for level, words in told if levels[level])


def _under_way(snapshot: Snapshot, image: Image, failover: Failover) -> Standing:
    decision = snapshot.decisions.get(image.name)
    if decision and decision.held_by:
        return _held(decision.held_by[0].reason)
    region = home_region(snapshot.view, failover.target) if failover.target else ""
    if failover.is_drill:
        where = f" in {region}" if region else ""
        return Standing(Level.IDLE, f"drill: {failover.phase}{where}")
    return Standing(Level.ACTING, f"{failover.phase} in {region}" if region else failover.phase)


def _failed(snapshot: Snapshot, image: Image, verdict: Verdict) -> Standing:
    decision = snapshot.decisions.get(image.name)
    if decision is None:
        return Standing(Level.WARN, "failed")
    if decision.reason is Reason.ANSWERED:
        return _answered(snapshot.view, image, verdict)
    if decision.held_by and image.mode is Mode.AUTO:
        return _held(decision.held_by[0].reason)
    return Standing(Level.WARN, f"failed: {decision.reason.replace('_', ' ')}")


def _held(reason: Reason) -> Standing:
    level = Level.WARN if reason in PATIENT else Level.BAD
    return Standing(level, f"held: {reason.replace('_', ' ')}")


def _answered(view: View, image: Image, verdict: Verdict) -> Standing:
    answer = view.state.failovers.get(failover_id(image.name, verdict.failure.key))
    if answer is None or answer.outcome is None:
        return Standing(Level.IDLE, "answered")
    if answer.acknowledged:
        return Standing(Level.IDLE, f"answered: {answer.outcome.replace('_', ' ')}, acknowledged")
    level = Level.GOOD if answer.outcome in GOOD else Level.BAD
    return Standing(level, f"answered: {answer.outcome.replace('_', ' ')}")


def stopped(snapshot: Snapshot, image: Image) -> str:
    """Say why nothing at all would be done for an image now, "" if nothing stops us."""
    scopes = {each.scope for each in pauses(snapshot)}
    if snapshot.blind:
        return "blind"
    region = home_region(snapshot.view, image.primary)
    if scopes & {"all", f"region:{region}", f"image:{image.name}"}:
        return "paused"
    return "" if snapshot.view.writable else "store not writable"


def _calm(snapshot: Snapshot, image: Image) -> Standing:
    view = snapshot.view
    if image.mode is Mode.AUTO and stopped(snapshot, image):
        return Standing(Level.WARN, stopped(snapshot, image))
    if is_protected(view, image, snapshot.at):
        return Standing(Level.GOOD, "protected")
    if not image.secondaries:
        return Standing(Level.IDLE, "unprotected", "it has one template alone")
    if image.mode is Mode.AUTO:
        level = Level.BAD if useless(view, image) else Level.WARN
        says = "was not drilled lately" if view.lacks_drill(image, snapshot.at) else NOT_READY
        return Standing(level, says)
    return Standing(Level.IDLE, "observed only" if image.mode is Mode.OBSERVE else "advised only")


def useless(view: View, image: Image) -> str:
    """Say what is red about every secondary of an image, "" if one only has to be waited for.

    A template that is not there or a region that is not allowed does not mend itself, so it is
    told at once and not only when a build has failed (DESIGN 4).
    """
    told = []
    for target in image.secondaries:
        readiness = view.readiness.get((image.name, target))
        red = [each for each in (readiness.items if readiness else ()) if _lasting(each)]
        if not red:
            return ""
        told.append(f"{name_of(target)}: {red[0].says}")
    return "; ".join(told)


def _lasting(item: Item) -> bool:
    return item.colour is Colour.RED and item.check is not Check.IDLE


def holds(snapshot: Snapshot, image: Image) -> tuple[Hold, ...]:
    """Return what holds an image; what only Azure could tell holds it before anything fails."""
    view, decision = snapshot.view, snapshot.decisions.get(image.name)
    if decision and decision.held_by:
        return decision.held_by
    if image.name in view.misconfigured:
        return (Hold(Reason.MISCONFIGURED, view.misconfigured[image.name]),)
    says = useless(view, image) if image.mode is Mode.AUTO else ""
    return (Hold(Reason.NO_CANDIDATE, says),) if says else ()


def _named(names: Sequence[str]) -> str:
    """Join names; those beyond NAMED_MAX are counted."""
    shown, more = names[:NAMED_MAX], len(names) - NAMED_MAX
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _are(names: Sequence[str]) -> str:
    return "are" if names[1:] else "is"
