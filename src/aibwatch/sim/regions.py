"""Regions with Azure Image Builder and their display names, as Microsoft's overview of May 2026."""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.names import Region, region
from aibwatch.model.offer import Geography

_DISPLAY = (
    "East US, East US 2, West Central US, West US, West US 2, West US 3, South Central US, "
    "North Europe, West Europe, Southeast Asia, Australia Southeast, Australia East, UK South, "
    "UK West, Brazil South, Canada Central, Central India, Central US, France Central, "
    "Germany West Central, Japan East, North Central US, Norway East, Switzerland North, "
    "Jio India West, UAE North, East Asia, Korea Central, South Africa North, Qatar Central, "
    "Sweden Central, Poland Central, Italy North, Israel Central, New Zealand North, "
    "Taiwan Northwest"
)

DISPLAY: Mapping[Region, str] = MappingProxyType(
    {region(name): name for name in _DISPLAY.split(", ")}
)
"""ARM name to display name, in the order of the overview."""


_LIE = """\
eastus United_States westus
eastus2 United_States centralus
westcentralus United_States westus2
westus United_States eastus
westus2 United_States westcentralus
westus3 United_States eastus
southcentralus United_States northcentralus
northeurope Europe westeurope
westeurope Europe northeurope
southeastasia Asia_Pacific eastasia
australiasoutheast Australia australiaeast
australiaeast Australia australiasoutheast
uksouth United_Kingdom ukwest
ukwest United_Kingdom uksouth
brazilsouth Brazil southcentralus
canadacentral Canada canadaeast
centralindia India southindia
centralus United_States eastus2
francecentral France francesouth
germanywestcentral Germany germanynorth
japaneast Japan japanwest
northcentralus United_States southcentralus
norwayeast Norway norwaywest
switzerlandnorth Switzerland switzerlandwest
jioindiawest India jioindiacentral
uaenorth UAE uaecentral
eastasia Asia_Pacific southeastasia
koreacentral Korea koreasouth
southafricanorth South_Africa southafricawest
qatarcentral Qatar
swedencentral Sweden swedensouth
polandcentral Poland
italynorth Italy
israelcentral Israel
newzealandnorth New_Zealand
taiwannorthwest Taiwan"""


def _lie(words: list[str]) -> Geography:
    name, geography, *pair = words
    return Geography(Region(name), geography.replace("_", " "), Region(pair[0]) if pair else None)


GEOGRAPHIES: Mapping[Region, Geography] = MappingProxyType(
    {each.region: each for each in map(_lie, map(str.split, _LIE.splitlines()))}
)
"""Where the regions lie, and their pairs, as azure-cli recordings of 2020 to 2025 tell them."""


def display(name: Region) -> str:
    """Return a region's display name; an unknown region is its own."""
    return DISPLAY.get(name, name)
