"""Regions with Azure Image Builder and their display names, as Microsoft's overview of May 2026."""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.names import Region, region

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


def display(name: Region) -> str:
    """Return a region's display name; an unknown region is its own."""
    return DISPLAY.get(name, name)
