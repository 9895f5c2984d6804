"""A resource that templates rest on, as far as it matters to them: where it is, and on what."""

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
    `delegated_to`, `private_link_policies`; of an identity `principal`; of a group `provisioning`;
    of a definition `os`, `generation`; of a gallery version `excluded`, `provisioning`."""
