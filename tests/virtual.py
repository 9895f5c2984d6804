"""The whole daemon on jumping time, at a rhythm of the test's own and with its pictures kept."""

from dataclasses import dataclass, field
from datetime import timedelta

from aibwatch.cli.simulate import watch
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot

MINUTE = timedelta(minutes=1)
SELDOM = Policy(
    interval=5 * MINUTE,
    active_interval=MINUTE,
    health_interval=5 * MINUTE,
    max_age=13 * MINUTE,
    readiness_interval=timedelta(hours=1),
    readiness_max_age=timedelta(hours=3),
)
"""The rhythm of a story of days, in which nothing is a matter of minutes: each cycle costs."""


@dataclass
class Watch(watch.Watch):
    """One daemon over one World that goes through the cycle at every beat, due or not.

    In a story of days only when something is due, as in earnest.
    """

    beat: float = 5.0
    """Seconds between two cycles."""
    only_due: bool = False
    snapshots: list[Snapshot] = field(default_factory=list)

    def boot(self) -> None:
        """Forget the pictures of the daemon before."""
        super().boot()
        self.snapshots = []

    def publish(self, snapshot: Snapshot) -> None:
        """Keep every picture."""
        super().publish(snapshot)
        self.snapshots.append(snapshot)

    async def run_for(self, duration: timedelta) -> None:
        """Let World and daemon live for `duration`."""
        if self.only_due:
            await super().run_for(duration)
            return
        end = self.clock.now() + duration
        while self.clock.now() < end:
            self.world.advance(self.clock.now())
            await self.cycle.run()
            await self.clock.sleep(self.beat)
