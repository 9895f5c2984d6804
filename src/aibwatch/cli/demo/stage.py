"""What the demo is played on: the simulated Azure over TLS, and the real daemon beside it."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aibwatch.config.sections import HttpSection
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.scenario import Scenario

RHYTHM = {
    "poll": {
        "interval": "500ms",
        "active_interval": "200ms",
        "health_interval": "1s",
        "max_age": "5s",
    },
    "detection": {"debounce": "1500ms", "window": "30m", "healthy_delay": "3s"},
    "failover": {"settle": "2s"},
    "readiness": {"interval": "2s", "max_age": "20s"},
}
"""A hundred times the usual rhythm, as the simulated builds are a few hundred times as fast."""


@dataclass(frozen=True, slots=True)
class Played:
    """A daemon that runs, and where it answers."""

    process: asyncio.subprocess.Process
    http: HttpSection
    config: Path
    log: Path


def write_config(scenario: Scenario, arm: ArmServer, directory: Path, listen: str) -> Path:
    """Write the configuration of the scenario's fleet and return its path.

    YAML is a superset of JSON, so JSON it is.
    """
    token = directory / "token"
    token.touch(mode=0o600)
    token.write_text(secrets.token_urlsafe())
    config = {
        "azure": {
            "endpoint": arm.endpoint,
            "ca_file": str(arm.ca_file),
            "credential": {"kind": "static", "token": "simulated"},
        },
        "images": [
            {"name": name, "templates": list(templates), "mode": "auto"}
            for name, templates in scenario.images.items()
        ],
        "store": {"url": f"sqlite:///{directory / 'aibwatch.db'}"},
        "http": {"listen": listen, "token_file": str(token)},
        "log": {"format": "json"},
        **RHYTHM,
    }
    path = directory / "aibwatch.yaml"
    path.write_text(json.dumps(config, indent=2))
    return path


@asynccontextmanager
async def played(
    scenario: Scenario, arm: ArmServer, directory: Path, listen: str = ""
) -> AsyncIterator[Played]:
    """Run `aibwatch serve` against `arm` until the block ends; "": on a port that is free."""
    listen = listen or f"127.0.0.1:{_free_port()}"
    config = write_config(scenario, arm, directory, listen)
    log = directory / "aibwatch.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "aibwatch", "serve", "--config", str(config)),
            stdout=file,
            stderr=file,
            env={k: v for k, v in os.environ.items() if not k.startswith("AIBWATCH_")},
        )
    try:
        yield Played(process, HttpSection(listen=listen), config, log)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
