"""Is there room for all the builds that a region would get if the primaries' region went out?

Advisory: quotas change by the minute, and a build that finds no room fails by itself and goes on
to the next secondary. So many builds begin at once as `failover.per_region` lets.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from aibwatch.model.blueprint import Part
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, TemplateId, subscription_of
from aibwatch.model.offer import Offer
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Check, Colour, Item, Readiness, item
from aibwatch.model.state import Sightings
from aibwatch.secondaries.grounds import Crowd, Grounds, Known, Lack, Route

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
    return _sent(route, blueprint.vm_size if blueprint else "")


@lru_cache
def _sent(route: Route, size: str) -> tuple[Route, str]:
    """Return both, the same object for all that go the same way."""
    return route, size


def _ready(
    image: Image,
    target: TemplateId,
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
) -> bool:
    found = readiness.get((image.name, target))
    return found is not None and all(each.check is Check.IDLE for each in found.faults)


def crowd_of(sent: Iterable[tuple[Route, str]], policy: Policy) -> Crowd:
    """Count the builds that would go each way: of one size one more than may begin at once.

    So the count stays the same however large a fleet is beyond that, and none is checked anew.
    """
    found: defaultdict[Route, Counter[str]] = defaultdict(Counter)
    for route, size in sent:
        found[route][size] += 1
    most = policy.per_region + 1
    return {
        route: {size: min(count, most) for size, count in sizes.items()}
        for route, sizes in found.items()
    }


def quota(grounds: Grounds) -> Item:
    """Check that the builds which would go there at once find vCPUs, addresses and containers."""
    check, place = Check.QUOTA, grounds.template.region
    offer = grounds.offer(place)
    if isinstance(offer, Lack):
        return item(check, Colour.UNKNOWN, offer.says)
    if unread := offer.unread.get("quotas"):
        return item(check, Colour.UNKNOWN, f"the quotas of {place}: {unread}")
    builds = _builds(grounds)
    at_once = min(builds.total(), grounds.policy.per_region)
    needed = dict(_needed(builds, at_once, grounds, offer))
    short = [
        f"{name} {offer.quotas[name].free} left of {offer.quotas[name].limit}, needed {count}"
        for name, count in needed.items()
        if name in offer.quotas and offer.quotas[name].free < count
    ]
    told = f"{at_once} build{'s' if at_once > 1 else ''} at once"
    if short:
        says = f"for {told} {place} has too little: {'; '.join(short)}; ask for more quota there"
        return item(check, Colour.YELLOW, says)
    untold = [name for name in needed if name not in offer.quotas]
    if untold:
        says = f"of {', '.join(untold)} in {place} no quota is told"
        return item(check, Colour.UNKNOWN, says)
    return item(check, Colour.GREEN, f"room for {told} in {place}")


def _builds(grounds: Grounds) -> Counter[str]:
    """Return how many builds of each VM size would go there, this one's among them, once."""
    own = grounds.blueprint.vm_size
    if grounds.replaces is None:
        return Counter((own,))
    route = (grounds.replaces, grounds.subscription, grounds.template.region)
    builds = Counter(grounds.known.crowd.get(route, {}))
    if grounds.known.sent.get(grounds.image.name) != (route, own):
        builds[own] += 1
    return builds


def _needed(
    builds: Counter[str], at_once: int, grounds: Grounds, offer: Offer
) -> Iterator[tuple[str, int]]:
    yield CORES, _most(builds, at_once, offer)
    for family in sorted({offer.sizes[each].family for each in builds if each in offer.sizes}):
        own = {
            size: count
            for size, count in builds.items()
            if size in offer.sizes and offer.sizes[size].family == family
        }
        yield family, _most(Counter(own), at_once, offer)
    yield GROUPS, at_once
    if not grounds.named(Part.SUBNET):
        yield ADDRESSES, at_once


def _most(builds: Counter[str], at_once: int, offer: Offer) -> int:
    """Return the vCPUs of the greatest builds that may go at once."""
    vcpus = sorted((_vcpus(each, offer) for each in builds.elements()), reverse=True)
    return sum(vcpus[:at_once])


def _vcpus(size: str, offer: Offer) -> int:
    return offer.sizes[size].vcpus if size in offer.sizes else CHOSEN_BY_SERVICE
