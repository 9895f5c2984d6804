"""In which region should a secondary be made: all that could have one, best first, each explained.

What a subscription is told about its regions decides: the provider's own list of where Image
Builder is, the Azure pair, the geography and the distance. Nothing is listed by heart here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt

from aibwatch.model.image import Image
from aibwatch.model.names import Region
from aibwatch.model.offer import Geography

EARTH_KM = 6371
"""Mean radius."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region for a secondary. Places sort by how much speaks for them."""

    region: Region
    says: str
    """Why it stands where it stands, in words."""
    km: int | None = None
    """From the primary's region, along the surface; None if Azure does not tell where it lies."""
    forbidden: bool = False
    """The image's owner does not allow it (PROMISES S28)."""


def places(
    home: Region,
    geographies: Mapping[Region, Geography],
    builds: Mapping[Region, bool | None],
    image: Image | None = None,
) -> tuple[Place, ...]:
    """Return where a secondary of a primary in `home` could be, the best first.

    `builds` tells for each region whether the provider lists it; one that it does not list is left
    out, and one that is not told of comes after all others that are. `image` tells what is allowed.
    """
    here = geographies.get(home, Geography(home))
    found = [
        (_rank(here, each, builds, image), _place(here, each, builds, image))
        for each in geographies.values()
        if each.region != home and builds.get(each.region) is not False
    ]
    return tuple(place for _, place in sorted(found, key=lambda each: (each[0], each[1].region)))


def pairless(
    home: Region, geographies: Mapping[Region, Geography], builds: Iterable[Region]
) -> str:
    """Say why the pair of a region is no choice, "" if it is one."""
    pair = geographies.get(home, Geography(home)).pair
    if pair is None or pair == home:
        return f"{home} has no Azure pair"
    if pair not in set(builds):
        return f"the Azure pair of {home}, {pair}, has no Image Builder, as that of most has none"
    return ""


def _rank(
    here: Geography,
    there: Geography,
    builds: Mapping[Region, bool | None],
    image: Image | None,
) -> tuple[bool, bool, bool, bool, float]:
    return (
        not _allowed(there, image),
        builds.get(there.region) is None,
        here.pair != there.region,
        not _together(here, there),
        _km(here, there),
    )


def _place(
    here: Geography,
    there: Geography,
    builds: Mapping[Region, bool | None],
    image: Image | None,
) -> Place:
    km = _km(here, there)
    words = []
    if not _allowed(there, image):
        words.append("not allowed by its owner: allowed_regions or allowed_geographies")
    if builds.get(there.region) is None:
        words.append("whether Image Builder is there was not told")
    if here.pair == there.region:
        words.append("the Azure pair, whose recovery Azure puts first")
    words.append(_lies(here, there))
    if km < inf:
        words.append(f"{round(km)} km away")
    told = None if km == inf else round(km)
    return Place(there.region, "; ".join(words), told, not _allowed(there, image))


def _lies(here: Geography, there: Geography) -> str:
    if not there.geography:
        return "nobody tells in which geography"
    together = "the same geography" if _together(here, there) else "another geography"
    return f"{together}, {there.geography}"


def _allowed(there: Geography, image: Image | None) -> bool:
    if image is None or not (image.allowed_regions or image.allowed_geographies):
        return True
    geographies = {each.casefold() for each in image.allowed_geographies} - {""}
    return there.region in image.allowed_regions or there.geography.casefold() in geographies


def _together(here: Geography, there: Geography) -> bool:
    return bool(here.geography) and here.geography == there.geography


def _km(here: Geography, there: Geography) -> float:
    """Return the length of the great circle (haversine); infinite where a place is not told."""
    if here.latitude is None or here.longitude is None:
        return inf
    if there.latitude is None or there.longitude is None:
        return inf
    lat, other = radians(here.latitude), radians(there.latitude)
    north, east = other - lat, radians(there.longitude - here.longitude)
    chord = sin(north / 2) ** 2 + cos(lat) * cos(other) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
