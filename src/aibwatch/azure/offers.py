"""What a region offers a subscription, over ARM (`ports.Prerequisites`).

Shapes: usages of Microsoft.Compute 2024-07-01, Microsoft.Network 2024-05-01 and
Microsoft.ContainerInstance 2023-05-01. What cannot be read is named with the right that it takes.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.faults import nonsense
from aibwatch.azure.places import Places
from aibwatch.azure.providers import Providers
from aibwatch.azure.sizes import sizes
from aibwatch.azure.throttle import Need
from aibwatch.azure.wire import Wire, WireError, reader
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.offer import Offer, Quota

SIZES_RIGHT = "Microsoft.Compute/skus/read"
PARTS = ("sizes", "quotas", "providers")
PROVIDERS_RIGHT = "Microsoft.Resources/subscriptions/providers/read"


@dataclass(frozen=True, slots=True)
class _Limits:
    """Whose usages of a region count."""

    provider: str
    version: str

    @property
    def right(self) -> str:
        return f"{self.provider}/locations/usages/read"


_LIMITS = (
    _Limits("Microsoft.Compute", "2024-07-01"),
    _Limits("Microsoft.Network", "2024-05-01"),
    _Limits("Microsoft.ContainerInstance", "2023-05-01"),
)


class _Name(Wire):
    value: str | None = None


class _Usage(Wire):
    name: _Name | None = None
    current_value: float | None = None
    limit: float | None = None


class _Usages(Wire):
    value: list[_Usage | None] | None = None


_read_usages = reader(_Usages)


class Offers:
    """Looks up sizes, zones, quotas and providers."""

    def __init__(self, arm: Arm, places: Places) -> None:
        """Take the door to ARM, and who knows the names of regions."""
        self._arm = arm
        self._providers = Providers(arm, places, monotonic)

    async def offer(self, subscription: str, place: Region, wanted: Sequence[str]) -> Offer | Fault:
        """Return what a region offers; the first fault if nothing at all could be read."""
        sized, registered, used = await asyncio.gather(
            sizes(self._arm, subscription, place, wanted),
            self._providers.read(subscription),
            asyncio.gather(*(self._usages(subscription, place, each) for each in _LIMITS)),
        )
        zones, offered = ((), {}) if isinstance(sized, Fault) else sized
        known = None if isinstance(registered, Fault) else registered
        counted = {"cores"} | {each.family for each in offered.values()}
        unread = _unread(sized, registered, used)
        if isinstance(sized, Fault) and {*unread} == {*PARTS} and not any(map(_is_read, used)):
            return sized
        return Offer(
            place,
            subscription,
            builds_images=place in known.builders if known else None,
            builders=known.builders if known else frozenset(),
            zones=zones,
            sizes=offered,
            quotas=dict(_quotas(used, counted)),
            unregistered=known.unregistered if known else (),
            unread=unread,
        )

    async def _usages(
        self, subscription: str, place: Region, limits: _Limits
    ) -> Mapping[str, Quota] | Fault:
        scope = (
            f"/subscriptions/{subscription}/providers/{limits.provider}/locations/{place}/usages"
        )
        body = await self._arm.read(subscription, path(scope, limits.version), Need.ROUTINE)
        if isinstance(body, Fault):
            return body
        try:
            told = _read_usages(body).value
        except WireError as error:
            return nonsense(str(error))
        return nonsense("usages without a value") if told is None else dict(_told(told))


def _is_read(answer: object) -> bool:
    return not isinstance(answer, Fault)


def _told(usages: Sequence[_Usage | None]) -> Iterator[tuple[str, Quota]]:
    for each in usages:
        if each and each.name and each.name.value and each.limit is not None:
            yield each.name.value.lower(), Quota(int(each.limit), int(each.current_value or 0))


def _quotas(
    used: Sequence[Mapping[str, Quota] | Fault], counted: set[str]
) -> Iterator[tuple[str, Quota]]:
    """Yield the quotas that a build counts against; of Compute's some hundred only those few."""
    machines, *others = ({} if isinstance(each, Fault) else each for each in used)
    for name in sorted(counted & machines.keys()):
        yield name, machines[name]
    for each in others:
        yield from each.items()


def _unread(
    sized: object, registered: object, used: Sequence[Mapping[str, Quota] | Fault]
) -> Mapping[str, str]:
    """Return by part why it could not be read; of the quotas the first that could not."""
    limits = zip(used, _LIMITS, strict=True)
    parts = (
        ("sizes", sized, SIZES_RIGHT),
        ("providers", registered, PROVIDERS_RIGHT),
        *(("quotas", each, limit.right) for each, limit in reversed([*limits])),
    )
    return {part: _why(each, right) for part, each, right in parts if isinstance(each, Fault)}


def _why(fault: Fault, right: str) -> str:
    return f"{fault}; grant {right}" if fault.kind is FaultKind.PERMISSION else str(fault)
