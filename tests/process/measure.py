"""What a long run is judged by, from what the kernel and the daemon's own scrapes tell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path
from statistics import median

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
    """Return how long the main thread of a process waited for a processor (proc(5), schedstat)."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9


def resident(process: int) -> float:
    """Return the resident memory of a process in MB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def growth(memory: Sequence[float]) -> float:
    """Return by what share memory grew after the warm-up, from samples at equal distances.

    The warm-up is the first third; compared are the medians of the first and of the last quarter of
    what follows, as single samples show what a scrape holds for a moment.
    """
    after = memory[len(memory) // 3 :]
    part = max(1, len(after) // 4)
    return median(after[-part:]) / median(after[:part]) - 1


def late_share(readings: Iterable[Reading]) -> float:
    """Return the share of heartbeats that were too late by the daemon's own doing.

    What the kernel withheld between two readings is taken off: on a busy machine the other
    processes' work is not the daemon's.
    """
    late = beats = 0.0
    for before, after in pairwise(readings):
        allowed = LATE + after.withheld - before.withheld
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
