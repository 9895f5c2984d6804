"""What a scrape of a large fleet costs, beside the client library that keeps the same samples.

The peer is what one would write: a gauge of `prometheus_client` for each family, and
`generate_latest`. Both take turns in one process; ours comes in the pieces that the server sends,
and nothing keeps them. Then the real server is scraped over TCP by another process, while a
heartbeat tells how long the event loop stands still, and the kernel how much of that it stood in
line for a processor.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.heart import keep
from aibwatch.daemon.operator import Orders
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.state import Snapshot
from aibwatch.status.health import Health
from aibwatch.status.listen import Listen
from aibwatch.status.metrics import Metrics
from aibwatch.status.server import Server
from bench.cycle import beating, settle

REPEATS = 9
RATIO_GOAL = 10.0
"""How many times less than the peer a scrape must cost."""
STALL_GOAL_MS = 20.0
BEAT = 0.001
"""Seconds between two beats of the heart that tells of stalls."""
CLIENT = "import sys, urllib.request; print(len(urllib.request.urlopen(sys.argv[1]).read()))"


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat of the heart."""

    late: float
    """Seconds after it was due."""
    withheld: float
    """Seconds of these in which our threads could have run, but others had the processors."""

    @property
    def ours(self) -> float:
        """The seconds that are of our own doing."""
        return max(0.0, self.late - self.withheld)


def scrape(metrics: Metrics) -> None:
    """Make a scrape in the plain text format, as the server does: each piece goes when sent."""
    for family in metrics.families("")[0]:
        for _piece in family:
            pass


def kept(text: str) -> CollectorRegistry:
    """Return a registry that keeps the samples of a scrape as the client library does."""
    registry = CollectorRegistry()
    for family in text_string_to_metric_families(text):
        if family.type in ("gauge", "counter") and family.samples:
            names = list(family.samples[0].labels)
            gauge = Gauge(family.name, family.documentation, names, registry=registry)
            for sample in family.samples:
                (gauge.labels(**sample.labels) if names else gauge).set(sample.value)
    return registry


def cost(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that some work takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


async def stalls(snapshot: Snapshot, metrics: Metrics) -> list[tuple[float, float]]:
    """Return for how long the loop stood still at most in each of several scrapes, in seconds.

    By our own doing, and in all.
    """
    clock = SteadyClock()
    orders = Orders(load(MemoryJournal()), clock, lambda: None)
    server = Server(Listen("127.0.0.1", 0), metrics, Health(), orders, lambda: snapshot, clock)
    await server.start()
    try:
        return [await _stall(f"http://127.0.0.1:{server.port}/metrics") for _ in range(REPEATS)]
    finally:
        await server.stop()


async def _stall(url: str) -> tuple[float, float]:
    beats: list[Beat] = []
    heart = asyncio.create_task(_beat(beats))
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLIENT, url, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await client.communicate()
    heart.cancel()
    assert int(out) > 0, "the client got nothing"
    return max(each.ours for each in beats), max(each.late for each in beats)


async def _beat(beats: list[Beat]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due, before = loop.time() + BEAT, withheld()
        await asyncio.sleep(BEAT)
        beats.append(Beat(loop.time() - due, withheld() - before))


def withheld() -> float:
    """Return for how long our threads stood in line for a processor (proc(5), schedstat).

    All of them: one that stands there with Python's lock holds up the loop.
    """
    threads = Path("/proc/self/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[1]) for each in threads) / 1e9


async def run(endpoint: str, ca_file: str, count: int) -> dict[str, object]:
    """Return what scrapes of a fleet of `count` cost."""
    with tempfile.TemporaryDirectory() as directory:
        async with beating(endpoint, ca_file, count, Path(directory)) as (heart, clock):
            await settle(heart, clock)
            snapshot, metrics = heart.cycle.snapshot, Metrics()
            assert snapshot is not None
            metrics.publish(snapshot)
            stalled = await stalls(snapshot, metrics)
    text = metrics.render("")[0]
    registry = kept(text.decode())
    keep()
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(cost(lambda: scrape(metrics)))
        theirs.append(cost(lambda: generate_latest(registry)))
    samples = sum(not each.startswith(b"#") for each in text.splitlines())
    return {"ours": ours, "theirs": theirs, "stalls": stalled, "samples": samples}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))), flush=True)
