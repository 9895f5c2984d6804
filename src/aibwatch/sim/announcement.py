"""What Microsoft announces in the World: Service Health events and emerging issues."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region

SERVICE = "Azure Image Builder"
"""Invented: no published event names it, so the name Microsoft would use is not known."""


@dataclass(slots=True)
class Announcement:
    """One event. It appears late and is resolved later."""

    id: str
    """Tracking id."""
    title: str
    regions: tuple[Region, ...]
    """Empty: the event names "Global"."""
    began: datetime
    updated: datetime
    services: tuple[str, ...] = (SERVICE,)
    mitigated: datetime | None = None
    emerging: bool = False
    """On the public status page instead of the subscription's own events."""
    kind: str = "ServiceIssue"
    level: str = "Error"
    """The public status page tells none."""

    @property
    def active(self) -> bool:
        """Whether it is not resolved."""
        return self.mitigated is None
