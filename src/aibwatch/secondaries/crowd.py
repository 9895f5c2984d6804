"""Is there room for all the builds that a region would get if the primaries' region went out?

Advisory: quotas change by the minute, and a build that finds no room fails by itself and goes on
to the next secondary. So many builds begin at once as `failover.per_region` lets.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from aibwatch.model.blueprint import Part
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId, subscription_of
from aibwatch.model.offer import Offer
from aibwatch.model.readiness import Check, Colour, Item, Readiness, item
from aibwatch.model.state import Sightings
from aibwatch.secondaries.grounds import Grounds, Known, Lack, Route

CHOSEN_BY_SERVICE = 2
"""vCPUs of the size that the service chooses: at most those of Standard_D2ds_v4."""
CORES, ADDRESSES, GROUPS = "cores", "publicipaddresses", "containergroups"


def route_of(
    image: Image,
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
    sightings: Sightings,
    known: Known,
) -> tuple[Route, str] | None:
    """Return which way the build of an image would go, and its VM size: to the first that is ready.

    One that only is busy now is ready for this purpose: it will not be so for long.
    """
    primary = sightings.templates.get(image.primary)
    target = next((each for each in image.secondaries if _ready(image, each, readiness)), None)
    place = sightings.templates.get(target) if target else None
    if primary is None or place is None:
        return None
    blueprint = (known.blueprints or {}).get(place.id)
    route = (primary.region, subscription_of(place.id), place.region)
    return route, blueprint.vm_size if blueprint else ""


def _ready(
    image: Image,
    target: TemplateId,
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
) -> bool:
    found = readiness.get((image.name, target))
    return found is not None and all(each.check is Check.IDLE for each in found.faults)


def quota(grounds: Grounds) -> Item:
    """Check that the builds which would go there at once find vCPUs, addresses and containers."""
    check, place = Check.QUOTA, grounds.template.region
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return item(check, Colour.UNKNOWN, offer.says)
    if unread := offer.unread.get("quotas"):
        return item(check, Colour.UNKNOWN, f"the quotas of {place}: {unread}")
    builds = _builds(grounds)
    needed = dict(_needed(builds, grounds, offer))
    short = [
        f"{name} {offer.quotas[name].free} left of {offer.quotas[name].limit}, needed {count}"
        for name, count in needed.items()
        if name in offer.quotas and offer.quotas[name].free < count
    ]
    at_once = f"{len(builds)} build{'s' if builds[1:] else ''} at once"
    if short:
        says = f"for {at_once} {place} has too little: {'; '.join(short)}; ask for more quota there"
        return item(check, Colour.YELLOW, says)
    untold = [name for name in needed if name not in offer.quotas]
    if untold:
        says = f"of {', '.join(untold)} in {place} no quota is told"
        return item(check, Colour.UNKNOWN, says)
    return item(check, Colour.GREEN, f"room for {at_once} in {place}")


def _builds(grounds: Grounds) -> tuple[str, ...]:
    """Return the VM size of each build that would go there, this one's at least."""
    name, own = grounds.image.name, grounds.blueprint.vm_size
    if grounds.replaces is None:
        return (own,)
    route = (grounds.replaces, grounds.subscription, grounds.template.region)
    crowd = grounds.known.crowd.get(route, ())
    return (*(size for image, size in crowd if image != name), own)


def _needed(builds: tuple[str, ...], grounds: Grounds, offer: Offer) -> Iterator[tuple[str, int]]:
    most = grounds.policy.per_region
    vcpus = [_vcpus(each, offer) for each in builds]
    yield CORES, sum(sorted(vcpus, reverse=True)[:most])
    families = Counter(offer.sizes[each].family for each in builds if each in offer.sizes)
    for family, count in sorted(families.items()):
        sizes = [offer.sizes[each] for each in builds if each in offer.sizes]
        own = sorted((each.vcpus for each in sizes if each.family == family), reverse=True)
        yield family, sum(own[: min(most, count)])
    at_once = min(most, len(builds))
    yield GROUPS, at_once
    if not grounds.named(Part.SUBNET):
        yield ADDRESSES, at_once


def _vcpus(size: str, offer: Offer) -> int:
    return offer.sizes[size].vcpus if size in offer.sizes else CHOSEN_BY_SERVICE
