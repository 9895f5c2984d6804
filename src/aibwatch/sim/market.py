"""What the regions of the World offer: VM sizes, zones, quotas and providers; at first, all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aibwatch.model.names import Region
from aibwatch.model.offer import Quota

ZONES = ("1", "2", "3")
PLENTY = Quota(100_000, 0)
USUAL = ("Standard_D1_v2", "Standard_D2ds_v4", "Standard_D4ds_v5")
PUBLIC_ADDRESSES = "PublicIPAddresses"
CONTAINERS = "ContainerGroups"

_SIZE = re.compile(r"Standard_([A-Z]+)(\d+)([a-z]*)(?:_(v\d+))?")


@dataclass(slots=True)
class Market:
    """What is offered, and what of it somebody took away."""

    sizes: set[str] = field(default_factory=lambda: set(USUAL))
    """Offered everywhere."""
    absent: set[tuple[Region, str]] = field(default_factory=set)
    """Sizes that a region does not have."""
    restricted: dict[tuple[Region, str], str] = field(default_factory=dict)
    """Sizes that a region has but not for us, with Azure's word for why."""
    zoneless: set[tuple[Region, str]] = field(default_factory=set)
    """Sizes that we may not have in zones 2 and 3 of a region."""
    quotas: dict[tuple[Region, str], Quota] = field(default_factory=dict)
    """By name in lower case; of all others there is plenty."""
    unregistered: set[str] = field(default_factory=set)
    """Providers, such as `Microsoft.ContainerInstance`."""
    without_builder: set[Region] = field(default_factory=set)
    """Regions that have no Image Builder."""
    declined: set[str] = field(default_factory=set)
    """Ids of the agreements whose terms nobody accepted; of all other plans somebody did."""
    hidden: set[str] = field(default_factory=set)
    """What we may not read: `sizes`, `quotas`, `providers`."""

    def offered(self, region: Region) -> list[str]:
        """Return the sizes that a region has, restricted ones among them."""
        return sorted(each for each in self.sizes if (region, each) not in self.absent)

    def quota(self, region: Region, name: str) -> Quota:
        """Return a quota by its name as Azure writes it."""
        return self.quotas.get((region, name.lower()), PLENTY)

    def machine_quotas(self, region: Region) -> Mapping[str, Quota]:
        """Return the quotas of Compute by their names as Azure writes them."""
        names = {"cores", *map(family, self.offered(region))}
        return {each: self.quota(region, each) for each in sorted(names)}


def family(size: str) -> str:
    """Return whose quota a size counts against, such as `standardDDSv5Family`."""
    found = _SIZE.fullmatch(size)
    if found is None:
        return "standardUnknownFamily"
    letters, _, extra, version = found.groups()
    return f"standard{letters}{extra.upper()}{version or ''}Family"


def vcpus(size: str) -> int:
    """Return how many vCPUs a size has, by its name."""
    found = _SIZE.fullmatch(size)
    return int(found[2]) if found else 1
