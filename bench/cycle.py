"""Our own contender: the daemon's whole cycle, with only its clock exchanged.

One round is one beat of the heart: ask what is due over TLS, decode, compare, judge, assess the
regions, check readiness, decide about every image, write the journal to disk, count, and publish
the picture that metrics and status page are made from; then compute when to look again.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from aibwatch.azure.door import open_azure
from aibwatch.azure.settings import AzureSettings
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.heart import Heart, keep
from aibwatch.daemon.replica import Replica
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.access import CredentialKind
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, template_id
from aibwatch.model.policy import Policy
from aibwatch.status.metrics import Metrics
from bench.contenders import tell
from bench.names import PLACES, template


class JumpingClock:
    """The daemon's clock, which jumps on demand so that everything is due again."""

    def __init__(self) -> None:
        """Begin now."""
        self._steady = SteadyClock()
        self.jumped = timedelta(0)

    def now(self) -> datetime:
        """Return the time."""
        return self._steady.now() + self.jumped

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await asyncio.sleep(seconds)


def fleet(count: int) -> list[Image]:
    """Return images of one template in each of PLACES, `count` templates in all."""
    return [
        Image(
            ImageName(f"image-{number // len(PLACES):05}"),
            tuple(template_id(template(number + place)) for place in range(len(PLACES))),
        )
        for number in range(0, count, len(PLACES))
    ]


@asynccontextmanager
async def beating(
    endpoint: str, ca_file: str, count: int, directory: Path
) -> AsyncIterator[tuple[Heart, JumpingClock]]:
    """Put the daemon's parts together around a jumping clock."""
    settings = AzureSettings(
        endpoint=endpoint,
        ca_file=Path(ca_file),
        credential=CredentialKind.STATIC,
        token="simulated",  # noqa: S106  the simulated ARM takes any
    )
    clock, policy, metrics = JumpingClock(), Policy(), Metrics()
    azure = await open_azure(settings, frozenset(), metrics)
    journal = SqliteJournal(directory / "bench.db")
    ledger = load(journal)
    ledger.heard = lambda entry: metrics.recorded([entry])
    replica = Replica(azure, ledger, OwnLease(), clock, metrics, fleet(count), policy, first=keep)
    replica.begin()
    try:
        yield replica.heart, clock
    finally:
        journal.close()
        await azure.close()


async def settle(heart: Heart, clock: JumpingClock) -> None:
    """Let a fleet be copied that nobody knew, as it is within its first hour, in batches."""
    while heart.cycle.snapshot is None or heart.cycle.snapshot.view.needs.bodies:
        clock.jumped += heart.cycle.belief.policy.interval
        heart.wake()
        await heart.beat()


async def run(endpoint: str, ca_file: str, count: int) -> None:
    """Do a round for every line read and tell its cost."""
    with tempfile.TemporaryDirectory() as directory:
        async with beating(endpoint, ca_file, count, Path(directory)) as (heart, clock):
            await settle(heart, clock)
            while await asyncio.to_thread(sys.stdin.readline):
                clock.jumped += heart.cycle.belief.policy.interval
                heart.wake()
                began = time.process_time()
                await heart.beat()
                cost = time.process_time() - began
                assert heart.cycle.snapshot is not None
                tell(cost, len(heart.cycle.snapshot.view.sightings.seen))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
