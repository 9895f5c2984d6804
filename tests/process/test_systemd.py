"""Under a supervisor that waits for signs of life, as systemd does."""

import signal
import socket

from process.stage import Stage


def test_the_daemon_says_that_it_is_ready_lives_and_stops(stage: Stage) -> None:
    """READY=1 first, WATCHDOG=1 as long as it beats, STOPPING=1 when it was told to stop."""
    stage.image("web", "westeurope", "northeurope")
    address = str(stage.directory / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.settimeout(20)
        stage.serve(NOTIFY_SOCKET=address, WATCHDOG_USEC="60000000")
        first, second = line.recv(4096).decode(), line.recv(4096).decode()
        assert stage.daemon is not None
        stage.daemon.send_signal(signal.SIGTERM)
        stage.daemon.wait(20)
        line.settimeout(0)
        rest = list(iter(lambda: line.recv(4096).decode(), "STOPPING=1\nSTATUS=stopping"))

    # Three intervals of 300 ms, and what a sweep may take.
    assert first == "READY=1\nWATCHDOG_USEC=45900000"
    assert second.startswith("WATCHDOG=1\nSTATUS=leading: All is calm; 1 image, ")
    assert all(each.startswith("WATCHDOG=1") for each in rest)
