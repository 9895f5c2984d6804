"""Two real daemons over one container, each of which can be cut off from it, and from Azure.

Each is a stage of its own on the same World: what the ARM face received and what truly began is
counted over both.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aibwatch.sim.arm import ArmServer
from azurite import Azurite, connection_string
from process.gate import Gate, gate
from process.stage import Stage

LEASE = 15.0
"""Seconds; the least that Storage permits."""
PATIENCE = 60.0
"""Seconds; long enough for a lease, a settle and a build one after the other, on a slow machine."""
SHARED: dict[str, Any] = {"failover": {"settle": "1500ms", "request_timeout": "5s"}}
"""A request and its margin must be shorter than the lease."""
_numbers = count(1)


@dataclass
class Doors:
    """The ways of one replica to the outside."""

    store: Gate
    azure: Gate


class Twin(Stage):
    """One of the two."""

    def __init__(self, directory: Path, arm: ArmServer, doors: Doors, container: str) -> None:
        """Take its ways to the outside, and the container's URL."""
        super().__init__(directory, arm)
        self.doors = doors
        self.overrides = SHARED
        self._variables = {
            "AIBWATCH_AZURE__ENDPOINT": f"https://localhost:{doors.azure.port}",
            "AIBWATCH_STORE__URL": container,
            "AIBWATCH_STORE__CONNECTION_STRING": connection_string(doors.store.port),
            "AIBWATCH_STORE__LEASE": f"{LEASE:g}s",
        }

    def go(self) -> None:
        """Start it, and wait until its first cycle was attempted."""
        self.serve(**self._variables)

    @property
    def leads(self) -> bool:
        """Whether it says that it may act at this moment."""
        return self.get("/leader")[0] == 200

    @property
    def name(self) -> str:
        """What its process is called in the journal, without the machine."""
        assert self.daemon is not None
        return f":{self.daemon.pid}"

    def freeze(self) -> None:
        """Stop it where it is, as a hypervisor would."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGCONT)

    def lives(self, seconds: float) -> None:
        """Let it live so long."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, "time passes")

    def metric(self, name: str) -> float:
        """Return the value of a metric without labels."""
        lines = self.get("/metrics")[1].splitlines()
        return next(float(each.split()[1]) for each in lines if each.startswith(f"{name} "))

    def waits(self, holds: Callable[[], Any], what: str) -> float:
        """Wait until `holds`, and return how many seconds that took."""
        began = time.monotonic()
        self.until(holds, what, PATIENCE)
        return time.monotonic() - began


@dataclass
class Twins:
    """Both of them; the first one leads at first."""

    leader: Twin
    standby: Twin
    primary: str = ""
    secondary: str = ""

    def begin(self) -> None:
        """Give them an image to watch; start the one, and when it leads, the other."""
        leader, standby = self.leader, self.standby
        self.primary, self.secondary = leader.image("image", "westeurope", "northeurope")
        standby.images = leader.images
        leader.go()
        leader.waits(lambda: leader.leads, "the first one leads")
        standby.go()
        for each in (leader, standby):
            each.waits(lambda each=each: each.run_state("image") == "Succeeded", "the past is seen")

    def strike(self) -> None:
        """Let the region fail, and the image's build in it."""
        self.leader.fails("westeurope")
        self.leader.begin(self.primary)

    @property
    def requests(self) -> int:
        """How many requests to run the secondary the ARM face received."""
        return self.leader.requests(self.secondary)

    @property
    def began(self) -> int:
        """How many runs of the secondary truly began by request."""
        return self.leader.began(self.secondary)

    def end(self) -> None:
        """Leave nothing running."""
        self.leader.end()
        self.standby.end()


@contextmanager
def twins_on(stage: Stage, azurite: Azurite) -> Iterator[Twins]:
    """Give two replicas on the World of a stage and on a container of their own."""
    container = f"twins-{next(_numbers)}"
    with ExitStack() as stack:
        both = [_twin(stage, name, azurite, container, stack) for name in ("one", "other")]
        twins = Twins(*both)
        stack.callback(twins.end)
        yield twins


def _twin(stage: Stage, name: str, azurite: Azurite, container: str, stack: ExitStack) -> Twin:
    directory = stage.directory / name
    directory.mkdir()
    arm = urlsplit(stage.arm.endpoint).port
    assert arm is not None
    doors = Doors(stack.enter_context(gate(azurite.port)), stack.enter_context(gate(arm)))
    return Twin(directory, stage.arm, doors, f"{azurite.url}/{container}")
