"""Regions as a subscription sees them: where they lie, and how Service Health calls them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, region
from aibwatch.model.offer import Geography

API_VERSION = "2022-12-01"
AGAIN = timedelta(days=1)
"""Regions come a few a year."""
AGAIN_AFTER_FAULT = timedelta(hours=1)


class _Pair(Wire):
    name: str | None = None


class _Metadata(Wire):
    region_type: str | None = None
    geography: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    paired_region: list[_Pair | None] | None = None


class _Zone(Wire):
    logical_zone: str | None = None


class _Location(Wire):
    name: str | None = None
    availability_zone_mappings: list[_Zone | None] | None = None
    display_name: str | None = None
    regional_display_name: str | None = None
    metadata: _Metadata | None = None


class _Locations(Wire):
    value: list[_Location | None] | None = None


_read = reader(_Locations)


class Places:
    """The regions of subscriptions, read once a day."""

    def __init__(self, arm: Arm, monotonic: Callable[[], float]) -> None:
        """Know nothing yet. `monotonic` returns seconds."""
        self._arm = arm
        self._monotonic = monotonic
        self._due: dict[str, float] = {}
        self._names: dict[str, Region] = {}
        self._lie: dict[str, Sequence[Geography]] = {}

    async def learn(self, subscription: str) -> None:
        """Read the names that a subscription has, if that is due. Never fails who asks."""
        if self._is_due(subscription):
            await self._learn(subscription)

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Return where the regions of a subscription lie; known ones are not asked for again."""
        if subscription in self._lie and not self._is_due(subscription):
            return self._lie[subscription]
        return await self._learn(subscription) or self._lie[subscription]

    def _is_due(self, subscription: str) -> bool:
        now = self._monotonic()
        return now >= self._due.get(subscription, now)

    async def _learn(self, subscription: str) -> Fault | None:
        now = self._monotonic()
        self._due[subscription] = now + AGAIN_AFTER_FAULT.total_seconds()
        url = path(f"/subscriptions/{subscription}/locations", API_VERSION)
        body = await self._arm.read(subscription, url, Need.ROUTINE)
        if isinstance(body, Fault):
            return body
        try:
            found = _read(body)
        except WireError as error:
            return nonsense(str(error))
        self._names.update(_names(found))
        self._lie[subscription] = _geographies(found)
        self._due[subscription] = now + AGAIN.total_seconds()
        return None

    def region(self, shown: str) -> Region:
        """Return the region that a display name stands for; unknown ones without their blanks."""
        return self._names.get(shown.strip().lower(), region(shown))


def _names(wire: _Locations) -> Mapping[str, Region]:
    return {
        shown.strip().lower(): region(each.name)
        for each in wire.value or ()
        if each and each.name
        for shown in (each.display_name, each.regional_display_name)
        if shown
    }


def _geographies(wire: _Locations) -> Sequence[Geography]:
    """Return where regions lie; logical ones, such as `europe`, hold nothing."""
    told = ((each, each.metadata or _Metadata()) for each in wire.value or () if each)
    return [
        _geography(region(each.name), metadata, zoned=bool(each.availability_zone_mappings))
        for each, metadata in told
        if each.name and (metadata.region_type or "").lower() != "logical"
    ]


def _geography(name: Region, told: _Metadata, *, zoned: bool) -> Geography:
    """Return where a region lies; one that is told to be its own pair has none.

    Of a region without zones nothing is said of zones (learn.microsoft.com/azure/reliability,
    availability-zones-overview).
    """
    pairs = [region(each.name) for each in told.paired_region or () if each and each.name]
    return Geography(
        name,
        told.geography or "",
        next((each for each in pairs if each != name), None),
        _degrees(told.latitude),
        _degrees(told.longitude),
        zoned,
    )


def _degrees(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
