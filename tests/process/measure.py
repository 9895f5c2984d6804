"""What a long run is judged by, from what the kernel and the daemon's own scrapes tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import inf
from pathlib import Path

LATE = 0.05
"""Seconds by which a heartbeat of the event loop may be late."""

_BEATS = re.compile(r'^aibwatch_event_loop_lag_seconds_bucket{le="([^"]+)"} (\S+)', re.MULTILINE)
_RUNS = re.compile(r'^aibwatch_task_runs_total{task="cycle"} (\S+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one scrape told, and the kernel beside it."""

    at: float
    """Seconds, of any steady clock."""
    beats: dict[float, float]
    """Heartbeats of the loop so far, by how late they were at most."""
    cycles: float
    """Cycles that have ended."""
    withheld: float = 0.0
    """Seconds so far in which the loop could have run, but others had the processors."""


def read(at: float, scrape: str, withheld: float = 0.0) -> Reading:
    """Return what a scrape tells."""
    beats = {float(late): float(count) for late, count in _BEATS.findall(scrape)}
    cycles = sum(float(each) for each in _RUNS.findall(scrape))
    return Reading(at, beats, cycles, withheld)


def withheld(process: int) -> float:
    """Return how long the threads of a process waited for a processor (proc(5), schedstat).

    All of them: Python lets one run at a time, so the loop waits with whichever has its turn.
    """
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[1]) for each in threads) / 1e9


def resident(process: int) -> float:
    """Return the resident memory of a process in MB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def growth(memory: Sequence[Sequence[float]]) -> float:
    """Return by what share memory grew after the warm-up, from samples of rounds of equal work.

    The warm-up is the first third of the rounds. Compared is the lowest of the last round, or of
    the last sixth of many, with the highest of the warm-up: the C library keeps what it may need
    again or gives it back as it falls out, several MB either way, and what meets on a busy machine
    takes more for a moment. What leaks passes every mark and stays above it.
    """
    warm, last = max(1, len(memory) // 3), max(1, len(memory) // 6)
    return min(chain(*memory[-last:])) / max(chain(*memory[:warm])) - 1


def late_share(readings: Sequence[Reading]) -> float:
    """Return the share of heartbeats that were too late by the daemon's own doing.

    What the kernel withheld between two readings, or right before, as a beat may be due then, is
    taken off: on a busy machine the other processes' work is not the daemon's.
    """
    late = beats = 0.0
    for earlier, (before, after) in zip(
        [*readings[:1], *readings], pairwise(readings), strict=False
    ):
        allowed = LATE + after.withheld - earlier.withheld
        edge = min(each for each in (*after.beats, inf) if each >= allowed)
        came = after.beats[inf] - before.beats.get(inf, 0)
        in_time = after.beats[edge] - before.beats.get(edge, 0)
        beats, late = beats + came, late + came - in_time
    return late / beats if beats else 1.0


def longest_without_a_cycle(readings: Sequence[Reading]) -> float:
    """Return for how many seconds no cycle ended, at most, as far as readings tell."""
    ended = [readings[0].at]
    ended += [after.at for before, after in pairwise(readings) if after.cycles > before.cycles]
    return max(after - before for before, after in pairwise([*ended, readings[-1].at]))
