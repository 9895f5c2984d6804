"""Entries about what people said, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aibwatch.model.names import FailoverId, ImageName, OrderId
from aibwatch.model.order import Order
from aibwatch.model.schedule import Schedule
from aibwatch.model.word import Word


@dataclass(frozen=True, slots=True)
class Paused:
    """An operator forbids acting."""

    at: datetime
    scope: str
    """`all`, `region:<name>` or `image:<name>`."""
    reason: str
    actor: str = ""
    """Whose it is; each may have one of a scope, and any of them suffices (PROMISES S35)."""
    until: datetime | None = None

    @property
    def end(self) -> datetime:
        """When it lapses by itself; never is the latest."""
        return self.until or datetime.max.replace(tzinfo=UTC)

    def stands(self, now: datetime) -> bool:
        """Whether it is in force."""
        return now < self.end


@dataclass(frozen=True, slots=True)
class Resumed:
    """An operator allows acting again."""

    at: datetime
    scope: str
    reason: str = ""
    actor: str = ""
    owner: str = ""
    """Whose pause of the scope is taken away; "": everybody's, as older entries mean it."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An operator ordered a build. Durable before the order is confirmed."""

    at: datetime
    order: Order


@dataclass(frozen=True, slots=True)
class OrderDropped:
    """An order ended without a failover: it could not be carried out in time, or was replaced."""

    at: datetime
    order: OrderId
    image: ImageName
    says: str


@dataclass(frozen=True, slots=True)
class ScheduleKnown:
    """An image has this schedule now: its times count from here on; None: it has none any more."""

    at: datetime
    image: ImageName
    schedule: Schedule | None


@dataclass(frozen=True, slots=True)
class RegionSaid:
    """An operator said that a region is out, or well again."""

    at: datetime
    word: Word


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A person has seen how an image's last failover ended."""

    at: datetime
    image: ImageName
    failover: FailoverId
    actor: str = ""
    reason: str = ""
