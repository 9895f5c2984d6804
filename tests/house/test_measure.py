"""What a long run is judged by notices what it is there for."""

from itertools import accumulate
from math import inf

import pytest

from process.measure import Reading, growth, late_share, longest_without_a_cycle, read

BEATS = {0.025: 0.0, 0.05: 0.0, 0.1: 0.0, inf: 0.0}
SCRAPE = """\
aibwatch_event_loop_lag_seconds_bucket{le="0.05"} 98.0
aibwatch_event_loop_lag_seconds_bucket{le="+Inf"} 100.0
aibwatch_task_runs_total{task="cycle"} 7.0
aibwatch_task_runs_total{task="lease"} 900.0
"""


def reading(at: float, in_time: float, late: float, cycles: float, withheld: float = 0) -> Reading:
    """Return one with so many beats in time, and so many half a second late."""
    return Reading(
        at, {**BEATS, 0.05: in_time, 0.1: in_time, inf: in_time + late}, cycles, withheld
    )


def test_a_scrape_is_read_for_beats_and_cycles() -> None:
    """Of the cycle, not of another task."""
    assert read(3.0, SCRAPE) == Reading(3.0, {0.05: 98.0, inf: 100.0}, 7.0)


def test_a_leak_is_noticed_and_what_comes_and_goes_is_none() -> None:
    """0.3 % a round is a leak; a warm-up, peaks, and what is given back are none."""
    warm = [[60.0 + min(each, 30)] * 9 for each in range(0, 180, 15)]
    peaks = [[*each, 130.0] for each in warm]
    given_back = [*warm[:5], *[[82.0, 90.0]] * 7]
    taken_again = [*warm[:3], [82.0], *warm[4:]]
    leak = [[each, each + 0.5] for each in accumulate([90.0] * 12, lambda known, _: known * 1.003)]

    assert growth(warm) == 0
    assert growth([*warm[:6], *peaks[6:]]) == 0
    assert growth(given_back) < 0
    assert growth(taken_again) == 0
    assert growth(leak) > 0.01


def test_a_loop_that_was_blocked_is_noticed() -> None:
    """By the share of late beats; not those that the kernel withheld time for."""
    calm, blocked = reading(5, 5, 0, 1), reading(10, 8, 2, 2)

    assert late_share([reading(0, 0, 0, 0), calm]) == 0
    assert late_share([reading(0, 0, 0, 0), calm, blocked]) == pytest.approx(0.2)
    assert late_share([]) == 1.0


def test_what_the_kernel_withheld_is_not_the_daemons_doing() -> None:
    """A beat that is 0.1 s late, in an interval in which others had the processor for 0.05 s."""
    before = Reading(0, BEATS, 0, 0)
    after = Reading(5, {0.025: 9, 0.05: 9, 0.1: 10, inf: 10}, 1, 0.05)

    assert late_share([before, after]) == 0
    assert late_share([before, Reading(5, after.beats, 1, 0)]) == pytest.approx(0.1)
    between, long_ago = Reading(3, BEATS, 0, 0.05), Reading(4, BEATS, 0, 0.05)
    assert late_share([before, between, after]) == 0
    assert late_share([before, between, long_ago, after]) == pytest.approx(0.1)


def test_a_cycle_that_does_not_end_is_noticed() -> None:
    """From the last one that did to the end."""
    steady = [reading(at, at, 0, at) for at in range(0, 50, 5)]
    stalled = [reading(at, at, 0, min(at, 20)) for at in range(0, 50, 5)]

    assert longest_without_a_cycle(steady) == 5
    assert longest_without_a_cycle(stalled) == 25
