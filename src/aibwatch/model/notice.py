"""What Microsoft says about its own service: Service Health events and emerging issues.

Late by design, so they confirm; their absence proves nothing (PROMISES 0).
"""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region


@dataclass(frozen=True, slots=True)
class Notice:
    """One Service Health event or emerging issue."""

    id: str
    """Tracking id."""
    kind: str
    """`ServiceIssue`, `PlannedMaintenance`, `EmergingIssue`, …"""
    title: str
    services: frozenset[str]
    regions: frozenset[Region]
    active: bool
    began: datetime | None
    """Start of the impact."""
    mitigated: datetime | None = None
    """End of the impact; None while it lasts."""
    everywhere: bool = False
    """The event names "Global"."""
    level: str = ""
    """`Critical`, `Error`, `Warning`, `Informational`; "" if it has none, as emerging issues."""
