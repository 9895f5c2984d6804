"""Resource providers of a subscription: which are registered, and where Image Builder is.

Shape: Microsoft.Resources, API version 2021-04-01. The regions are told by their display names.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.places import Places
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region

API_VERSION = "2021-04-01"
AGAIN = timedelta(seconds=5)
"""All regions of a subscription that are looked at in one go share one answer."""

BUILDER = "Microsoft.VirtualMachineImages"
NEEDED = (
    BUILDER,
    "Microsoft.Compute",
    "Microsoft.KeyVault",
    "Microsoft.Storage",
    "Microsoft.Network",
    "Microsoft.ContainerInstance",
    "Microsoft.ManagedIdentity",
)
"""What Image Builder needs registered (learn.microsoft.com/azure/virtual-machines/linux/
image-builder), and whose identities templates build with."""


class _Kind(Wire):
    resource_type: str | None = None
    locations: list[str | None] | None = None


class _Provider(Wire):
    registration_state: str | None = None
    resource_types: list[_Kind | None] | None = None


_read = reader(_Provider)


@dataclass(frozen=True, slots=True)
class Registered:
    """What a subscription has."""

    unregistered: tuple[str, ...]
    builders: frozenset[Region]
    """Regions with Image Builder."""


class Providers:
    """The providers that a build needs."""

    def __init__(self, arm: Arm, places: Places, monotonic: Callable[[], float]) -> None:
        """Take the door to ARM, and who knows regions by name. `monotonic` returns seconds."""
        self._arm, self._places, self._monotonic = arm, places, monotonic
        self._known: dict[str, tuple[float, Registered]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def read(self, subscription: str) -> Registered | Fault:
        """Return what a subscription has, or the first fault; a good answer serves a while."""
        async with self._locks.setdefault(subscription, asyncio.Lock()):
            until, known = self._known.get(subscription, (0.0, None))
            if known and self._monotonic() < until:
                return known
            found = await self._read(subscription)
            if not isinstance(found, Fault):
                again = self._monotonic() + AGAIN.total_seconds()
                self._known[subscription] = (again, found)
            return found

    async def _read(self, subscription: str) -> Registered | Fault:
        told: list[_Provider] = []
        for name in NEEDED:  # one by one: after a fault the others would most likely fail as well
            answer = await self._provider(subscription, name)
            if isinstance(answer, Fault):
                return answer
            told.append(answer)
        states = zip(NEEDED, told, strict=True)
        return Registered(
            tuple(name for name, each in states if not _is_registered(each)),
            frozenset(map(self._places.region, _places(told[0]))),
        )

    async def _provider(self, subscription: str, name: str) -> _Provider | Fault:
        url = path(f"/subscriptions/{subscription}/providers/{name}", API_VERSION)
        body = await self._arm.read(subscription, url, Need.ROUTINE)
        if isinstance(body, Fault):
            return body
        try:
            return _read(body)
        except WireError as error:
            return nonsense(str(error))


def _is_registered(provider: _Provider) -> bool:
    return (provider.registration_state or "").lower() in {"registered", "registering"}


def _places(provider: _Provider) -> list[str]:
    kinds = (each for each in provider.resource_types or () if each)
    builders = [each for each in kinds if (each.resource_type or "").lower() == "imagetemplates"]
    return [name for each in builders for name in each.locations or () if name]
