"""Asynchronous operations: what ARM lets a client poll after it accepted a request."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region, TemplateId


@dataclass(slots=True)
class Operation:
    """One operation. It ends after the run that it stands for (recorded: 65 s after)."""

    id: str
    template: TemplateId
    region: Region
    started: datetime
    ended: datetime | None = None
    status: str = "Succeeded"
    """Once it has ended."""
    error: tuple[str, str] | None = None
    """Code and message; the only place where a failed run has a code."""

    def shown(self, now: datetime) -> str:
        """Return its status as of `now`."""
        return self.status if self.over(now) else "InProgress"

    def over(self, now: datetime) -> bool:
        """Return whether it has ended."""
        return self.ended is not None and self.ended <= now
