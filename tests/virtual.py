"""The whole daemon on jumping time, at a rhythm of the test's own and with its pictures kept."""

from dataclasses import dataclass, field
from datetime import timedelta

from aibwatch.cli.simulate import watch
from aibwatch.model.state import Snapshot


@dataclass
class Watch(watch.Watch):
    """One daemon over one World that goes through the cycle at every beat, due or not."""

    beat: float = 5.0
    """Seconds between two cycles."""
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
        end = self.clock.now() + duration
        while self.clock.now() < end:
            self.world.advance(self.clock.now())
            await self.cycle.run()
            await self.clock.sleep(self.beat)
