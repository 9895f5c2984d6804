"""The memory of threads, as the C library tells of itself (malloc_info(3))."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import ctypes, sys, threading
from aibwatch.daemon.arena import share_arena

if sys.argv[2] == "shared":
    share_arena()
thread = threading.Thread(target=lambda: bytes(100_000))
thread.start()
thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def arenas(told: Path, how: str) -> int:
    """Return how many places a program with two threads takes memory from."""
    subprocess.run([sys.executable, "-c", PROGRAM, str(told), how], check=True)
    return told.read_text().count("<heap nr=")


def test_threads_take_memory_from_one_place(tmp_path: Path) -> None:
    """Left to itself, glibc gives a second thread a second one."""
    assert arenas(tmp_path / "alone", "alone") == 2
    assert arenas(tmp_path / "shared", "shared") == 1
