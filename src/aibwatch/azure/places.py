"""Display names of regions, as a subscription sees them: Service Health names regions by those."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, region

API_VERSION = "2022-12-01"
AGAIN = timedelta(days=1)
"""Regions come a few a year."""
AGAIN_AFTER_FAULT = timedelta(hours=1)


class _Location(Wire):
    name: str | None = None
    display_name: str | None = None
    regional_display_name: str | None = None


class _Locations(Wire):
    value: list[_Location | None] | None = None


_read = reader(_Locations)


class Places:
    """Region names by their display names, read once a day. Never fails who asks."""

    def __init__(self, arm: Arm, monotonic: Callable[[], float]) -> None:
        """Know nothing yet. `monotonic` returns seconds."""
        self._arm = arm
        self._monotonic = monotonic
        self._due: dict[str, float] = {}
        self._names: dict[str, Region] = {}

    async def learn(self, subscription: str) -> None:
        """Read the names that a subscription has, if that is due."""
        now = self._monotonic()
        if now < self._due.get(subscription, now):
            return
        self._due[subscription] = now + AGAIN_AFTER_FAULT.total_seconds()
        url = path(f"/subscriptions/{subscription}/locations", API_VERSION)
        body = await self._arm.read(subscription, url, Need.ROUTINE)
        if isinstance(body, Fault):
            return
        try:
            found = _names(_read(body))
        except WireError:
            return
        self._names.update(found)
        self._due[subscription] = now + AGAIN.total_seconds()

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
