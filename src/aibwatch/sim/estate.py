"""What templates of the World rest on besides galleries: networks, identities, stores, groups.

Whatever a template names is there when the template is added, in the template's region and with
room for it, so that a fleet is ready unless a test takes something away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aibwatch.model.names import Region, ResourceId
from aibwatch.model.resource import (
    ACCOUNT,
    DEFINITION,
    MANAGED_IMAGE,
    SUBNET,
    VERSION,
    account_in,
    kind_in,
    parent_of,
)
from aibwatch.sim.body import Body

STORES = Region("swedencentral")
"""Where scripts are kept: in none of the usual regions of templates, and copied to its pair."""

IDENTITY = "microsoft.managedidentity/userassignedidentities"

ROOM = 251
"""Addresses of a subnet /24, without Azure's own five."""

_OTHERS = frozenset({"", DEFINITION, VERSION, MANAGED_IMAGE, "microsoft.compute/galleries"})
"""Kinds that the World keeps elsewhere, or not by themselves."""


@dataclass(slots=True)
class SimResource:
    """One resource."""

    id: ResourceId
    region: Region
    sku: str = ""
    """Of a storage account."""
    taken: int = 3
    """Addresses of a subnet that are in use."""
    delegated_to: str = ""
    """Service that has a subnet for itself."""
    link_policies: str = "Disabled"
    """`privateLinkServiceNetworkPolicies` of a subnet."""
    network: str = ""
    """Who gets in to a storage account: `filtered`, `closed`, or everybody."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Of a group."""
    rests_on: Mapping[str, ResourceId] = field(default_factory=dict)
    """Of a subnet: by the property that names it, such as `natGateway`."""

    @property
    def kind(self) -> str:
        """ARM type in lower case."""
        return kind_in(self.id)


@dataclass(slots=True)
class Estate:
    """All of them, and what the identity of aibwatch is shown of them."""

    resources: dict[ResourceId, SimResource] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    """Ids of what aibwatch may not read, definitions among them."""
    denied: set[str] = field(default_factory=set)
    """Actions that aibwatch was granted nowhere, in lower case: ARM refuses them on the wire, and
    Resource Graph leaves out what they would show."""
    wide: bool = False
    """Whether aibwatch has the right to run on whole subscriptions, and not on groups alone."""
    granted: dict[ResourceId, list[tuple[str, str]]] = field(default_factory=dict)
    """What identities may do, as far as it is shown to us: scope and action, by identity."""
    late: set[str] = field(default_factory=set)
    """Ids of what Resource Graph does not know yet, or does not know to be gone."""

    def add(self, found: SimResource) -> None:
        """Add a resource, and the network of a subnet."""
        self.resources[found.id] = found
        if found.kind == SUBNET and parent_of(found.id) not in self.resources:
            self.resources[parent_of(found.id)] = SimResource(parent_of(found.id), found.region)

    def settle(self, template: str, body: Body, place: Region) -> None:
        """Let everything be there that a template names, and its own resource group."""
        self._settle(template.partition("/providers/")[0], place)
        for text in _texts(body):
            self._settle(text, place)

    def _settle(self, text: str, place: Region) -> None:
        account = account_in(text)
        if account:
            self._keep(SimResource(_address(account), STORES, "Standard_RAGZRS"))
            return
        named = ResourceId(text.lower())
        kind = kind_in(named)
        if kind in _OTHERS:
            return
        scoped = "microsoft.containerinstance/containergroups" if named.endswith("/aci") else ""
        self._keep(SimResource(named, place, delegated_to=scoped))

    def _keep(self, found: SimResource) -> None:
        if found.id not in self.resources:
            self.add(found)

    def grant(self, scope: str) -> None:
        """Let every identity publish and join subnets in a scope, and that be shown."""
        actions = (
            "Microsoft.Compute/galleries/images/versions/write",
            "Microsoft.Network/virtualNetworks/subnets/join/action",
        )
        for each in self.resources.values():
            if each.kind == IDENTITY:
                self.granted[each.id] = [(scope, action) for action in actions]

    def accounts(self, name: str) -> Iterator[SimResource]:
        """Yield the storage accounts of a name; names are unique in all of Azure."""
        wanted = f"/{name}"
        for each in self.resources.values():
            if each.kind == ACCOUNT and each.id.endswith(wanted):
                yield each

    def subnets(self, network: ResourceId) -> Iterator[SimResource]:
        """Yield the subnets of a network."""
        for each in self.resources.values():
            if each.kind == SUBNET and parent_of(each.id) == network:
                yield each


def _address(account: str) -> ResourceId:
    group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/scripts"
    return ResourceId(f"{group}/providers/{ACCOUNT}/{account}")


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a body that could be an id or an address, names of fields included."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(name)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and value.startswith(("/subscriptions/", "http")):
        yield value
