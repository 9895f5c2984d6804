"""What people do in a life: one row a deed. None of them asks whether it is a good time for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from aibwatch.cli.simulate.seeds.fate import Moment
from aibwatch.sim import activity, front
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.truth import Cause
from aibwatch.sim.verbs import Stage, understand
from aibwatch.sim.weather import Weather
from aibwatch.sim.world import World

SENTENCES = {
    "somebody runs": "somebody runs {image} in {place}",
    "somebody cancels": "somebody cancels {image} in {place}",
    "somebody changes": "somebody changes {image} in {place}",
    "somebody publishes": "somebody publishes {image} in {place}",
    "somebody deletes": "somebody deletes {image} in {place}",
    "Microsoft reports": "Microsoft reports {place}",
    "Microsoft resolves": "Microsoft resolves {place}",
    "the pipeline runs": "pipeline runs {image} in {place}",
}
"""Deeds that a timetable has words for."""


def happen(world: World, fleet: Fleet, moment: Moment) -> None:
    """Let somebody do what the moment says."""
    if moment.kind in SENTENCES:
        says = SENTENCES[moment.kind].format(image=moment.image, place=moment.place)
        act, words = understand(says, fleet)
        act(Stage(world, fleet, words))
    else:
        DEEDS[moment.kind](world, fleet, moment)


def _break(world: World, fleet: Fleet, moment: Moment) -> None:
    """Let an image's templates be wrong, wherever they are."""
    for each in fleet.templates(moment.image):
        if each in world.templates:
            world.templates[each].fault = ENDINGS[moment.word]


def _mend(world: World, fleet: Fleet, moment: Moment) -> None:
    for each in fleet.templates(moment.image):
        if each in world.templates:
            world.templates[each].fault = None


def heal(world: World) -> None:
    """Let everything be well again, but what hangs, and what people broke."""
    world.weather = Weather()
    for number, each in enumerate(world.announcements):
        if each.active:
            world.announcements[number] = replace(each, mitigated=world.now, updated=world.now)


def build(world: World, fleet: Fleet) -> None:
    """Let every primary run that can."""
    for image in fleet.images:
        primary = world.templates.get(fleet.templates(image)[0])
        if primary is not None and front.refusal(world, primary, "run") is None:
            front.run(world, primary.id, Cause.SCHEDULE, activity.PIPELINE)


DEEDS: Mapping[str, Callable[[World, Fleet, Moment], None]] = {
    "the owner breaks": _break,
    "the owner mends": _mend,
}
