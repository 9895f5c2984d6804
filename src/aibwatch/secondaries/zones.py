"""What the loss of one availability zone would do to a secondary: text, never a hold.

Image Builder itself has no zones in any region; the build VM and the version's storage may.
"""

from collections.abc import Iterator

from aibwatch.model.names import name_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.grounds import Grounds, Lack

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
    if not forgone:
        return item(check, Colour.GREEN, f"{place} has zones, its VM size and storage are in them")
    says = f"do not expect it to survive a zone's loss: {', '.join(forgone)}; {protection(grounds)}"
    return item(check, Colour.YELLOW, says)


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
    told = dict(grounds.blueprint.storage)
    for region in grounds.template.targets:
        offer = grounds.offer(region)
        kind = told.get(region) or PLAIN
        if not isinstance(offer, Lack) and offer.zones and not kind.lower().endswith("_zrs"):
            yield f"its version in {region} is {kind}, not Standard_ZRS"
