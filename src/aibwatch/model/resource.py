"""A resource that templates rest on, as far as it matters to them: where it is, and on what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aibwatch.model.names import Region, ResourceId

NOWHERE = Region("")
"""Where a resource is that has no region: it is served from all of them, or from nobody knows."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One ARM resource, read through Resource Graph or by its own id."""

    id: ResourceId
    kind: str
    """ARM type in lower case, such as `microsoft.network/virtualnetworks`."""
    region: Region = NOWHERE
    redundancy: str = ""
    """SKU of a storage account, such as `Standard_LRS`: which of its copies outlive the region."""
    rests_on: tuple[ResourceId, ...] = ()
    """What it needs itself: of a subnet its network, security group, route table, NAT gateway; of
    a definition its gallery."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What its kind tells besides, in words of this project: of a subnet `free` (addresses),
    `delegated_to`, `private_link_policies`; of an identity `principal` and, if its roles were
    shown to us, `publishes_in` and `joins_in` (scopes, with a comma between: where it may write
    versions, and join subnets); of a group `provisioning`
    and, once the service marked it as a staging group, `used_by` (the template, as `group/name`);
    of a storage account `network` if not everybody gets in: `filtered` or `closed`;
    of a definition `os`, `generation`; of a gallery version `excluded`, `provisioning` and
    `replicated` (regions, with a comma between); of a marketplace agreement `accepted`."""


GROUP = "microsoft.resources/subscriptions/resourcegroups"
SUBNET = "microsoft.network/virtualnetworks/subnets"
NETWORK = "microsoft.network/virtualnetworks"
DEFINITION = "microsoft.compute/galleries/images"
VERSION = "microsoft.compute/galleries/images/versions"
MANAGED_IMAGE = "microsoft.compute/images"
AGREEMENT = "microsoft.marketplaceordering/offertypes/publishers/offers/plans/agreements"
"""Of a marketplace plan, for one subscription; Resource Graph does not have it."""
ACCOUNT = "microsoft.storage/storageaccounts"

_GROUP_PARTS = 5
"""Of `/subscriptions/<guid>/resourcegroups/<name>`, between slashes."""

_CLOUDS = (
    r"core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|storage\.azure\.(?:net|us|cn)"
)
_BLOB = re.compile(rf"https?://([a-z0-9]{{3,24}})\.(?:z\d+\.)?blob\.(?:{_CLOUDS})(?=[:/?]|$)")


def account_in(address: str) -> str:
    """Return the storage account that an address of a script or VHD is in, "" if in none."""
    found = _BLOB.match(address.lower())
    return found[1] if found else ""


def kind_in(resource: ResourceId) -> str:
    """Return the ARM type that an id is of, "" for what is no id of a resource or group."""
    scope, _, provider = resource.partition("/providers/")
    parts = provider.split("/")
    if not scope.startswith("/subscriptions/"):
        return ""
    if not provider:
        return GROUP if len(scope.split("/")) == _GROUP_PARTS else ""
    return "/".join((parts[0], *parts[1::2])) if len(parts) % 2 else ""


def parent_of(resource: ResourceId) -> ResourceId:
    """Return what a resource is part of, such as the network of a subnet."""
    return ResourceId(resource.rsplit("/", 2)[0])
