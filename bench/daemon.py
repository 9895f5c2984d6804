"""The real thing: an `aibwatch serve` process over the fleet, scraped as Prometheus would."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import resident
from bench.names import PLACES, template

SWEEPS = 10
"""How many times the fleet is listed before memory is read."""
PATIENCE = 300.0
"""Seconds that this may take."""
INTERVAL = 3
"""Seconds between two sweeps."""

_PORT = re.compile(r'"port": (\d+)')
_LISTS = re.compile(
    r'^aibwatch_azure_requests_total{.*operation="list".*} ([0-9.e+]+)$', re.MULTILINE
)


def measure(endpoint: str, ca_file: str, count: int) -> tuple[float, float]:
    """Return a daemon's resident megabytes over `count` templates: unscraped, and scraped.

    The first after time for SWEEPS sweeps; the scrape that follows tells whether they were made.
    """
    with tempfile.TemporaryDirectory() as name, served(Path(name), endpoint, ca_file, count) as run:
        time.sleep(SWEEPS * INTERVAL)
        quiet = resident(run.process.pid)
        if run.requests() < SWEEPS // 2 * -(-count // 100):
            raise SystemExit(f"fewer than {SWEEPS // 2} sweeps in {SWEEPS * INTERVAL} s")
        return quiet, resident(run.process.pid)


@dataclass(frozen=True, slots=True)
class Serving:
    """A daemon that runs."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> str:
        """Ask it."""
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read().decode()

    def requests(self) -> float:
        """Return how many pages of lists it has asked for."""
        return sum(float(each) for each in _LISTS.findall(self.get("/metrics")))


@contextmanager
def served(directory: Path, endpoint: str, ca_file: str, count: int) -> Iterator[Serving]:
    """Run `aibwatch serve` until the block ends; it is stopped as systemd would, by SIGTERM."""
    path, log = directory / "aibwatch.yaml", directory / "log"
    path.write_text(json.dumps(config(directory, endpoint, ca_file, count)))
    command = [sys.executable, "-m", "aibwatch", "serve", "--config", str(path)]
    with log.open("wb") as file, subprocess.Popen(command, stderr=file, stdout=file) as process:
        try:
            yield Serving(process, _port(process, log))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = _PORT.search(log.read_text())
        if found:
            return int(found[1])
        time.sleep(0.1)
    raise SystemExit(f"the daemon does not serve:\n{log.read_text()[-2000:]}")


def config(directory: Path, endpoint: str, ca_file: str, count: int) -> dict[str, object]:
    """Return a configuration; JSON is YAML."""
    images = [
        {
            "name": f"image-{number // len(PLACES):05}",
            "templates": [template(number + place) for place in range(len(PLACES))],
        }
        for number in range(0, count, len(PLACES))
    ]
    return {
        "azure": {
            "endpoint": endpoint,
            "ca_file": ca_file,
            "credential": {"kind": "static", "token": "simulated"},
        },
        "images": images,
        "poll": {"interval": f"{INTERVAL}s", "active_interval": "1s", "max_age": "60s"},
        "store": {"url": f"sqlite:///{directory / 'aibwatch.db'}"},
        "http": {"listen": "127.0.0.1:0"},
    }
