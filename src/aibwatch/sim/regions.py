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
eastus United_States 37.3719 -79.8164 westus
eastus2 United_States 36.6681 -78.3889 centralus
westcentralus United_States 40.89 -110.234 westus2
westus United_States 37.783 -122.417 eastus
westus2 United_States 47.233 -119.852 westcentralus
westus3 United_States 33.4484 -112.074 eastus
southcentralus United_States 29.4167 -98.5 northcentralus
northeurope Europe 53.3478 -6.2597 westeurope
westeurope Europe 52.3667 4.9 northeurope
southeastasia Asia_Pacific 1.283 103.833 eastasia
australiasoutheast Australia -37.8136 144.9631 australiaeast
australiaeast Australia -33.86 151.2094 australiasoutheast
uksouth United_Kingdom 50.941 -0.799 ukwest
ukwest United_Kingdom 53.427 -3.084 uksouth
brazilsouth Brazil -23.55 -46.633 southcentralus
canadacentral Canada 43.653 -79.383 canadaeast
centralindia India 18.5822 73.9197 southindia
centralus United_States 41.5908 -93.6208 eastus2
francecentral France 46.3772 2.373 francesouth
germanywestcentral Germany 50.1109 8.6821 germanynorth
japaneast Japan 35.68 139.77 japanwest
northcentralus United_States 41.8819 -87.6278 southcentralus
norwayeast Norway 59.9139 10.7522 norwaywest
switzerlandnorth Switzerland 47.4515 8.5646 switzerlandwest
jioindiawest India 22.4707 70.0577 jioindiacentral
uaenorth UAE 25.2667 55.3167 uaecentral
eastasia Asia_Pacific 22.267 114.188 southeastasia
koreacentral Korea 37.5665 126.978 koreasouth
southafricanorth South_Africa -25.7313 28.2184 southafricawest
qatarcentral Qatar 25.5515 51.4393
swedencentral Sweden 60.6749 17.1413 swedensouth
polandcentral Poland 52.2333 21.0167
italynorth Italy 45.4689 9.1811
israelcentral Israel 31.2656 33.4507
newzealandnorth New_Zealand -36.8485 174.7635
taiwannorthwest Taiwan 24.8 121.0
canadaeast Canada 46.817 -71.217 canadacentral
francesouth France 43.8345 2.1972 francecentral
germanynorth Germany 53.0736 8.8064 germanywestcentral
japanwest Japan 34.6939 135.5022 japaneast
koreasouth Korea 35.1796 129.0756 koreacentral
norwaywest Norway 58.97 5.7331 norwayeast
southafricawest South_Africa -34.0757 18.8433 southafricanorth
southindia India 12.9822 80.1636 centralindia
switzerlandwest Switzerland 46.2044 6.1432 switzerlandnorth
uaecentral UAE 24.4667 54.3667 uaenorth"""


def _lie(words: list[str]) -> Geography:
    name, geography, latitude, longitude, *pair = words
    return Geography(
        Region(name),
        geography.replace("_", " "),
        Region(pair[0]) if pair else None,
        float(latitude),
        float(longitude),
        zoned=Region(name) in DISPLAY,
    )


GEOGRAPHIES: Mapping[Region, Geography] = MappingProxyType(
    {each.region: each for each in map(_lie, map(str.split, _LIE.splitlines()))}
)
"""Where regions lie, and their pairs, as azure-cli recordings of 2020 to 2025 tell them.

Degrees are those of `az account list-locations`, of regions since 2021 those of their towns. The
last ten have no Image Builder; here they have no zones either, and all others have.
"""


def display(name: Region) -> str:
    """Return a region's display name; an unknown region is its own."""
    return DISPLAY.get(name, name)
