"""An operator's word on a region: it is out, whatever else is seen. A family of evidence."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of one region, and until when it stands."""

    region: Region
    out: bool
    """False: it is well again. Then what spoke against it before is spent."""
    at: datetime
    reason: str
    actor: str = ""
    until: datetime | None = None
    """When it lapses by itself; None: when something else is said."""

    def speaks(self, now: datetime) -> bool:
        """Whether it says that the region is out, as of now."""
        return self.out and (self.until is None or now < self.until)
