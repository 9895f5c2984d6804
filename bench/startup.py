"""From the start of a process to what it is started for: the help, and the first scrape.

`bench.peer` is what a watcher costs that is written straight on the SDK and has read its first
page. Ours is scraped twice: at once, and when it shows the templates. Both log in by the same `az`.
Costs are seconds of CPU until the answer, as other work on the machine stretches all else.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.daemon import PATIENCE, config

REPEATS = 7
HELP_GOAL = 0.3
"""Seconds that `aibwatch --help` may take."""
SCRAPE_GOAL = 0.8
"""Of the peer's, until the first scrape and until the templates are shown."""
FLEET = 20
"""Templates that the daemon watches meanwhile."""
COMPILED = {each: told for each, told in os.environ.items() if each != "PYTHONDONTWRITEBYTECODE"}
"""Installed programs have their bytecode; a round that is not counted writes ours."""
TICKS = os.sysconf("SC_CLK_TCK")


OUR_ROW = "aibwatch_template_last_run_end_timestamp_seconds{"
PEERS_ROW = "peer_template_last_run_end_seconds{"
"""What the exposition has for each template that was read."""
AZ = """\
#!/bin/sh
echo '{"accessToken": "simulated", "expires_on": 4102444800, "tokenType": "Bearer"}'
"""
"""A login that costs nobody anything; azure.identity asks it as it would the real one."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a start costs, in seconds of CPU."""

    first: float
    """Until the first scrape."""
    shown: float
    """Until the first that shows the templates."""


@dataclass(frozen=True, slots=True)
class Startup:
    """Medians."""

    helped: float
    """Of the help."""
    ours: Start
    theirs: Start


def measure(endpoint: str, ca_file: str) -> Startup:
    """Return what the help and the first scrapes of us and of the peer cost."""
    with tempfile.TemporaryDirectory() as name:
        az = Path(name) / "az"
        az.write_text(AZ)
        az.chmod(0o700)
        environment = {**COMPILED, "PATH": f"{name}:{os.environ['PATH']}"}
        _daemon(endpoint, ca_file, environment)
        helped, ours, theirs = [], [], []
        for _ in range(REPEATS):
            helped.append(_help())
            ours.append(_daemon(endpoint, ca_file, environment))
            theirs.append(_peer(endpoint, ca_file, environment))
    return Startup(statistics.median(helped), _median(ours), _median(theirs))


def _median(starts: list[Start]) -> Start:
    return Start(
        statistics.median(each.first for each in starts),
        statistics.median(each.shown for each in starts),
    )


def _help() -> float:
    before = os.times()
    command = [sys.executable, "-m", "aibwatch", "--help"]
    subprocess.run(command, check=True, capture_output=True, env=COMPILED)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def _daemon(endpoint: str, ca_file: str, environment: dict[str, str]) -> Start:
    with tempfile.TemporaryDirectory() as name:
        port, path = _free_port(), Path(name) / "aibwatch.yaml"
        told = config(Path(name), endpoint, ca_file, FLEET)
        azure = {"endpoint": endpoint, "ca_file": ca_file, "credential": {"kind": "cli"}}
        told = {**told, "azure": azure, "http": {"listen": f"127.0.0.1:{port}"}}
        path.write_text(json.dumps(told))
        command = [sys.executable, "-m", "aibwatch", "serve", "--config", str(path)]
        return _scraped(command, port, OUR_ROW, environment)


def _peer(endpoint: str, ca_file: str, environment: dict[str, str]) -> Start:
    port = _free_port()
    command = [sys.executable, "-m", "bench.peer", str(port), endpoint, ca_file]
    return _scraped(command, port, PEERS_ROW, environment)


def _scraped(command: list[str], port: int, row: str, environment: dict[str, str]) -> Start:
    """Return what a process has taken when it has answered, and when it shows all templates."""
    deadline, first = time.monotonic() + PATIENCE, 0.0
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) as process:
        try:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                        told = answer.read().decode()
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.01)
                    continue
                taken = _cpu(process.pid)
                first = first or taken
                if told.count(f"\n{row}") >= FLEET:
                    return Start(first, taken)
                time.sleep(0.05)  # as our own scrapes are on its bill
        finally:
            process.terminate()
    raise SystemExit(f"never scraped: {command}")


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
