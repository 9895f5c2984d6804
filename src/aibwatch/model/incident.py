"""A region's bad period: what it rested on when it began, and who knew of it when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.names import IncidentId, Region
from aibwatch.model.notice import Notice
from aibwatch.model.verdict import Evidence, Family

AIBWATCH = "aibwatch"
"""Who knew first, if it was not Microsoft."""


@dataclass(frozen=True, slots=True)
class FirstSight:
    """The first notice of one source that is about an incident, and when we first saw it."""

    source: str
    """`events` or `emerging`, whichever subscription was asked."""
    at: datetime
    notice: str
    """Its tracking id."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One bad period of a region. A value: `journal.records` makes the next from an entry."""

    id: IncidentId
    region: Region
    opened: datetime
    """When the region was believed, and told, to be out."""
    agreed: datetime
    """Since when enough families agreed; `opened` is later by the debounce."""
    evidence: tuple[Evidence, ...] = ()
    """As of the opening."""
    closed: datetime | None = None
    sights: tuple[FirstSight, ...] = ()
    """One of each source of Microsoft's that spoke of it, in the order of their instants."""

    @property
    def families(self) -> frozenset[Family]:
        """The families that agreed when it was opened."""
        return frozenset(each.family for each in self.evidence)

    @property
    def first(self) -> str:
        """Who knew first: aibwatch, or a source of Microsoft's."""
        early = [each for each in self.sights if each.at < self.opened]
        return early[0].source if early else AIBWATCH

    def lead(self, sight: FirstSight) -> timedelta:
        """Return by how long the opening came before this source; negative if it came after."""
        return sight.at - self.opened

    def is_meant_by(self, notice: Notice, seen: datetime) -> bool:
        """Whether the impact that a notice tells of overlaps this incident, however late it came.

        A notice that tells no begin is taken to begin when it was first `seen`; one that is over
        and tells no end is taken to end then too.
        """
        began = notice.began or seen
        over = notice.mitigated or (None if notice.active else max(began, seen))
        begins_before_end = self.closed is None or began <= self.closed
        return begins_before_end and (over is None or over >= self.agreed)
