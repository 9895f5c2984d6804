"""Leaders that fell out while another replica could lead: each is a takeover to be judged.

One is judged only if nothing else happens to any daemon until it is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aibwatch.cli.simulate.seeds.fate import Fate
from aibwatch.cli.simulate.seeds.replica import LOOK_EVERY, Replica
from aibwatch.sim.faraway import world_time
from aibwatch.sim.trace import Takeover, Trace


@dataclass
class Trials:
    """Puts down in the trace what takeovers are due."""

    trace: Trace
    replicas: Mapping[int, Replica]
    within: timedelta
    """So soon another one leads; nothing where there is no other one."""

    def begin(self, replica: Replica, lasts: timedelta = timedelta.max) -> bool:
        """Note that from now on a daemon can do nothing for so long.

        Return whether another one is to take its place.
        """
        self.disturb()
        others = [each for each in self.replicas.values() if each is not replica and _could(each)]
        due = bool(self.within and lasts > self.within and replica.leads and others)
        if due:
            now = world_time()
            self.trace.takeovers.append(Takeover(now, now + self.within))
        return due

    def disturb(self) -> None:
        """Demand nothing of a takeover that is still to come: something else happens."""
        now, found = world_time(), self.trace.takeovers
        if found and found[-1].due >= now:
            found.pop()


def _could(replica: Replica) -> bool:
    return replica.lives and not replica.journal.near.trouble


def takeover(fate: Fate) -> timedelta:
    """Return how long it takes at most until another replica leads, once one can do nothing."""
    if fate.replicas == 1:
        return timedelta(0)
    return fate.lease + 2 * LOOK_EVERY + 8 * timedelta(seconds=fate.way.store)
