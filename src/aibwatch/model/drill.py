"""When the failover of an image is rehearsed (PROMISES S38)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from aibwatch.model.names import ImageName
from aibwatch.model.schedule import Schedule

DRILLS = ImageName("")
"""The name under which the schedule of drills is kept; no image is called so."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the week in which drills may begin."""

    days: tuple[int, ...]
    """On which it begins; Monday is 0."""
    begin: time
    end: time
    """One that is not later than the begin is of the next day."""
    timezone: str = "UTC"
    """IANA name."""


@dataclass(frozen=True, slots=True)
class Drills:
    """When and on what drills are held, and what they are needed for."""

    schedule: Schedule | None = None
    """Each of its times rehearses one image, by rotation; None: only who orders one gets one."""
    windows: tuple[Window, ...] = ()
    """Empty: at any time."""
    require_within: timedelta | None = None
    """An image is only answered if it was built well away from home within it; None: in any case"""
    on_secondaries: bool = False
    """Whether an image without a drill template is rehearsed on a secondary, into latest."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A drill that was wanted and not begun."""

    at: datetime
    says: str
