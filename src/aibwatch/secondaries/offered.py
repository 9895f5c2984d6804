"""What a secondary's region offers its subscription: its VM size, Image Builder, providers."""

from aibwatch.model.offer import Offer
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.agreement import unaccepted
from aibwatch.secondaries.grounds import Grounds, Lack

NEEDED = "Microsoft.VirtualMachineImages"


def vm_size(grounds: Grounds) -> Item:
    """Check that the VM size is offered there, and unrestricted for the subscription."""
    check, size, place = Check.VM_SIZE, grounds.blueprint.vm_size, grounds.template.region
    if not size:
        return item(check, Colour.GREEN, "the service chooses its size")
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return item(check, Colour.UNKNOWN, offer.says)
    if unread := offer.unread.get("sizes"):
        return item(check, Colour.UNKNOWN, f"the VM sizes of {place}: {unread}")
    found = offer.sizes.get(size)
    if found is None:
        says = f"{place} does not offer {size}; name a size that it offers"
        return item(check, Colour.RED, says)
    if found.restricted:
        says = f"{size} is restricted in {place} ({found.restricted})"
        return item(check, Colour.RED, f"{says}; name another size, or ask Azure support for it")
    return item(check, Colour.GREEN, f"{size} is offered in {place}")


def registered(grounds: Grounds) -> Item:
    """Tell whether Image Builder is in the region, and what a build needs allowed. Advisory."""
    check, place = Check.REGISTERED, grounds.template.region
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return item(check, Colour.UNKNOWN, offer.says)
    lacking, unknown = _lacking(offer), _unknown(offer)
    if lacking:
        return item(check, Colour.YELLOW, lacking)
    if unknown:
        return item(check, Colour.UNKNOWN, unknown)
    if terms := unaccepted(grounds):
        return item(check, *terms)
    return item(check, Colour.GREEN, f"Image Builder is in {place}, its providers are registered")


def _lacking(offer: Offer) -> str:
    if offer.unregistered:
        command = f"az provider register -n {offer.unregistered[0]}"
        return f"not registered: {', '.join(offer.unregistered)}; {command}"
    if offer.builds_images is False:
        where = f"{NEEDED} does not list {offer.region} for this subscription"
        return f"{where}; choose a region that it does"
    return ""


def _unknown(offer: Offer) -> str:
    if unread := offer.unread.get("providers"):
        return f"the providers of the subscription: {unread}"
    if offer.builds_images is None:
        return f"whether Image Builder is in {offer.region} was not read yet"
    return ""
