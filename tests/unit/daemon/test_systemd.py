"""What systemd is told, on a real socket."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.config.schema import Settings
from aibwatch.daemon.serve import Daemon
from aibwatch.daemon.systemd import Systemd, systemd
from aibwatch.daemon.wiring import Store
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.state import Snapshot
from aibwatch.sim.jumping import START, play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from aibwatch.status.metrics import Metrics
from unit.daemon.outage import an_outage

LIMIT = timedelta(minutes=3, seconds=45)


class Supervisor:
    """The other end of the line."""

    def __init__(self, address: str) -> None:
        """Listen there."""
        self.address = address
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(address.replace("@", "\0", 1))
        self.line.settimeout(0)

    def heard(self) -> list[list[str]]:
        """Return what came since the last time, one list for each datagram."""
        found = []
        while True:
            try:
                found.append(self.line.recv(4096).decode().split("\n"))
            except BlockingIOError:
                return found


@pytest.fixture(params=["path", "abstract"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Supervisor]:
    """One that listens as systemd does, on a path or in the abstract namespace."""
    names = {"path": str(tmp_path / "notify"), "abstract": f"@aibwatch-test-{tmp_path}"}
    found = Supervisor(names[request.param])
    yield found
    found.line.close()


def a_snapshot() -> Snapshot:
    """Return a picture of a small fleet that nobody has looked at yet."""
    daemon = an_outage()

    async def booted() -> Snapshot:
        daemon.boot()
        return daemon.belief.snapshot({}, daemon.clock.now())

    return play(booted)


def test_ready_tells_the_watchdog_the_limit_of_livez(supervisor: Supervisor) -> None:
    """In microseconds, so that both end a daemon that stands still at the same age."""
    Systemd(supervisor.address, watched=True).ready(LIMIT)
    Systemd(supervisor.address).ready(LIMIT)

    assert supervisor.heard() == [["READY=1", "WATCHDOG_USEC=225000000"], ["READY=1"]]


def test_a_beat_is_a_sign_of_life_and_tells_news_once(supervisor: Supervisor) -> None:
    """The same picture is told once; without a watchdog there is no sign of life."""
    line, quiet = Systemd(supervisor.address, watched=True), Systemd(supervisor.address)
    snapshot = a_snapshot()

    for each in (line, line, quiet, quiet):
        each.beat(snapshot, leads=each is line)
    first, second, third = supervisor.heard()

    assert first[0] == "WATCHDOG=1"
    assert first[1].startswith("STATUS=leading: ")
    assert second == ["WATCHDOG=1"]
    assert third[0].startswith("STATUS=standby: ")


def test_a_stop_is_told(supervisor: Supervisor) -> None:
    """So that systemd counts the time of the stop from now."""
    Systemd(supervisor.address).stopping()

    assert supervisor.heard() == [["STOPPING=1", "STATUS=stopping"]]


def test_nobody_listening_is_no_trouble(tmp_path: Path) -> None:
    """A socket that is gone, and none at all: the daemon has better things to do."""
    for line in (Systemd(str(tmp_path / "gone"), watched=True), Systemd()):
        line.ready(LIMIT)
        line.beat(a_snapshot(), leads=True)
        line.stopping()


def test_a_full_queue_does_not_hold_the_loop_up(supervisor: Supervisor) -> None:
    """A supervisor that does not read loses signs of life, and we no time."""
    line = Systemd(supervisor.address, watched=True)

    for _ in range(2000):
        line.ready(LIMIT)

    assert len(supervisor.heard()) < 2000


@pytest.mark.parametrize(
    ("environ", "watched"),
    [
        ({"WATCHDOG_USEC": "1", "WATCHDOG_PID": "7"}, True),
        ({"WATCHDOG_USEC": "1"}, True),
        ({"WATCHDOG_USEC": "1", "WATCHDOG_PID": "8"}, False),
        ({}, False),
    ],
)
def test_the_environment_says_whom_the_watchdog_means(
    environ: dict[str, str], *, watched: bool
) -> None:
    """Variables that a child inherited from its parent mean the parent."""
    found = systemd({"NOTIFY_SOCKET": "@there", **environ}, 7)

    assert (found.address, found.watched) == ("@there", watched)


class Breaking(Metrics):
    """Metrics that can have a bug."""

    broken = False

    def publish(self, snapshot: Snapshot) -> None:
        """End the cycle as a bug would."""
        if self.broken:
            raise ZeroDivisionError
        super().publish(snapshot)


def test_a_cycle_that_fails_or_stands_still_gives_no_sign_of_life(supervisor: Supervisor) -> None:
    """Only a beat that ended well does, and only while /livez is green (L10)."""
    metrics = Breaking()
    daemon = Daemon(Settings(), metrics)
    daemon.systemd = Systemd(supervisor.address, watched=True)

    async def lived() -> list[list[list[str]]]:
        journal = MemoryJournal()
        daemon.assemble(SimulatedAzure(World(START)), Store(journal, load(journal), OwnLease()))
        await daemon.boot(daemon.replica.ledger)
        await daemon.beat()
        well = supervisor.heard()
        daemon.health.limit = timedelta(seconds=-1)
        await daemon.beat()
        old = supervisor.heard()
        daemon.health.limit = LIMIT
        daemon.replica.heart.woken = True
        metrics.broken = True
        with pytest.raises(ZeroDivisionError):
            await daemon.beat()
        return [well, old, supervisor.heard()]

    well, old, broken = play(lived)

    assert [each[0] for each in well] == ["WATCHDOG=1"]
    assert old == broken == []
