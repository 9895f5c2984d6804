"""The user's own fleet in a packaged scenario: whose images play which of its parts.

Regions do not stand in template ids, so they are taken from the timetable: the first of the user's
images plays the first image of the scenario, and so on, over again if there are more; its primary
stands where that image's primary does, its secondaries in the regions that follow. Parts for which
no image is left are not played.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from aibwatch.errors import ConfigError
from aibwatch.model.image import Image
from aibwatch.model.names import Region
from aibwatch.sim.expectation import Expectation
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.scenario import Happening, Scenario
from aibwatch.sim.verbs import understand


@dataclass(frozen=True, slots=True)
class Part:
    """One of the user's images, and whom it plays."""

    image: str
    plays: str
    regions: tuple[Region, ...]
    """Of its templates, the primary's first."""


def cast(scenario: Scenario, images: Sequence[Image]) -> tuple[Part, ...]:
    """Return who plays whom. Raises ConfigError if there are not regions enough."""
    roles = tuple(scenario.fleet.images)
    parts = [
        Part(image.name, role, _regions(scenario, role, len(image.templates)))
        for number, image in enumerate(images)
        for role in [roles[number % len(roles)]]
    ]
    short = [
        f"images.{part.image}: it has {len(image.templates)} templates, and the scenario only"
        f" {len(part.regions)} regions; play another one"
        for part, image in zip(parts, images, strict=True)
        if len(part.regions) < len(image.templates)
    ]
    if short:
        raise ConfigError(short)
    return tuple(parts)


def recast(scenario: Scenario, images: Sequence[Image], parts: Sequence[Part]) -> Scenario:
    """Return the scenario as it happens to the user's images."""
    fleet = Fleet(
        images={part.image: part.regions for part in parts},
        sizes={
            part.image: scenario.fleet.sizes[part.plays]
            for part in parts
            if part.plays in scenario.fleet.sizes
        },
        ids={
            (part.image, region): template
            for part, image in zip(parts, images, strict=True)
            for region, template in zip(part.regions, image.templates, strict=True)
        },
    )
    players: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        players[part.plays].append(part)
    happenings = (played for each in scenario.happenings for played in _played(each, players))
    return replace(
        scenario,
        fleet=fleet,
        happenings=tuple(replay(each, fleet) for each in happenings),
        expectation=_expected(scenario.expectation, players),
    )


def replay(happening: Happening, fleet: Fleet) -> Happening:
    """Return a happening understood anew, its names being those of `fleet`."""
    act, words = understand(happening.says, fleet, anywhere=True)
    return replace(happening, act=act, words=words)


def _regions(scenario: Scenario, role: str, count: int) -> tuple[Region, ...]:
    own = scenario.fleet.images[role]
    others = (each for regions in scenario.fleet.images.values() for each in regions)
    return tuple(dict.fromkeys([*own, *others]))[:count]


def _played(happening: Happening, players: Mapping[str, list[Part]]) -> Iterator[Happening]:
    """Yield a happening once for each image that it is about; as it is, if it is about none."""
    place = happening.words.get("place", "").partition(" in ")
    role = happening.words.get("image") or (place[0] if place[1] else "")
    if not role:
        yield happening
        return
    region = happening.words.get("region") or place[2]
    for part in players.get(role, ()):
        if not region or region in part.regions:
            says = " ".join(part.image if w == role else w for w in happening.says.split())
            yield replace(happening, says=says)


def _expected(told: Expectation, players: Mapping[str, list[Part]]) -> Expectation:
    """Return what is expected of the players; who has no secondary cannot be built elsewhere."""
    failovers: dict[str, timedelta] = {
        part.image: since
        for role, since in told.failovers.items()
        for part in players.get(role, ())
        if len(part.regions) > 1
    }
    return replace(told, failovers=failovers)
