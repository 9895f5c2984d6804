"""Collecting once from tables, on jumping time."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

from aibwatch.collect.sweep import Collector
from aibwatch.model.fault import Fault
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.observation import (
    Observation,
    TemplateUnseen,
)
from aibwatch.model.state import State, View
from aibwatch.model.template import Template
from aibwatch.sim.jumping import LoopClock, play
from builders import (
    NOON,
    WEB_NORTH,
    a_policy,
    a_template,
    an_id,
    an_image,
    some_sightings,
)
from unit.collect.table_azure import TableAzure

BOTH = (a_template(), a_template(id=WEB_NORTH))
OTHER = "99999999-2222-3333-4444-555555555555"
ELSEWHERE = an_id("db", OTHER)
SECOND = timedelta(seconds=1)
Seen = TypeVar("Seen")


def a_view(*images: Image, state: State | None = None, seen: Iterable[Template] = BOTH) -> View:
    """Return a view of these images, by default of `web`."""
    return View(
        images={image.name: image for image in images or (an_image(),)},
        state=state or State(),
        sightings=some_sightings(*seen),
        verdicts={},
        readiness={},
        policy=a_policy(),
    )


def collect(azure: TableAzure, view: View) -> list[Observation]:
    """Collect once, at NOON."""

    async def once() -> list[Observation]:
        collector = Collector(azure, LoopClock(NOON))
        return await collector.collect(view, NOON)

    observations: list[Observation] = play(once)
    return observations


def of(kind: type[Seen], observations: list[Observation]) -> list[Seen]:
    """Return the observations of one kind."""
    return [each for each in observations if isinstance(each, kind)]


def many(count: int) -> tuple[Image, ...]:
    """Return so many images of one template each."""
    return tuple(
        an_image(name=ImageName(f"i{n}"), templates=(an_id(f"t{n:02}"),)) for n in range(count)
    )


def unseen(observations: list[Observation]) -> dict[TemplateId, Fault]:
    """Return what could not be seen, and why."""
    return {each.template: each.fault for each in of(TemplateUnseen, observations)}
