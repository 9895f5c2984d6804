"""What the loss of one availability zone would do to a secondary: text, never a hold.

Image Builder itself has no zones in any region; the build VM and the version's storage may.
"""

from collections.abc import Iterator

from aibwatch.model.names import Region, name_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.grounds import Grounds, Lack
from aibwatch.secondaries.residency import PLACES_RIGHT

PLAIN = "standard_lrs"
"""What a version is stored as where the template does not say."""


def zones(grounds: Grounds) -> Item:
    """Name what forgoes zones, and which secondary protects from that."""
    check, place = Check.ZONES, grounds.template.region
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return item(check, Colour.UNKNOWN, offer.says)
    if unread := offer.unread.get("sizes"):
        return item(check, Colour.UNKNOWN, f"the zones of {place}: {unread}")
    forgone = [*_vm(grounds), *_storage(grounds)]
    if forgone:
        says = f"do not expect it to survive a zone's loss: {', '.join(forgone)}"
        return item(check, Colour.YELLOW, f"{says}; {protection(grounds)}")
    untold = [each for each, _ in _plain(grounds) if _zoned(each, grounds) is None]
    if untold:
        says = f"whether {', '.join(untold)} has zones, which its version there forgoes"
        return item(check, Colour.UNKNOWN, f"{says}, was not read; grant {PLACES_RIGHT}")
    return item(
        check, Colour.GREEN, f"{place} has zones, and nothing forgoes them that could be in some"
    )


def protection(grounds: Grounds) -> str:
    """Say which other secondary, in another region, protects from the loss."""
    others = (grounds.sightings.templates.get(each) for each in grounds.image.secondaries)
    place = grounds.template.region
    names = [name_of(each.id) for each in others if each and each.region != place]
    return f"protected by secondary {names[0]}" if names else "protected by nothing"


def _vm(grounds: Grounds) -> Iterator[str]:
    place, size = grounds.template.region, grounds.blueprint.vm_size
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return
    if not offer.zones:
        yield f"{place} has no zones"
        return
    found = offer.sizes.get(size)
    if found is not None and not found.zones:
        yield f"{size} is in no zone that the subscription may use"


def _storage(grounds: Grounds) -> Iterator[str]:
    """Yield the storage of each target region that is known to have zones and forgoes them."""
    for region, kind in _plain(grounds):
        if _zoned(region, grounds):
            yield f"its version in {region} is {kind}, not Standard_ZRS"


def _plain(grounds: Grounds) -> Iterator[tuple[Region, str]]:
    """Yield each target region where the version is kept in one zone at most, and on what."""
    told = dict(grounds.blueprint.storage)
    for region in grounds.template.targets:
        kind = told.get(region) or PLAIN
        if not kind.lower().endswith("_zrs"):
            yield region, kind


def _zoned(region: Region, grounds: Grounds) -> bool | None:
    """Whether a region has zones: by what it offers, else by the list of regions."""
    offer, place = grounds.offer(region), grounds.sightings.geographies.get(region)
    if isinstance(offer, Lack) or "sizes" in offer.unread:
        return place.zoned if place else None
    return bool(offer.zones)
