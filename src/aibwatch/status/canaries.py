"""What canaries cost, from what the journal tells of their probes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.probe import Probe

COUNTED = timedelta(days=30)
"""How far back the cost is counted."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What probes cost: each run is one build VM for its minutes."""

    probes: int
    minutes: int
    """Of their runs together, as far as they are known."""

    @property
    def says(self) -> str:
        """It in words."""
        runs = f"{self.probes} probe{'' if self.probes == 1 else 's'}"
        return (
            f"{runs} in 30 days, {self.minutes} build minutes in all;"
            " each costs one build VM for its minutes"
        )


def cost(probes: Iterable[Probe], now: datetime) -> Cost:
    """Return what the probes of the last 30 days cost; one that goes on costs until now."""
    counted = [each for each in probes if now - each.at < COUNTED]
    lasted = [(each.ended or now) - each.started for each in counted if each.started]
    return Cost(len(counted), round(sum(lasted, timedelta(0)) / timedelta(minutes=1)))
