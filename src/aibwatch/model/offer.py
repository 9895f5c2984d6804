"""What one region offers one subscription: sizes, zones, quotas, providers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aibwatch.model.names import Region


@dataclass(frozen=True, slots=True)
class Size:
    """A VM size as a region offers it to a subscription."""

    name: str
    """In lower case."""
    family: str
    """Whose quota it counts against, in lower case."""
    vcpus: int
    zones: tuple[str, ...] = ()
    """Zones that have it, without those that are restricted for this subscription."""
    restricted: str = ""
    """Why it cannot be had at all, in Azure's word, such as `NotAvailableForSubscription`."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota: how much may be used, and is."""

    limit: int
    used: int

    @property
    def free(self) -> int:
        """How much is left, at least 0."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a region offers. What could not be read is absent, and named in `unread`."""

    region: Region
    subscription: str
    builds_images: bool | None = None
    """Whether Azure Image Builder is there, by the provider's own list; None if not read."""
    builders: frozenset[Region] = frozenset()
    """All regions with Image Builder, by the same list; empty if it was not read."""
    zones: tuple[str, ...] = ()
    sizes: Mapping[str, Size] = field(default_factory=dict)
    """Of those that were asked for, by name in lower case; one that is missing is not offered."""
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    """By name: `cores`, a family such as `standarddsv3family`, `publicipaddresses`,
    `containergroups`."""
    unregistered: tuple[str, ...] = ()
    """Providers that a build needs and that are not registered in the subscription."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """By part (`sizes`, `quotas`, `providers`): why it could not be read, with the right."""


@dataclass(frozen=True, slots=True)
class Geography:
    """Where a region lies, as a subscription is told."""

    region: Region
    geography: str = ""
    """Such as `Europe` or `Germany`; the unit of residency. "" if unknown."""
    pair: Region | None = None
    """Its pair, whose recovery Azure prioritises; None if it has none."""
    latitude: float | None = None
    longitude: float | None = None
    zoned: bool | None = None
    """Whether it has availability zones; None if not told."""
