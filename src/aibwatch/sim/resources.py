"""Resources that templates rest on, as a client makes them out of what a World tells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network

from aibwatch.model.fault import WATCHER, Fault, FaultKind
from aibwatch.model.names import ResourceId, region
from aibwatch.model.resource import (
    ACCOUNT,
    AGREEMENT,
    DEFINITION,
    NETWORK,
    NOWHERE,
    SUBNET,
    VERSION,
    Resource,
    account_in,
    kind_in,
    parent_of,
)
from aibwatch.sim import registry
from aibwatch.sim.body import at
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.wire import Json
from aibwatch.sim.world import World

ALONE = 10
"""Asked for by their own id, for each query."""
BATCH = 200
"""Ids in one query."""

_AROUND = ("networkSecurityGroup", "routeTable", "natGateway")

_ACTIONS = {
    "publishes_in": "Microsoft.Compute/galleries/images/versions/write",
    "joins_in": "Microsoft.Network/virtualNetworks/subnets/join/action",
}

Faulty = Callable[[Trouble], Fault]
Found = dict[ResourceId, Resource | Fault]


def resources(world: World, wanted: Sequence[ResourceId], fault: Faulty) -> Found:
    """Return each of those that were asked for, or why not; a few may be left for next time."""
    found: Found = {}
    for start in range(0, len(wanted), BATCH):
        found |= _batch(world, wanted[start : start + BATCH], fault)
    return found


def _batch(world: World, wanted: Sequence[ResourceId], fault: Faulty) -> Found:
    names = {account_in(each) for each in wanted} - {""}
    ids = sorted({_asked_as(each) for each in wanted if kind_in(_canonical(each))})
    rows = registry.inventory(world, ids[0].split("/")[2] if ids else "", ids, names)
    if isinstance(rows, Trouble):
        failed = fault(rows)
        hopeless = failed.kind in WATCHER | {FaultKind.THROTTLED}
        alone = () if hopeless else wanted[:ALONE]
        return dict.fromkeys(wanted, failed) | _each(world, alone, fault)
    known = {key: each for row in rows for each in _read(row) for key in _keys(each)}
    keys = map(_key, wanted)
    found: Found = {
        each: known[key] for each, key in zip(wanted, keys, strict=True) if key in known
    }
    left = [each for each in wanted if each not in found]
    found |= _each(world, left[:ALONE], fault)
    return {name: _granted(world, each) for name, each in found.items()}


def _granted(world: World, found: Resource | Fault) -> Resource | Fault:
    """Return an identity with what is shown of its roles."""
    grants = isinstance(found, Resource) and world.estate.granted.get(found.id)
    if isinstance(found, Fault) or not grants or not registry.shows_grants(world):
        return found
    scopes = {
        word: ",".join(scope.lower() for scope, given in grants if given == action)
        for word, action in _ACTIONS.items()
    }
    return replace(found, told={**found.told, **scopes})


def _each(world: World, wanted: Iterable[ResourceId], fault: Faulty) -> Found:
    return {each: _alone(world, each, fault) for each in wanted}


def _alone(world: World, wanted: ResourceId, fault: Faulty) -> Resource | Fault:
    named = _canonical(wanted)
    if account_in(wanted):
        return Fault(FaultKind.PERMISSION, "grant Microsoft.Storage/storageAccounts/read on it")
    if not kind_in(named):
        return Fault(FaultKind.REJECTED, "a resource of a kind that nobody can be asked for")
    found = registry.resource(world, named)
    if isinstance(found, Trouble):
        told = fault(found)
        missing = told.kind is FaultKind.PERMISSION
        return replace(told, message=f"grant {kind_in(named)}/read on it") if missing else told
    return next(each for each in _read(found) if each.id == named)


def _read(row: Json) -> Iterator[Resource]:
    """Yield what a row tells of, and the subnets of a network."""
    named = _canonical(ResourceId(str(row["id"])))
    kind = kind_in(named)
    place = region(str(row.get("location") or NOWHERE))
    told = row.get("properties")
    if kind == SUBNET:
        yield _subnet(named, parent_of(named), place, told)
        return
    sku = str(at(row, "sku", "name")) if kind == ACCOUNT else ""
    rests_on = (parent_of(named),) if kind in {DEFINITION, VERSION} else ()
    says = {**_told(kind, told), **_guarded(told), **_marked(row)}
    yield Resource(named, kind, place, sku, rests_on, says)
    within = at(told, "subnets") if kind == NETWORK else None
    for each in within if isinstance(within, list) else ():
        name = _canonical(ResourceId(str(at(each, "id"))))
        yield _subnet(name, named, place, at(each, "properties"))


def _subnet(named: ResourceId, network: ResourceId, place: str, told: object) -> Resource:
    around = (at(told, each, "id") for each in _AROUND)
    rests_on = (
        network,
        *(_canonical(ResourceId(each)) for each in around if isinstance(each, str)),
    )
    taken, given = at(told, "ipConfigurations"), at(told, "delegations")
    size = ip_network(str(at(told, "addressPrefix"))).num_addresses - 5
    services = [str(at(each, "properties", "serviceName")) for each in _each_of(given)]
    says = {
        "free": str(max(0, size - len(_each_of(taken)))),
        "delegated_to": ", ".join(services).lower(),
        "private_link_policies": str(at(told, "privateLinkServiceNetworkPolicies") or "").lower(),
    }
    kept = {name: each for name, each in says.items() if each}
    return Resource(named, SUBNET, region(place), "", rests_on, kept)


def _told(kind: str, told: object) -> Mapping[str, str]:
    state = str(at(told, "provisioningState") or "").lower()
    match kind:
        case "microsoft.managedidentity/userassignedidentities":
            return {"principal": str(at(told, "principalId"))}
        case "microsoft.resources/subscriptions/resourcegroups":
            return {"provisioning": state}
        case kind if kind == AGREEMENT:
            return {"accepted": "true" if at(told, "accepted") is True else "false"}
        case "microsoft.compute/galleries/images":
            system, generation = at(told, "osType"), at(told, "hyperVGeneration")
            return {"os": str(system).lower(), "generation": str(generation).lower()}
        case "microsoft.compute/galleries/images/versions":
            profile = at(told, "publishingProfile")
            excluded = "true" if at(profile, "excludeFromLatest") else "false"
            names = [str(at(each, "name")) for each in _each_of(at(profile, "targetRegions"))]
            says = {"provisioning": state, "excluded": excluded}
            done = state == "succeeded" and bool(names)
            return {**says, "replicated": ",".join(map(region, names))} if done else says
    return {}


def _guarded(account: object) -> Mapping[str, str]:
    if at(account, "publicNetworkAccess") == "Disabled":
        return {"network": "closed"}
    denies = at(account, "networkAcls", "defaultAction") == "Deny"
    return {"network": "filtered"} if denies else {}


def _marked(row: Json) -> Mapping[str, str]:
    names = ("imageTemplateResourceGroupName", "imageTemplateName")
    marks = [at(row, "tags", each) for each in names]
    return {"used_by": "/".join(map(str, marks)).lower()} if all(marks) else {}


def _each_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _keys(found: Resource) -> tuple[str, ...]:
    return (found.id, found.id.rpartition("/")[2]) if found.kind == ACCOUNT else (found.id,)


def _key(wanted: ResourceId) -> str:
    return account_in(wanted) or _canonical(wanted)


def _asked_as(wanted: ResourceId) -> ResourceId:
    named = _canonical(wanted)
    return parent_of(named) if kind_in(named) == SUBNET else named


def _canonical(wanted: ResourceId) -> ResourceId:
    return ResourceId(wanted.strip().lower().rstrip("/"))
