"""When to go through the cycle: as soon as anything is due, and not before."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.daemon.cycle import Cycle
from aibwatch.diagnose.region import wake_at as region_wake_at
from aibwatch.model.state import Snapshot
from aibwatch.status.health import Health

BEAT_MAX = timedelta(seconds=1)
"""The longest time between two looks at what is due."""

YOUNG = 20_000
"""Objects that may come before garbage is looked for: a cycle makes thousands, hardly any of which
are garbage that counting references does not find; Python's own 700 is for small programs."""


def keep() -> None:
    """Take what there is now for what stays: modules, configuration, the fleet as first seen.

    Collecting garbage then looks no longer through all of it, which costs more than a tenth of a
    cycle of 1,000 templates.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


@dataclass(slots=True)
class Heart:
    """Runs the cycle when something is due; the ticker calls `beat` far more often than that."""

    cycle: Cycle
    health: Health
    woken: bool = True
    """Asked for a cycle, whatever is due."""
    due_at: datetime | None = None
    """When the next cycle is due."""
    first: Callable[[], None] | None = None
    """Called once, when the first cycle has ended well."""

    @property
    def interval(self) -> timedelta:
        """How often to beat."""
        return min(self.cycle.belief.policy.active_interval, BEAT_MAX)

    async def beat(self) -> None:
        """Run the cycle if it is due; the liveness probe rests on these beats.

        A cycle that raises is no beat: one that always does must be seen (PROMISES L10).
        """
        if self.woken or self.due_at is None or self.cycle.clock.now() >= self.due_at:
            self.woken = False  # before the cycle: who wakes us during it wants another one
            self.due_at = None  # until it has ended well
            try:
                self.due_at = self.next_due(await self.cycle.run())
            finally:
                self.health.started = True
            first, self.first = self.first, None
            if first:
                first()
        self.health.beat(self.cycle.clock.now())

    def wake(self) -> None:
        """Make the next beat run the cycle, whatever is due."""
        self.woken = True

    def next_due(self, snapshot: Snapshot) -> datetime:
        """Return the earliest instant at which anything may have changed by time alone.

        By what is believed, not by its picture: that leaves out when each template was asked for.
        """
        now, view = self.cycle.clock.now(), self.cycle.belief.view()
        decisions = (each.wake_at for each in snapshot.decisions.values())
        probes = (each.wake_at for each in snapshot.probes)
        regions = (region_wake_at(each, view.policy) for each in view.state.regions.values())
        later = [
            at for at in (*decisions, *probes, *regions) if at is not None and at > snapshot.at
        ]
        return min([self.cycle.collector.next_due(view, now), *later])
