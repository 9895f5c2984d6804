"""What Azure answers about resources and offers, before the answer takes a form: see `front`."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from aibwatch.model.names import DefinitionId, Region, ResourceId
from aibwatch.model.offer import Quota
from aibwatch.model.resource import (
    AGREEMENT,
    DEFINITION,
    MANAGED_IMAGE,
    VERSION,
    kind_in,
    parent_of,
)
from aibwatch.sim import front
from aibwatch.sim.market import CONTAINERS, PUBLIC_ADDRESSES
from aibwatch.sim.trouble import MENU, Trouble, not_found
from aibwatch.sim.weather import Op
from aibwatch.sim.wire import Json
from aibwatch.sim.wire_resources import assignments, written
from aibwatch.sim.world import World


def resource(world: World, name: ResourceId) -> Json | Trouble:
    """Answer a read of one resource by its own id."""
    found = written(world, name)
    place = _place(world, name, found)
    op = _OPS.get(kind_in(name), Op.RESOURCES)
    trouble = front.admit(world, op, name.split("/")[2], *filter(None, (place,)))
    if trouble is not None:
        return trouble
    if _is_hidden(world, name):
        return MENU["403"]
    if found is None or _is_gone(world, name):
        return not_found(kind_in(name), name.rpartition("/")[2], name.split("/")[4])
    return found


_OPS = {DEFINITION: Op.GALLERY, VERSION: Op.GALLERY, MANAGED_IMAGE: Op.SOURCES}


def _place(world: World, name: ResourceId, found: Json | None) -> str:
    """Return where a resource is; of a version that is not there, where its definition is."""
    if kind_in(name) == VERSION:
        home = world.galleries.get(DefinitionId(parent_of(name)))
        return home.home if home else ""
    known = world.estate.resources.get(name)
    told = (found or {}).get("location", known.region if known else "")
    return str(told)


def _is_gone(world: World, name: ResourceId) -> bool:
    """Whether somebody took a resource away, or what it is part of."""
    return any(each == name or name.startswith(f"{each}/") for each in world.withdrawn)


def inventory(
    world: World, subscription: str, ids: Iterable[str], accounts: Iterable[str] = ()
) -> Sequence[Json] | Trouble:
    """Answer Resource Graph's rows of resources by id, and of storage accounts by name."""
    trouble = front.admit(world, Op.GRAPH, subscription)
    if trouble is not None:
        return trouble
    named = [each.id for name in accounts for each in world.estate.accounts(name)]
    rows = [written(world, each) for each in (*map(ResourceId, ids), *named) if _shown(world, each)]
    return [_without_hidden(world, each) for each in rows if each is not None]


def assigned(world: World, principals: Collection[str]) -> Sequence[Json] | Trouble:
    """Answer Resource Graph's rows of what is granted to principals."""
    trouble = front.admit(world, Op.GRAPH, "")
    return trouble or ([*assignments(world, principals)] if shows_grants(world) else [])


def shows_grants(world: World) -> bool:
    """Whether aibwatch may see what is granted to whom: assignments, and what their roles say."""
    kinds = ("roleassignments", "roledefinitions")
    return world.estate.denied.isdisjoint(f"microsoft.authorization/{each}/read" for each in kinds)


def _is_hidden(world: World, name: ResourceId) -> bool:
    """Whether aibwatch may not read something."""
    return name in world.estate.hidden or f"{kind_in(name)}/read" in world.estate.denied


def _shown(world: World, name: ResourceId) -> bool:
    """Whether Resource Graph shows something by an id: it may be late to know, or to forget."""
    if _is_hidden(world, name) or kind_in(name) == AGREEMENT:
        return False
    return _is_gone(world, name) == (name in world.estate.late)


def _without_hidden(world: World, row: Json) -> Json:
    """Return the row of a network without the subnets that it does not show."""
    properties = row.get("properties")
    if not isinstance(properties, Mapping) or "subnets" not in properties:
        return row
    shown = [each for each in properties["subnets"] if _shown(world, each["id"])]
    return {**row, "properties": {**properties, "subnets": shown}}


def sizes(world: World, subscription: str, place: Region) -> Sequence[str] | Trouble:
    """Answer which VM sizes a region has."""
    return _offer(world, subscription, place, "sizes") or world.market.offered(place)


def quotas(
    world: World, subscription: str, place: Region, provider: str
) -> Mapping[str, Quota] | Trouble:
    """Answer the quotas of a provider in a region."""
    trouble = _offer(world, subscription, place, "quotas")
    if trouble is not None:
        return trouble
    if provider == "microsoft.compute":
        return world.market.machine_quotas(place)
    name = PUBLIC_ADDRESSES if provider == "microsoft.network" else CONTAINERS
    return {name: world.market.quota(place, name)}


def registered(world: World, subscription: str, provider: str) -> bool | Trouble:
    """Answer whether a provider is registered."""
    trouble = front.admit(world, Op.SUBSCRIPTION, subscription)
    if trouble is not None:
        return trouble
    if "providers" in world.market.hidden:
        return MENU["403"]
    return provider.lower() not in {each.lower() for each in world.market.unregistered}


def _offer(world: World, subscription: str, place: Region, part: str) -> Trouble | None:
    trouble = front.admit(world, Op.OFFERS, subscription, place)
    return trouble or (MENU["403"] if part in world.market.hidden else None)
