"""What is told of a region does not flap: good news comes late, unless a person brings it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from aibwatch.model.entry import Entry, RegionAssessed, RegionSaid
from aibwatch.model.names import Region
from aibwatch.model.policy import SKEW
from aibwatch.model.region import Health, RegionBelief
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Trace

APART = 4 * SKEW
"""So far two clocks may be apart, each within `SKEW` of an Azure's `Date` that is wrong itself."""


class Steady:
    """After trouble a region is told well when it was quiet, or good, for as long as promised.

    Time is the World's: what one daemon believed may be ended by another, by another clock. Then,
    and only then, a delay may be shorter, by what their clocks differ.
    """

    promises = ("S24",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow each region from one belief to the next."""
        followed: dict[Region, _Followed] = {}
        for each in trace.entries:
            match each:
                case RegionSaid(word=word) if not word.out:
                    followed.pop(word.region, None)
                case RegionAssessed():
                    one = followed.setdefault(each.belief.region, _Followed(trace))
                    if says := one.hurried(each):
                        yield Broken("S24", trace.at(each), says)
                case _:
                    pass


@dataclass
class _Followed:
    """One region: what was believed of it last, and what began to speak for it."""

    trace: Trace
    last: RegionBelief | None = None
    quiet: Entry | None = None
    """Since then nothing spoke against it."""
    good: Entry | None = None
    """Since then all was good in an outage."""

    def hurried(self, entry: RegionAssessed) -> str:
        """Take the next belief, and say how it came too soon, "" if it did not."""
        says = self._hurried(entry) if entry.belief.health is Health.HEALTHY else ""
        self.quiet = None if entry.belief.evidence else self.quiet or entry
        self.good = (self.good or entry) if entry.belief.good_since else None
        self.last = entry.belief
        return says

    def _hurried(self, entry: RegionAssessed) -> str:
        before, policy = self.last, self.trace.policy
        if before is None:
            return ""
        quiet = self._lasted(self.quiet, entry, timedelta.max)
        good = self._lasted(self.good, entry, APART)
        if before.health is Health.DEGRADED and quiet < policy.window:
            return f"{before.region} was told healthy {quiet} after trouble"
        healed = before.health is Health.OUTAGE and entry.belief.cleared == entry.at
        if healed and good < policy.healthy_delay:
            return f"{before.region} was told healthy after {good} of good evidence"
        return ""

    def _lasted(self, begin: Entry | None, end: Entry, most: timedelta) -> timedelta:
        """Return how long something lasted, at most, as those who wrote it can know.

        A clock that is further off than that is distrusted, and good evidence by it counts for
        nothing; that nothing speaks against a region any more is seen by any clock.
        """
        if begin is None:
            return timedelta(0)
        apart = self.trace.fast(end) - self.trace.fast(begin)
        lasted: timedelta = self.trace.at(end) - self.trace.at(begin)
        return lasted + min(max(apart, timedelta(0)), most)
