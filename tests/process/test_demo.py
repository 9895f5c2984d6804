"""`aibwatch demo`, as a person types it, and as a service manager ends it."""

import signal
import socket
import subprocess
import sys
import time

from process.stage import PATIENCE, free_port


def test_the_demo_ends_well_within_a_minute_and_sums_up() -> None:
    """It exits with 0 only if every image was saved that could be, and nothing was needless."""
    began, listen = time.monotonic(), f"127.0.0.1:{free_port()}"

    done = subprocess.run(
        [sys.executable, "-m", "aibwatch", "demo", "--listen", listen],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    summary = dict(line.rsplit("  ", 1) for line in done.stdout.splitlines()[-9:] if "  " in line)
    told = {name.strip(): value.strip() for name, value in summary.items()}
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - began < 60
    assert told["images saved"] == "3 of 3"
    assert (told["duplicates"], told["needless failovers"]) == ("0", "0")
    assert told["time to detect"].endswith(" s")
    assert told["time to trigger"].endswith(" s")
    assert f"http://{listen}/" in done.stdout
    assert "The story ended as it should." in done.stdout


def test_told_to_stop_the_demo_ends_its_daemon_too() -> None:
    """SIGTERM leaves no process behind that would hold the port."""
    port = free_port()

    command = [sys.executable, "-m", "aibwatch", "demo", "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        judged = any(" judged " in line for line in demo.stdout)  # the daemon has answered
        demo.send_signal(signal.SIGTERM)
        code = demo.wait(PATIENCE)

    assert judged
    assert not listens(port)
    assert code == 128 + signal.SIGTERM


def test_where_its_daemon_cannot_serve_the_demo_ends_with_that_ones_code() -> None:
    """75, as the port may be free later; and in the daemon's own words."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"

        command = [sys.executable, "-m", "aibwatch", "demo", "--listen", listen]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 75
    assert f"cannot listen on {listen}" in done.stdout


def listens(port: int) -> bool:
    """Whether anybody takes connections there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
