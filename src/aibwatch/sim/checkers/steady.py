"""What is told of a region does not flap: good news comes late, unless a person brings it."""

from collections.abc import Iterator
from datetime import datetime

from aibwatch.model.entry import RegionAssessed, RegionSaid
from aibwatch.model.names import Region
from aibwatch.model.policy import Policy
from aibwatch.model.region import Health
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Trace


class Steady:
    """After trouble a region is told well when it was quiet, or good, for as long as promised."""

    promises = ("S24",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow each region from one belief to the next, by the clock of who believed."""
        followed: dict[Region, _Followed] = {}
        for each in trace.entries:
            match each:
                case RegionSaid(word=word) if not word.out:
                    followed.pop(word.region, None)
                case RegionAssessed():
                    one = followed.setdefault(each.belief.region, _Followed())
                    if says := one.hurried(each, trace.policy):
                        yield Broken("S24", each.at, says)
                case _:
                    pass


class _Followed:
    """One region: what was believed of it last, and since when nothing speaks against it."""

    def __init__(self) -> None:
        self.last: RegionAssessed | None = None
        self.quiet: datetime | None = None

    def hurried(self, entry: RegionAssessed, policy: Policy) -> str:
        """Take the next belief, and say how it came too soon, "" if it did not."""
        says = self._hurried(entry, policy) if entry.belief.health is Health.HEALTHY else ""
        if entry.belief.evidence:
            self.quiet = None
        elif self.quiet is None:
            self.quiet = entry.at
        self.last = entry
        return says

    def _hurried(self, entry: RegionAssessed, policy: Policy) -> str:
        before, now = self.last.belief if self.last else None, entry.at
        if before is None:
            return ""
        if before.health is Health.DEGRADED and now - (self.quiet or now) < policy.window:
            return f"{before.region} was told healthy {now - (self.quiet or now)} after trouble"
        healed = before.health is Health.OUTAGE and entry.belief.cleared == now
        if healed and now - before.since < policy.healthy_delay:
            return f"{before.region} was told healthy {now - before.since} into its outage"
        return ""
