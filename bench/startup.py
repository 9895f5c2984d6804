"""From the start of a process to what it is started for: the help, and the first scrape.

The peer imports what a watcher that is written straight on the SDK imports, makes its clients, and
serves prometheus_client's own /metrics. Costs are seconds of CPU until the first answer, as other
work on the machine stretches all else.
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
from pathlib import Path

from bench.daemon import PATIENCE, config

REPEATS = 7
HELP_GOAL = 0.3
"""Seconds that `aibwatch --help` may take."""
SCRAPE_GOAL = 0.8
"""Of the peer's, until the first scrape."""
FLEET = 20
"""Templates that the daemon watches meanwhile."""
COMPILED = {each: told for each, told in os.environ.items() if each != "PYTHONDONTWRITEBYTECODE"}
"""Installed programs have their bytecode; a round that is not counted writes ours."""
TICKS = os.sysconf("SC_CLK_TCK")


def measure(endpoint: str, ca_file: str) -> tuple[float, float, float]:
    """Return seconds of CPU: of the help, and until the first scrape of us and of the peer."""
    helped, ours, theirs = [], [], []
    _daemon(endpoint, ca_file)
    for _ in range(REPEATS):
        before = os.times()
        command = [sys.executable, "-m", "aibwatch", "--help"]
        subprocess.run(command, check=True, capture_output=True, env=COMPILED)
        after = os.times()
        helped.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
        ours.append(_daemon(endpoint, ca_file))
        port = _free_port()
        theirs.append(_scraped([sys.executable, "-m", "bench.startup", str(port)], port))
    return statistics.median(helped), statistics.median(ours), statistics.median(theirs)


def _daemon(endpoint: str, ca_file: str) -> float:
    with tempfile.TemporaryDirectory() as name:
        port, path = _free_port(), Path(name) / "aibwatch.yaml"
        told = {**config(Path(name), endpoint, ca_file, FLEET)}
        told["http"] = {"listen": f"127.0.0.1:{port}"}
        path.write_text(json.dumps(told))
        return _scraped([sys.executable, "-m", "aibwatch", "serve", "--config", str(path)], port)


def _scraped(command: list[str], port: int) -> float:
    """Return the CPU that a process has taken when it has answered its first scrape."""
    deadline = time.monotonic() + PATIENCE
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=COMPILED) as process:
        try:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                        answer.read()
                    return _cpu(process.pid)
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.01)
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


def peer(port: int) -> None:
    """Be the peer: import all, make the clients, serve metrics until killed."""
    from azure.core.pipeline.transport import AioHttpTransport
    from azure.identity.aio import DefaultAzureCredential
    from azure.mgmt.imagebuilder.aio import ImageBuilderClient
    from azure.mgmt.resourcehealth.aio import ResourceHealthMgmtClient
    from prometheus_client import start_http_server

    credential = DefaultAzureCredential()
    kinds = (ImageBuilderClient, ResourceHealthMgmtClient)
    _ = [AioHttpTransport, *(kind(credential, "0") for kind in kinds)]
    start_http_server(port, "127.0.0.1")
    time.sleep(PATIENCE)


if __name__ == "__main__":
    peer(int(sys.argv[1]))
