"""How late the event loop is."""

import asyncio

import pytest

from aibwatch.daemon.lag import measure_lag
from aibwatch.sim.jumping import SimulatedLoop, play


def told_of(stall: float) -> list[float]:
    """Return what is told of two beats; in the first one the loop stands still for `stall`."""
    told: list[float] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        task = asyncio.create_task(measure_lag(told.append))
        await asyncio.sleep(0.75)
        loop._jumping.now += stall
        await asyncio.sleep(1.5)
        task.cancel()

    play(story)
    return told


def test_a_loop_in_time_is_not_late() -> None:
    """Beats that come every second tell 0."""
    told = told_of(0)

    assert told == [0, 0]


def test_a_loop_that_stood_still_is_late_by_as_much() -> None:
    """The loop is held up from 0.75 s to 3.25 s: the beat due at 1 s is 2.25 s late."""
    told = told_of(2.5)

    assert told == pytest.approx([2.25, 0])
