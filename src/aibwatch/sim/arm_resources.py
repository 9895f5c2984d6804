"""ARM's answers about single resources, and about what regions offer."""

import re

from aibwatch.model.names import Region, ResourceId
from aibwatch.model.offer import Quota
from aibwatch.sim import front, market, registry
from aibwatch.sim.exchange import Answer, Desk, Request, failed, said
from aibwatch.sim.regions import DISPLAY, GEOGRAPHIES, display
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.weather import Op
from aibwatch.sim.wire import Json
from aibwatch.sim.world import World

BUILDER = "Microsoft.VirtualMachineImages"

_FILTER = re.compile(r"location eq '(\w+)'")


def resource(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """Read one resource by its own id."""
    found = registry.resource(desk.world, ResourceId(request.path.lower()))
    return failed(found) if isinstance(found, Trouble) else said(found)


def sizes(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """List what Compute has in a region: VM sizes, and a disk, as the real list has them too."""
    asked = _FILTER.search(request.query.get("$filter", ""))
    if asked is None:
        return failed(Trouble(400, "BadRequest", "This list is read for one location only."))
    place = Region(asked[1])
    found = registry.sizes(desk.world, match["subscription"].lower(), place)
    if isinstance(found, Trouble):
        return failed(found)
    disk: Json = {"resourceType": "disks", "name": "Premium_LRS", "locations": [place]}
    return said({"value": [disk, *(_size(desk.world, place, each) for each in found)]})


def _size(world: World, place: Region, name: str) -> Json:
    where = {"location": place, "zones": list(market.ZONES)}
    limits: list[Json] = []
    reason = world.market.restricted.get((place, name))
    if reason is not None:
        limits.append(_limit("Location", reason, {"locations": [place]}))
    if (place, name) in world.market.zoneless:
        zones = {"locations": [place], "zones": list(market.ZONES[1:])}
        limits.append(_limit("Zone", "NotAvailableForSubscription", zones))
    told = (("MaxResourceVolumeMB", "20480"), ("vCPUs", str(market.vcpus(name))))
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": "Standard",
        "size": name.removeprefix("Standard_"),
        "family": market.family(name),
        "locations": [place],
        "locationInfo": [{**where, "zoneDetails": []}],
        "capabilities": [{"name": each, "value": value} for each, value in told],
        "restrictions": limits,
    }


def _limit(kind: str, reason: str, where: Json) -> Json:
    values = where["locations"]
    return {"type": kind, "values": values, "restrictionInfo": where, "reasonCode": reason}


def usages(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List how much of a provider's quotas in a region is used."""
    place, provider = Region(match["region"].lower()), match["provider"].lower()
    found = registry.quotas(desk.world, match["subscription"].lower(), place, provider)
    if isinstance(found, Trouble):
        return failed(found)
    return said({"value": [_usage(name, quota) for name, quota in found.items()]})


def _usage(name: str, quota: Quota) -> Json:
    named = {"value": name, "localizedValue": name}
    return {"unit": "Count", "currentValue": quota.used, "limit": quota.limit, "name": named}


def provider(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read a provider: whether it is registered, and where, by display name, Image Builder is."""
    name = match["provider"]
    found = registry.registered(desk.world, match["subscription"].lower(), name)
    if isinstance(found, Trouble):
        return failed(found)
    places = [
        shown for each, shown in DISPLAY.items() if each not in desk.world.market.without_builder
    ]
    kind: Json = {
        "resourceType": "imageTemplates",
        "locations": places,
        "apiVersions": ["2025-10-01", "2024-02-01"],
    }
    kinds = [kind] if name.lower() == BUILDER.lower() else []
    state = "Registered" if found else "NotRegistered"
    return said({"namespace": name, "registrationState": state, "resourceTypes": kinds})


def locations(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the regions, and a logical one, which holds nothing."""
    name = match["subscription"].lower()
    trouble = front.admit(desk.world, Op.SUBSCRIPTION, name)
    if trouble is not None:
        return failed(trouble)
    logical: Json = {"name": "europe", "displayName": "Europe", "type": "Region"}
    logical["metadata"] = {"regionType": "Logical", "regionCategory": "Other"}
    return said({"value": [logical, *map(_location, GEOGRAPHIES)]})


def _location(place: Region) -> Json:
    lies = GEOGRAPHIES[place]
    pairs = [{"name": lies.pair}] if lies.pair else []
    zones: Json = {
        "availabilityZoneMappings": [
            {"logicalZone": each, "physicalZone": f"{place}-az{each}"} for each in market.ZONES
        ]
    }
    return {
        **(zones if lies.zoned else {}),
        "name": place,
        "displayName": display(place),
        "regionalDisplayName": f"(Earth) {display(place)}",
        "type": "Region",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended",
            "geography": lies.geography,
            "latitude": str(lies.latitude),
            "longitude": str(lies.longitude),
            "pairedRegion": pairs,
        },
    }
