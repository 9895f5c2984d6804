"""Where a region lies, and which others of its geography have Image Builder. Pure."""

from aibwatch.model.names import Region
from aibwatch.model.offer import Offer
from aibwatch.model.state import Sightings


def geography_of(region: Region, sightings: Sightings) -> str:
    """Return the geography that a region lies in, by Azure's name; "" if nobody told."""
    known = sightings.geographies.get(region)
    return known.geography if known else ""


def only_here(region: Region, sightings: Sightings) -> str:
    """Say that no other region of its geography has Image Builder, with both ways out; "" if not.

    A region is left out only if the provider itself does not list it.
    """
    geography = geography_of(region, sightings)
    others = {
        each.region
        for each in sightings.geographies.values()
        if each.geography == geography and each.region != region
    }
    if not geography or others - lacking(sightings):
        return ""
    return (
        f"{geography} has no other region with Image Builder: accept another geography by name"
        " (allowed_geographies), or only keep exports of the template"
    )


def lacking(sightings: Sightings) -> frozenset[Region]:
    """Return the regions that lack Image Builder by the provider's own lists, as far as read."""
    told = {key: each for key, each in sightings.offers.items() if isinstance(each, Offer)}
    builders = frozenset[Region]().union(*(each.builders for each in told.values()))
    unlisted = frozenset(sightings.geographies) - builders if builders else frozenset[Region]()
    return unlisted | {place for (_, place), each in told.items() if each.builds_images is False}
