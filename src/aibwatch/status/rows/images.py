"""The rows of images, family by family."""

from collections.abc import Iterator
from datetime import datetime

from aibwatch.model.decision import Decision, Reason
from aibwatch.model.drift import differences
from aibwatch.model.image import Image, Mode
from aibwatch.model.readiness import ADVISORY, Colour, Item, Readiness
from aibwatch.model.state import View
from aibwatch.status.drills import due
from aibwatch.status.rows.group import TRUTH, Groups, Labels, Pattern, instants, one_of, pattern
from aibwatch.status.rows.scene import Scene
from aibwatch.status.watched import is_protected, is_ready

_MODES = tuple(Mode)
_PASSES = frozenset({Colour.GREEN, Colour.YELLOW})
_TELLS = frozenset({Colour.GREEN})


def modes(scene: Scene) -> Groups:
    """Return every mode of each image, of which one is 1."""
    return [(labels, one_of(_MODES, image.mode)) for labels, image in scene.images]


def ready(scene: Scene) -> Groups:
    """Return whether any secondary is ready."""
    view = scene.view
    return [
        (labels, TRUTH[any(is_ready(view, image, each) for each in image.secondaries)])
        for labels, image in scene.paired
    ]


def checks(scene: Scene) -> Groups:
    """Return each item of the secondary that would be asked: whether it is well."""
    found = ((labels, _best(scene.view, image)) for labels, image in scene.paired)
    # By identity, as the items of most secondaries are one object (`readiness.together`).
    known: dict[int, Pattern] = {}
    return [(labels, _passes(best.items, known)) for labels, best in found if best]


def _passes(items: tuple[Item, ...], known: dict[int, Pattern]) -> Pattern:
    key = id(items)
    if key not in known:
        known[key] = pattern(*((each.check, TRUTH[_is_well(each)]) for each in items))
    return known[key]


def _is_well(item: Item) -> bool:
    """Whether an item passes: what only tells is yellow at worst, so yellow must show."""
    passing = _TELLS if item.check in ADVISORY else _PASSES
    return item.colour in passing


def _best(view: View, image: Image) -> Readiness | None:
    """The secondary with the fewest faults, the first of equals: the one that would be asked."""
    known, name = view.readiness, image.name
    checked = [known[name, each] for each in image.secondaries if (name, each) in known]
    if len(checked) <= 1:  # as most have one, and faults take a look at every item
        return checked[0] if checked else None
    return min(checked, key=lambda each: len(each.faults))


def drift(scene: Scene) -> Groups:
    """Return how many paths differ, once the primary and a secondary were both read.

    Before, nobody can say.
    """
    found = ((labels, _differing(scene.view, image)) for labels, image in scene.paired)
    return [(labels, float(count)) for labels, count in found if count is not None]


def _differing(view: View, image: Image) -> int | None:
    known = view.state.blueprints
    primary = known.get(image.primary)
    there = [known[each] for each in image.secondaries if each in known]
    if primary is None or not there:
        return None
    return sum([len(differences(primary, each, image.allow_drift)) for each in there])


def protected(scene: Scene) -> Groups:
    """Return whether a failed build would be answered."""
    view, now = scene.view, scene.snapshot.at
    return [(labels, TRUTH[is_protected(view, image, now)]) for labels, image in scene.images]


def needs_human(scene: Scene) -> Groups:
    """Return whether a person must look."""
    return [(labels, TRUTH[image.name in scene.needs]) for labels, image in scene.images]


def held(scene: Scene) -> Groups:
    """Return each guard that keeps a failed build of an image in `auto` from being answered."""
    failed = ((image, _decided(scene, image)) for _, image in scene.images)
    return [
        ((image.name, reason), 1.0)
        for image, decision in failed
        if decision and image.mode is Mode.AUTO and image.primary in scene.view.verdicts
        for reason in dict.fromkeys(hold.reason for hold in decision.held_by)
    ]


def successes(scene: Scene) -> Groups:
    """Return when the newest good run of any of its templates ended."""
    view = scene.view
    return instants((labels, view.state.built_last(image)) for labels, image in scene.images)


def expected(scene: Scene) -> Groups:
    """Return how often an image should be built, where its owner says so."""
    every = ((labels, image.expect_every) for labels, image in scene.images)
    return [(labels, each.total_seconds()) for labels, each in every if each]


def drilled(scene: Scene) -> Groups:
    """Return when each was last built well away from home."""
    proven = scene.view.state.proven
    return instants((labels, proven.get(image.name)) for labels, image in scene.images)


def drill_due(scene: Scene) -> Groups:
    """Return by when each should be built elsewhere again."""
    return instants((labels, due(scene.view, image)) for labels, image in scene.images)


def failing_over(scene: Scene) -> Groups:
    """Return whether a failover is open; a drill is none."""
    state = scene.view.state
    return [
        (labels, TRUTH[state.open_real(image.name) is not None]) for labels, image in scene.images
    ]


def failover_starts(scene: Scene) -> Groups:
    """Return when the open failover was opened."""
    state = scene.view.state
    found = ((labels, state.open_real(image.name)) for labels, image in scene.images)
    return instants((labels, each.opened if each else None) for labels, each in found)


def deadlines(scene: Scene) -> Groups:
    """Return by when what goes on must have ended."""
    return instants((labels, each.deadline) for labels, each in _decisions(scene))


def cooldowns(scene: Scene) -> Groups:
    """Return until when an image rests."""
    return instants((labels, _rests(each)) for labels, each in _decisions(scene))


def _rests(decision: Decision) -> datetime | None:
    cooling = (each.until for each in decision.held_by if each.reason is Reason.COOLDOWN)
    return next(cooling, None)


def _decisions(scene: Scene) -> Iterator[tuple[Labels, Decision]]:
    found = ((labels, _decided(scene, image)) for labels, image in scene.images)
    return ((labels, each) for labels, each in found if each)


def _decided(scene: Scene, image: Image) -> Decision | None:
    return scene.snapshot.decisions.get(image.name)
