"""The contenders: our whole cycle, the SDK's list and get, and bare http.client with orjson.

Each is a process that does one round for every line it reads, and answers with what that cost.
"""

import asyncio
import http.client
import json
import ssl
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bench.arm import PLACES, SUBSCRIPTION, template

GETS = 200
"""How many templates the get loop reads in a round; its cost is scaled to the fleet."""
LIST = (
    f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.VirtualMachineImages/imageTemplates"
    "?api-version=2025-10-01"
)


def floor(endpoint: str, ca_file: str, _count: int) -> Callable[[], int]:
    """Return a round of http.client and orjson.loads over the same pages."""
    import orjson

    context = ssl.create_default_context(cafile=ca_file)
    parts = urlsplit(endpoint)
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=context)
    headers = {"Authorization": "Bearer simulated", "Accept": "application/json"}

    def round_() -> int:
        seen, url = 0, LIST
        while url:
            connection.request("GET", url, headers=headers)
            page = orjson.loads(connection.getresponse().read())
            seen += len(page["value"])
            url = page.get("nextLink", "").removeprefix(endpoint)
        return seen

    return round_


def sdk_list(endpoint: str, ca_file: str, _count: int) -> Callable[[], int]:
    """Return a round of the SDK's own list, looking at what a watcher must look at."""
    client = _client(endpoint, ca_file)

    def round_() -> int:
        seen = 0
        for each in client.virtual_machine_image_templates.list():
            run = each.last_run_status
            _ = (each.id, each.location, each.provisioning_state, run.run_state, run.start_time)
            seen += 1
        return seen

    return round_


def sdk_get(endpoint: str, ca_file: str, count: int) -> Callable[[], int]:
    """Return a round of the SDK's own get, one template after the other."""
    client = _client(endpoint, ca_file)
    names = [template(number).rpartition("/")[2] for number in range(min(GETS, count))]

    def round_() -> int:
        for name in names:
            client.virtual_machine_image_templates.get("images", name).last_run_status  # noqa: B018
        return len(names)

    return round_


class _Token:
    """A credential that always has one."""

    def get_token(self, *_scopes: str, **_kwargs: object) -> object:
        """Return a token for a day."""
        from azure.core.credentials import AccessToken

        return AccessToken("simulated", int(time.monotonic()) + 10**10)


def _client(endpoint: str, ca_file: str):  # noqa: ANN202  imported where it is needed
    from azure.mgmt.imagebuilder import ImageBuilderClient

    return ImageBuilderClient(_Token(), SUBSCRIPTION, endpoint, connection_verify=ca_file)


class JumpingClock:
    """The daemon's clock, which jumps on demand so that everything is due again."""

    def __init__(self) -> None:
        """Begin now."""
        from aibwatch.daemon.clock import SteadyClock

        self._steady = SteadyClock()
        self.jumped = timedelta(0)

    def now(self) -> datetime:
        """Return the time."""
        return self._steady.now() + self.jumped

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        await asyncio.sleep(seconds)


async def whole_cycle(
    endpoint: str, ca_file: str, count: int, directory: Path
) -> Callable[[], Awaitable[int]]:
    """Return a round of our own cycle: transport, decode, diff, judge, decide, journal, metrics."""
    from aibwatch.azure.door import open_azure
    from aibwatch.azure.settings import AzureSettings, CredentialKind
    from aibwatch.collect.sweep import Collector
    from aibwatch.daemon.belief import Belief
    from aibwatch.daemon.cycle import Cycle
    from aibwatch.daemon.executor import Executor
    from aibwatch.journal.ledger import load
    from aibwatch.journal.sqlite import SqliteJournal
    from aibwatch.model.image import Image
    from aibwatch.model.names import ImageName, template_id
    from aibwatch.model.policy import Policy
    from aibwatch.status.metrics import Metrics

    settings = AzureSettings(
        endpoint=endpoint,
        ca_file=Path(ca_file),
        credential=CredentialKind.STATIC,
        token="x",  # noqa: S106
    )
    clock, policy, metrics = JumpingClock(), Policy(), Metrics()
    azure = await open_azure(settings, frozenset(), metrics)
    ledger = load(SqliteJournal(directory / "bench.db"))
    ledger.recover("bench", clock.now())
    ledger.heard = lambda entry: metrics.recorded([entry])
    width = len(PLACES)
    images = [
        Image(
            ImageName(f"image-{number:05}"),
            tuple(template_id(template(number * width + place)) for place in range(width)),
        )
        for number in range(count // width)
    ]
    belief = Belief(images, policy, ledger, clock.now())
    executor = Executor(azure, belief, ledger, clock)
    cycle = Cycle(Collector(azure, clock), belief, ledger, executor, clock, metrics)

    async def round_() -> int:
        clock.jumped += policy.interval
        snapshot = await cycle.run()
        return len(snapshot.view.sightings.templates)

    return round_


def answer(round_: Callable[[], int], lines: Iterable[str]) -> None:
    """Do a round for every line and tell its cost."""
    for _ in lines:
        began = time.process_time()
        templates = round_()
        _tell(time.process_time() - began, templates)


def _tell(cpu: float, templates: int) -> None:
    print(json.dumps({"cpu": cpu, "templates": templates, "rss_mb": _rss()}), flush=True)


def _rss() -> float:
    with suppress(OSError), Path("/proc/self/status").open() as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


async def _aibwatch(endpoint: str, ca_file: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        round_ = await whole_cycle(endpoint, ca_file, count, Path(directory))
        while await asyncio.to_thread(sys.stdin.readline):
            began = time.process_time()
            templates = await round_()
            _tell(time.process_time() - began, templates)


def main(name: str, endpoint: str, ca_file: str, count: int) -> None:
    """Be the contender `name`."""
    if name == "aibwatch":
        asyncio.run(_aibwatch(endpoint, ca_file, count))
    else:
        make = {"floor": floor, "sdk_list": sdk_list, "sdk_get": sdk_get}[name]
        answer(make(endpoint, ca_file, count), sys.stdin)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
