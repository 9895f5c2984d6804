"""The one clock: steady, whatever the machine's own clock does."""

import asyncio
from datetime import timedelta

import pytest

from aibwatch.daemon.clock import SteadyClock, steady, wall
from builders import NOON

DAY = timedelta(days=1)


class Machine:
    """A machine whose clocks a test sets."""

    def __init__(self) -> None:
        """Begin at NOON, an hour after boot."""
        self.time = NOON
        self.since_boot = 3600.0

    def clock(self) -> SteadyClock:
        """Return a clock that starts now."""
        return SteadyClock(lambda: self.time, lambda: self.since_boot)


def test_it_starts_at_the_wall_clock() -> None:
    """Right after the start it says what the machine says."""
    machine = Machine()

    clock = machine.clock()

    assert clock.now() == NOON


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_a_step_of_the_wall_clock_moves_nothing(jump: timedelta) -> None:
    """The wall clock steps by a day while ten seconds pass: ten seconds have passed."""
    machine = Machine()
    clock = machine.clock()

    machine.time += jump
    machine.since_boot += 10

    assert clock.now() == NOON + timedelta(seconds=10)


def test_time_asleep_counts() -> None:
    """The steady source goes on while the machine is suspended, unlike the monotonic clock."""
    machine = Machine()
    clock = machine.clock()

    machine.since_boot += 8 * 3600  # suspended over night

    assert clock.now() == NOON + timedelta(hours=8)


def test_the_real_sources_agree_with_each_other() -> None:
    """The clock of a real machine starts at its wall clock and never runs backwards."""
    clock = SteadyClock()

    first, second = clock.now(), clock.now()

    assert abs(first - wall()) < timedelta(seconds=5)
    assert first <= second
    assert steady() > 0


def test_sleeping_lets_time_pass() -> None:
    """After a sleep at least so much time has passed."""
    clock = SteadyClock()
    before = clock.now()

    asyncio.run(clock.sleep(0.02))

    assert clock.now() - before >= timedelta(seconds=0.02)
