"""Resources of the World as ARM's JSON; a row of Resource Graph has the same columns."""

from collections.abc import Collection, Iterator

from aibwatch.model.gallery import Definition
from aibwatch.model.names import BaseId, DefinitionId, ResourceId, digest
from aibwatch.model.resource import ACCOUNT, AGREEMENT, GROUP, NETWORK, SUBNET, kind_in, parent_of
from aibwatch.sim import wire
from aibwatch.sim.estate import ROOM, SimResource
from aibwatch.sim.wire import Json
from aibwatch.sim.world import World


def written(world: World, name: ResourceId) -> Json | None:
    """Write what there is by an id, None if there is nothing."""
    match kind_in(name):
        case "microsoft.compute/galleries/images":
            home = world.galleries.get(DefinitionId(name))
            return wire.definition(Definition(home.id, home.home)) if home else None
        case "microsoft.compute/galleries/images/versions":
            known = world.galleries.get(DefinitionId(parent_of(name)))
            version = known.versions.get(name.rpartition("/")[2]) if known else None
            return wire.version(version, world.now, replication=False) if version else None
        case "microsoft.compute/galleries":
            within = (each for each in world.galleries.values() if each.id.startswith(f"{name}/"))
            home = next(within, None)
            return _around(name, home.home) if home else None
        case "microsoft.compute/images":
            place = world.managed.get(BaseId(name))
            return wire.managed_image(BaseId(name), place) if place else None
        case kind if kind == AGREEMENT:
            return _agreement(name, accepted=name not in world.market.declined)
    found = world.estate.resources.get(name)
    return _of_estate(world, found) if found else None


def _agreement(name: ResourceId, *, accepted: bool) -> Json:
    """Write the terms of a marketplace plan; they are in no region."""
    parts = name.split("/")
    terms = {"publisher": parts[7], "product": parts[9], "plan": parts[11], "accepted": accepted}
    kind = "Microsoft.MarketplaceOrdering/offertypes"
    return {"id": name, "name": parts[11], "type": kind, "properties": terms}


def _around(name: ResourceId, place: str) -> Json:
    """Write what every resource has."""
    return {
        "id": name,
        "name": name.rpartition("/")[2],
        "type": kind_in(name),
        "location": place,
        "properties": {"provisioningState": "Succeeded"},
    }


def _of_estate(world: World, found: SimResource) -> Json:
    around = _around(found.id, found.region)
    match found.kind:
        case kind if kind == SUBNET:
            # As ARM writes it: where a subnet is, only its network tells.
            del around["location"]
            return {**around, "properties": _subnet(found)}
        case kind if kind == NETWORK:
            subnets = [_of_estate(world, each) for each in world.estate.subnets(found.id)]
            space = {"addressPrefixes": ["10.0.0.0/16"]}
            return {**around, "properties": {"addressSpace": space, "subnets": subnets}}
        case kind if kind == ACCOUNT:
            sku = {"name": found.sku, "tier": "Standard"}
            name = found.id.rpartition("/")[2]
            blob = f"https://{name}.blob.core.windows.net/"
            reach = {"publicNetworkAccess": "Disabled" if found.network == "closed" else "Enabled"}
            rules = {"defaultAction": "Deny" if found.network else "Allow", "bypass": "None"}
            told = {"primaryEndpoints": {"blob": blob}, **reach, "networkAcls": rules}
            return {**around, "sku": sku, "properties": told}
        case kind if kind == GROUP:
            return {**around, "tags": dict(found.tags)}
    return {**around, "properties": {"principalId": principal_of(found.id)}}


def principal_of(identity: ResourceId) -> str:
    """Return the object id of an identity."""
    return digest(identity, "principal", size=16)


def assignments(world: World, principals: Collection[str]) -> Iterator[Json]:
    """Write what is granted to principals, as the joined tables of assignments and roles tell."""
    for identity, grants in world.estate.granted.items():
        principal = principal_of(identity)
        for scope, action in grants if principal in principals else ():
            permissions = [{"actions": [action], "notActions": []}]
            yield {
                "properties": {"principalId": principal, "scope": scope},
                "permissions": permissions,
            }


def _subnet(found: SimResource) -> Json:
    taken = min(found.taken, ROOM)
    properties: Json = {
        "addressPrefix": "10.0.0.0/24",
        "ipConfigurations": [{"id": f"{found.id}/nic-{number}"} for number in range(taken)],
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": found.link_policies,
        **{name: {"id": each} for name, each in found.rests_on.items()},
    }
    if found.delegated_to:
        service = {"serviceName": found.delegated_to}
        properties["delegations"] = [{"name": "d", "properties": service}]
    return properties
