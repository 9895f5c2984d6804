"""VM sizes and zones of a region, from the list of all SKUs of Compute: some megabytes of JSON.

Shape: Microsoft.Compute/skus, API version 2021-07-01. Of a restriction the type says whether it is
for the whole region or for some zones of it.
"""

from collections.abc import Iterable, Mapping

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.pages import follow
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region
from aibwatch.model.offer import Size

API_VERSION = "2021-07-01"


class _Capability(Wire):
    name: str | None = None
    value: str | None = None


class _Where(Wire):
    zones: list[str | None] | None = None


class _Restriction(Wire):
    type: str | None = None
    reason_code: str | None = None
    restriction_info: _Where | None = None


class _Sku(Wire):
    resource_type: str | None = None
    name: str | None = None
    family: str | None = None
    capabilities: list[_Capability | None] | None = None
    location_info: list[_Where | None] | None = None
    restrictions: list[_Restriction | None] | None = None


class _Skus(Wire):
    value: list[_Sku | None] | None = None
    next_link: str | None = None


_read = reader(_Skus)

Sizes = tuple[tuple[str, ...], Mapping[str, Size]]
"""The zones of a region, and the sizes that were asked for, by name in lower case."""


async def sizes(arm: Arm, subscription: str, place: Region, wanted: Iterable[str]) -> Sizes | Fault:
    """Return the zones of a region and those of the wanted sizes that it offers."""
    zones: set[str] = set()
    found: dict[str, Size] = {}
    names = set(map(str.lower, wanted))

    def take(body: bytes) -> str:
        page = _read(body)
        if page.value is None:
            message = "a list of sizes without a value"
            raise WireError(message)
        for each in page.value:
            if each and each.name and (each.resource_type or "").lower() == "virtualmachines":
                zones.update(_zones(each.location_info or ()))
                if each.name.lower() in names:
                    found[each.name.lower()] = _size(each.name.lower(), each)
        return page.next_link or ""

    scope = f"/subscriptions/{subscription}/providers/Microsoft.Compute/skus"
    link = path(scope, API_VERSION, f"&$filter=location%20eq%20'{place}'")
    fault = await follow(arm, subscription, link, take)
    return fault or (tuple(sorted(zones)), found)


def _size(name: str, sku: _Sku) -> Size:
    limits = [each for each in sku.restrictions or () if each]
    whole = [each for each in limits if (each.type or "").lower() != "zone"]
    parts = [each.restriction_info for each in limits if (each.type or "").lower() == "zone"]
    zones = _zones(sku.location_info or ()) - _zones(parts)
    reason = next((each.reason_code or "restricted" for each in whole), "")
    family = (sku.family or "").lower()
    return Size(name, family, _vcpus(sku), tuple(sorted(zones)), reason)


def _zones(places: Iterable[_Where | None]) -> set[str]:
    return {zone for each in places if each for zone in each.zones or () if zone}


def _vcpus(sku: _Sku) -> int:
    """Return how many vCPUs a size has, 0 if that is not told."""
    told = (each.value for each in sku.capabilities or () if each and each.name == "vCPUs")
    number = next(told, None) or ""
    return int(number) if number.isdecimal() else 0
