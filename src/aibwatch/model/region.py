"""Belief about a region."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aibwatch.model.names import IncidentId, Region
from aibwatch.model.verdict import Evidence, Family


class Health(StrEnum):
    """What we believe of a region; evidence outranks blindness (DESIGN 1)."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class RegionBelief:
    """Health of one region with what it rests on. Journalled whenever it changes."""

    region: Region
    health: Health
    since: datetime
    """When this health began."""
    evidence: tuple[Evidence, ...] = ()
    partial: str = ""
    """What speaks for a part of the region being ill only, such as a zone; "" if nothing does."""
    awaited: str = ""
    """Builds there whose course will soon tell more, "" if none is waited for."""
    agreed_since: datetime | None = None
    """Since when enough families agree without a break; the debounce runs from here."""
    quiet_since: datetime | None = None
    """Since when nothing speaks against a region that was degraded; it stays so for a while."""
    good_since: datetime | None = None
    """In an outage: since when the evidence is good without a break."""
    cleared: datetime | None = None
    """Evidence from before this instant is spent: the region was healthy again since."""
    unproven: bool = False
    """Its last incident ended as nothing bad was seen any more; nothing has built there since."""
    incident: IncidentId | None = None
    """The open incident, if there is one."""
    incident_opened: datetime | None = None

    @property
    def families(self) -> frozenset[Family]:
        """The families that speak."""
        return frozenset(each.family for each in self.evidence)

    @property
    def bad(self) -> bool:
        """In outage, or about to be: enough families agree though the debounce still runs (S13)."""
        return self.health is Health.OUTAGE or self.agreed_since is not None
