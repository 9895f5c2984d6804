"""The journal between real processes: one holds it, one dies, one has no room."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from aibwatch.errors import StoreLockedError
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Paused
from builders import NOON

pytestmark = pytest.mark.process

HOLD = """
import asyncio, os, sys
from datetime import UTC, datetime
from pathlib import Path
from aibwatch.errors import AibwatchError
from aibwatch.journal.sqlite import SqliteJournal, SqliteReader
from aibwatch.model.entry import Paused

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""

DROP = """
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
"""

OPEN = """
try:
    journal = SqliteJournal(Path(sys.argv[1]))
except AibwatchError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""

READ = """
try:
    SqliteReader(Path(sys.argv[1]))
except AibwatchError as error:
    sys.exit(error.exit_code)
"""

WRITE = """
asyncio.run(journal.append([Paused(NOON, "all", "audit")], durable=True))
print("written", flush=True)
sys.stdin.read()
"""

FILL = """
try:
    for n in range(10_000):
        asyncio.run(journal.append([Paused(NOON, str(n), "x" * 1000)] * 5, durable=False))
        print(n, flush=True)
except AibwatchError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def run(script: str, path: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script with its own interpreter to its end."""
    command = [sys.executable, "-c", HOLD + script, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_second_process_is_refused_and_told_who_holds_the_store(tmp_path: Path) -> None:
    """SQLite alone would let two daemons take turns; the lock does not (PROMISES S4)."""
    path = tmp_path / "aibwatch.db"
    journal = SqliteJournal(path)

    second = run(OPEN, path)
    journal.close()
    third = run(OPEN, path)

    assert second.returncode == 1
    assert second.stderr.startswith("StoreLockedError")
    assert f"(pid {os.getpid()})" in second.stderr
    assert str(path) in second.stderr
    assert third.returncode == 0


def test_a_killed_daemon_leaves_what_was_durable_and_no_lock(tmp_path: Path) -> None:
    """After SIGKILL the intent is there and the next daemon may start (PROMISES S3)."""
    path = tmp_path / "aibwatch.db"
    command = [sys.executable, "-c", HOLD + OPEN + WRITE, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        with pytest.raises(StoreLockedError, match=f"pid {daemon.pid}"):
            SqliteJournal(path)

        daemon.send_signal(signal.SIGKILL)
        daemon.wait()

    journal = SqliteJournal(path)
    entries = list(journal.read())
    journal.close()
    assert entries == [Paused(NOON, "all", "audit")]


def test_a_full_disk_is_said_and_costs_no_entry(tmp_path: Path) -> None:
    """An append that finds no room fails whole; what was there before it stays readable."""
    path = tmp_path / "aibwatch.db"
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 20},) * 2)\n"

    full = run(OPEN + limit + FILL, path)

    assert full.returncode == 1
    assert full.stderr.startswith("StoreError")
    assert str(path) in full.stderr
    assert "disk" in full.stderr
    journal = SqliteJournal(path)
    scopes = [entry.scope for entry in journal.read() if isinstance(entry, Paused)]
    asyncio.run(journal.append([Paused(NOON, "after", "room again")], durable=True))
    journal.close()
    written = [str(n) for n in range(len(full.stdout.split())) for _ in range(5)]
    assert written
    assert scopes == written


@pytest.mark.parametrize("forbidden", ["directory", "file"])
def test_a_store_that_may_not_be_written_is_said(forbidden: str) -> None:
    """Without the permission the message names the file and who should own it."""
    with tempfile.TemporaryDirectory() as name:
        directory, path = Path(name), Path(name) / "aibwatch.db"
        SqliteJournal(path).close()
        path.chmod(0o444)
        path.with_name("aibwatch.db.lock").chmod(0o666)
        directory.chmod(0o555 if forbidden == "directory" else 0o777)
        if forbidden == "directory":
            path.with_name("aibwatch.db.lock").unlink()

        refused = run(DROP + OPEN + "asyncio.run(journal.append([], durable=True))", path)

        directory.chmod(0o700)
    assert refused.returncode == 1
    assert "StoreError" in refused.stderr
    assert str(path) in refused.stderr
    assert "user that aibwatch runs as" in refused.stderr


def test_a_file_that_may_not_be_read_is_a_matter_of_permission() -> None:
    """Commands that only read exit 77, as with whatever else was not granted."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "aibwatch.db"
        SqliteJournal(path).close()
        path.parent.chmod(0o755)
        path.chmod(0)

        assert run(DROP + READ, path).returncode == 77
