"""Resources that templates rest on, on the wire -> `model.resource.Resource`.

A row of Resource Graph and an answer of ARM have one shape. Shapes: Microsoft.Network 2024-05-01,
ManagedIdentity 2023-01-31, Storage 2023-05-01, Compute 2024-03-03 and 2024-07-01, Resources
2021-04-01, MarketplaceOrdering 2021-01-01.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import TypeVar

from aibwatch.azure.wire import NULL, Raw, Wire, WireError, read_anything, reader
from aibwatch.model.names import ResourceId, region
from aibwatch.model.resource import (
    ACCOUNT,
    AGREEMENT,
    DEFINITION,
    GROUP,
    MANAGED_IMAGE,
    NETWORK,
    NOWHERE,
    SUBNET,
    VERSION,
    Resource,
    kind_in,
    parent_of,
)

T = TypeVar("T")

TAKEN_BY_AZURE = 5
"""Addresses of every subnet (learn.microsoft.com/azure/virtual-network/virtual-networks-faq)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How one kind of resource is asked for by its own id."""

    version: str
    """API version."""
    right: str
    """What must be granted to us."""


KINDS: Mapping[str, Asking] = {
    GROUP: Asking("2021-04-01", "Microsoft.Resources/subscriptions/resourceGroups/read"),
    NETWORK: Asking("2024-05-01", "Microsoft.Network/virtualNetworks/read"),
    SUBNET: Asking("2024-05-01", "Microsoft.Network/virtualNetworks/subnets/read"),
    "microsoft.network/networksecuritygroups": Asking(
        "2024-05-01", "Microsoft.Network/networkSecurityGroups/read"
    ),
    "microsoft.network/routetables": Asking("2024-05-01", "Microsoft.Network/routeTables/read"),
    "microsoft.network/natgateways": Asking("2024-05-01", "Microsoft.Network/natGateways/read"),
    "microsoft.managedidentity/userassignedidentities": Asking(
        "2023-01-31", "Microsoft.ManagedIdentity/userAssignedIdentities/read"
    ),
    ACCOUNT: Asking("2023-05-01", "Microsoft.Storage/storageAccounts/read"),
    "microsoft.compute/galleries": Asking("2024-03-03", "Microsoft.Compute/galleries/read"),
    DEFINITION: Asking("2024-03-03", "Microsoft.Compute/galleries/images/read"),
    VERSION: Asking("2024-03-03", "Microsoft.Compute/galleries/images/versions/read"),
    AGREEMENT: Asking(
        "2021-01-01",
        "Microsoft.MarketplaceOrdering/offertypes/publishers/offers/plans/agreements/read",
    ),
    MANAGED_IMAGE: Asking("2024-07-01", "Microsoft.Compute/images/read"),
}
"""By ARM type in lower case."""


class _Sku(Wire):
    name: str | None = None


class _Resource(Wire):
    id: str | None = None
    location: str | None = None
    sku: Raw = NULL
    tags: Raw = NULL
    properties: Raw = NULL


class _Reference(Wire):
    id: str | None = None


class _Delegated(Wire):
    service_name: str | None = None


class _Delegation(Wire):
    properties: _Delegated | None = None


class _SubnetProperties(Wire):
    address_prefix: str | None = None
    address_prefixes: list[str | None] | None = None
    ip_configurations: list[Raw] | None = None
    network_security_group: _Reference | None = None
    route_table: _Reference | None = None
    nat_gateway: _Reference | None = None
    delegations: list[_Delegation | None] | None = None
    private_link_service_network_policies: str | None = None


class _Subnet(Wire):
    id: str | None = None
    properties: _SubnetProperties | None = None


class _Network(Wire):
    subnets: list[_Subnet | None] | None = None


class _Identity(Wire):
    principal_id: str | None = None


class _Group(Wire):
    provisioning_state: str | None = None


class _Rules(Wire):
    default_action: str | None = None


class _Account(Wire):
    public_network_access: str | None = None
    network_acls: _Rules | None = None


class _Definition(Wire):
    os_type: str | None = None
    hyper_v_generation: str | None = None


class _Agreement(Wire):
    accepted: bool | None = None


class _Target(Wire):
    name: str | None = None


class _Publishing(Wire):
    target_regions: list[_Target | None] | None = None
    exclude_from_latest: bool | None = None


class _Version(Wire):
    provisioning_state: str | None = None
    publishing_profile: _Publishing | None = None


def _part(kind: type[T]) -> Callable[[Raw], T]:
    """Return what reads a part of an object; one that is left out or null is an empty one."""
    read = reader(kind)
    return lambda raw: kind() if bytes(raw) == bytes(NULL) else read(raw)


_read_resource = reader(_Resource)
_read_sku = _part(_Sku)
_read_subnet = _part(_SubnetProperties)
_read_network = _part(_Network)
_read_identity = _part(_Identity)
_read_group = _part(_Group)
_read_account = _part(_Account)
_read_definition = _part(_Definition)
_read_agreement = _part(_Agreement)
_read_version = _part(_Version)


def resources_in(body: bytes | Raw) -> list[Resource]:
    """Return the resource that a row or an answer tells, and a network's subnets besides.

    Raises WireError if it tells none.
    """
    wire = _read_resource(body)
    named = _canonical(wire.id)
    if not kind_in(named):
        message = "an object without the id of a resource"
        raise WireError(message)
    found = _resource(named, wire)
    if found.kind != NETWORK:
        return [found]
    within = _read_network(wire.properties).subnets or ()
    return [found, *(_subnet(each, found) for each in within if each and each.id)]


def _resource(named: ResourceId, wire: _Resource) -> Resource:
    kind = kind_in(named)
    place = region(wire.location) if wire.location else NOWHERE
    if kind == SUBNET:
        network = Resource(parent_of(named), NETWORK)
        return _subnet(_Subnet(named, _read_subnet(wire.properties)), network)
    sku = _read_sku(wire.sku).name if kind == ACCOUNT else ""
    rests_on = (parent_of(named),) if kind in {DEFINITION, VERSION} else ()
    tell = _TELLING.get(kind)
    told = tell(wire.properties) if tell else {}
    if kind == GROUP:
        told = {**told, **_marked(wire.tags)}
    return Resource(named, kind, place, sku or "", rests_on, told)


def _subnet(wire: _Subnet, network: Resource) -> Resource:
    """Return a subnet; it is where its network is, which its own answer does not tell."""
    told = wire.properties or _SubnetProperties()
    around = (told.network_security_group, told.route_table, told.nat_gateway)
    rests_on = (network.id, *(_canonical(each.id) for each in around if each and each.id))
    says = {
        "free": _free(told),
        "delegated_to": _delegated_to(told),
        "private_link_policies": (told.private_link_service_network_policies or "").lower(),
    }
    kept = {name: each for name, each in says.items() if each}
    return Resource(_canonical(wire.id), SUBNET, network.region, "", rests_on, kept)


def _free(subnet: _SubnetProperties) -> str:
    """Return how many IPv4 addresses are left, "" if that cannot be told."""
    written = [subnet.address_prefix, *(subnet.address_prefixes or ())]
    try:
        ranges = {ip_network(each) for each in written if each}
    except ValueError:
        return ""
    sizes = [
        each.num_addresses - TAKEN_BY_AZURE for each in ranges if isinstance(each, IPv4Network)
    ]
    return str(max(0, sum(sizes) - len(subnet.ip_configurations or ()))) if sizes else ""


def _delegated_to(subnet: _SubnetProperties) -> str:
    given = (each.properties for each in subnet.delegations or () if each)
    return ", ".join(each.service_name.lower() for each in given if each and each.service_name)


def _of_identity(properties: Raw) -> Mapping[str, str]:
    return _said(principal=_read_identity(properties).principal_id)


def _of_group(properties: Raw) -> Mapping[str, str]:
    return _said(provisioning=_read_group(properties).provisioning_state)


def _marked(tags: Raw) -> Mapping[str, str]:
    """Tell which template the service marked a group as the staging group of, as `group/name`."""
    told = read_anything(tags)
    known = told.items() if isinstance(told, Mapping) else ()
    says = {name.lower(): value for name, value in known if isinstance(value, str) and value}
    name = says.get("imagetemplatename", "")
    group = says.get("imagetemplateresourcegroupname", "")
    return _said(used_by=f"{group}/{name}" if name and group else "")


def _of_account(properties: Raw) -> Mapping[str, str]:
    told = _read_account(properties)
    rules = told.network_acls or _Rules()
    if (told.public_network_access or "").lower() == "disabled":
        return {"network": "closed"}
    return {"network": "filtered"} if (rules.default_action or "").lower() == "deny" else {}


def _of_definition(properties: Raw) -> Mapping[str, str]:
    told = _read_definition(properties)
    return _said(os=told.os_type, generation=told.hyper_v_generation)


def _of_agreement(properties: Raw) -> Mapping[str, str]:
    """Tell whether the terms of a plan are accepted; the service tells it of each that there is."""
    return {"accepted": "true" if _read_agreement(properties).accepted else "false"}


def _of_version(properties: Raw) -> Mapping[str, str]:
    """Tell of a version; once it is Succeeded, all its targets have their replica."""
    told = _read_version(properties)
    profile = told.publishing_profile or _Publishing()
    state = (told.provisioning_state or "").lower()
    targets = _names(profile.target_regions or ()) if state == "succeeded" else ""
    excluded = "true" if profile.exclude_from_latest else "false"
    return _said(provisioning=state, excluded=excluded, replicated=targets)


def _names(targets: Iterable[_Target | None]) -> str:
    return ",".join(region(each.name) for each in targets if each and each.name)


def _said(**told: str | None) -> Mapping[str, str]:
    return {name: each.lower() for name, each in told.items() if each}


_TELLING: Mapping[str, Callable[[Raw], Mapping[str, str]]] = {
    "microsoft.managedidentity/userassignedidentities": _of_identity,
    GROUP: _of_group,
    ACCOUNT: _of_account,
    AGREEMENT: _of_agreement,
    DEFINITION: _of_definition,
    VERSION: _of_version,
}


def _canonical(text: str | None) -> ResourceId:
    return ResourceId((text or "").strip().lower().rstrip("/"))
