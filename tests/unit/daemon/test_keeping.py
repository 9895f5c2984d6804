"""How garbage is looked for once the fleet was seen; in a process of its own, as it changes one."""

import subprocess
import sys

import pytest

from aibwatch.daemon.heart import OLDER, YOUNG

PROGRAM = """
import gc, sys, weakref
from aibwatch.daemon.heart import keep

class Connection:
    def __init__(self):
        self.me = self

stayed = [[] for _ in range(1_000_000)]
keep()
broken = Connection()
gc.collect(1)  # it is old now
gone, broken = weakref.ref(broken), None
made = []
while gone() is not None and len(made) < 1_000_000:
    made.append([])
print(len(made), gc.get_freeze_count())
"""


@pytest.fixture(scope="module")
def told() -> tuple[int, int]:
    """Return after how many more objects an old one was gone, and how many are not looked at."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    made, kept = map(int, ended.stdout.split())
    return made, kept


def test_what_was_there_first_is_not_looked_through(told: tuple[int, int]) -> None:
    """It stays as long as the process."""
    assert told[1] > 1_000_000


def test_old_garbage_does_not_wait_long(told: tuple[int, int]) -> None:
    """Each look at older ones comes after so many at younger ones; of the whole too."""
    assert YOUNG < told[0] <= YOUNG * (OLDER + 1) ** 2 + YOUNG
