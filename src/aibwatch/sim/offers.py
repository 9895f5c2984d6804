"""What a region offers, as a client makes it out of what a World tells."""

from collections.abc import Callable, Mapping, Sequence

from aibwatch.model.fault import Fault
from aibwatch.model.names import Region
from aibwatch.model.offer import Offer, Quota, Size
from aibwatch.sim import market, registry
from aibwatch.sim.regions import DISPLAY
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.world import World

NEEDED = (
    "Microsoft.VirtualMachineImages",
    "Microsoft.Compute",
    "Microsoft.KeyVault",
    "Microsoft.Storage",
    "Microsoft.Network",
    "Microsoft.ContainerInstance",
    "Microsoft.ManagedIdentity",
)
"""Providers that a build needs."""

_LIMITED = ("microsoft.compute", "microsoft.network", "microsoft.containerinstance")

Faulty = Callable[[Trouble], Fault]


def offer(
    world: World, subscription: str, place: Region, wanted: Sequence[str], fault: Faulty
) -> Offer | Fault:
    """Return what a region offers; the first trouble if nothing at all could be read."""
    names = registry.sizes(world, subscription, place)
    states = {each: registry.registered(world, subscription, each) for each in NEEDED}
    limits = [registry.quotas(world, subscription, place, each) for each in _LIMITED]
    unread = {
        part: str(fault(trouble))
        for part, answers in (
            ("sizes", [names]),
            ("quotas", limits),
            ("providers", states.values()),
        )
        for trouble in answers
        if isinstance(trouble, Trouble)
    }
    nothing = all(isinstance(each, Trouble) for each in (names, *limits))
    if isinstance(names, Trouble) and nothing and "providers" in unread:
        return fault(names)
    sizes = {} if isinstance(names, Trouble) else _sizes(world, place, names, wanted)
    known = "providers" not in unread
    builders = frozenset(DISPLAY) - world.market.without_builder
    return Offer(
        place,
        subscription,
        place in builders if known else None,
        builders if known else frozenset(),
        market.ZONES if sizes or not isinstance(names, Trouble) else (),
        sizes,
        _quotas(limits, {each.family for each in sizes.values()}),
        tuple(name for name, state in states.items() if known and not state),
        unread,
    )


def _sizes(
    world: World, place: Region, names: Sequence[str], wanted: Sequence[str]
) -> Mapping[str, Size]:
    asked = {each.lower() for each in wanted}
    found = [each for each in names if each.lower() in asked]
    return {each.lower(): _size(world, place, each) for each in found}


def _size(world: World, place: Region, name: str) -> Size:
    zones = market.ZONES[:1] if (place, name) in world.market.zoneless else market.ZONES
    reason = world.market.restricted.get((place, name), "")
    return Size(name.lower(), market.family(name).lower(), market.vcpus(name), zones, reason)


def _quotas(
    limits: Sequence[Mapping[str, Quota] | Trouble], counted: set[str]
) -> Mapping[str, Quota]:
    told = [each for each in limits if not isinstance(each, Trouble)]
    every = {name.lower(): quota for each in told for name, quota in each.items()}
    families = {each for each in every if each.endswith("family")}
    return {name: each for name, each in every.items() if name not in families - counted}
