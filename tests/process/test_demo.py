"""`aibwatch demo`, as a person types it."""

import subprocess
import sys
import time

from process.stage import free_port


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
