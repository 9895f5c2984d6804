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

from bench.names import PLACES, template

SWEEPS = 10
"""How many times the fleet is listed before memory is read."""
PATIENCE = 300.0
"""Seconds that this may take."""
BEAT = 1.0
"""Seconds between two scrapes; Prometheus takes more time, and leaves as much behind."""

_PORT = re.compile(r'"port": (\d+)')
_LISTS = re.compile(
    r'^aibwatch_azure_requests_total{.*operation="list".*} ([0-9.e+]+)$', re.MULTILINE
)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)


def measure(endpoint: str, ca_file: str, count: int) -> float:
    """Return the resident megabytes of a daemon over `count` templates, after SWEEPS sweeps."""
    with tempfile.TemporaryDirectory() as name, served(Path(name), endpoint, ca_file, count) as run:
        pages = -(-count // 100)
        deadline = time.monotonic() + PATIENCE
        while run.requests() < SWEEPS * pages:
            if time.monotonic() > deadline:
                raise SystemExit(f"no {SWEEPS} sweeps within {PATIENCE:.0f} s")
            time.sleep(BEAT)
        return run.resident()


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

    def resident(self) -> float:
        """Return its resident memory in MB."""
        found = _RESIDENT.search(Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) / 1024


@contextmanager
def served(directory: Path, endpoint: str, ca_file: str, count: int) -> Iterator[Serving]:
    """Run `aibwatch serve` until the block ends; it is stopped as systemd would, by SIGTERM."""
    config, log = directory / "aibwatch.yaml", directory / "log"
    config.write_text(json.dumps(_config(directory, endpoint, ca_file, count)))
    command = [sys.executable, "-m", "aibwatch", "serve", "--config", str(config)]
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


def _config(directory: Path, endpoint: str, ca_file: str, count: int) -> dict[str, object]:
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
        "poll": {"interval": "3s", "active_interval": "1s", "max_age": "60s"},
        "store": {"url": f"sqlite:///{directory / 'aibwatch.db'}"},
        "http": {"listen": "127.0.0.1:0"},
    }
