"""Many seeds, on as many processors as there are."""

import os
from collections.abc import Iterator
from multiprocessing import get_context
from time import process_time

from aibwatch.cli.simulate.seeds.draw import drawn
from aibwatch.cli.simulate.seeds.life import lived
from aibwatch.cli.simulate.seeds.tally import Tally, tallied, timed
from aibwatch.cli.simulate.stage import Own

AT_ONCE = 8
"""Seeds that a process is handed at a time."""


def one(seed: int, own: Own | None = None) -> Tally:
    """Live through one seed and count."""
    begin = process_time()
    tally = tallied(lived(drawn(seed, own)))
    return timed(tally, process_time() - begin)


def each(first: int, count: int, own: Own | None = None) -> Iterator[Tally]:
    """Yield what every seed came to, in whatever order they end."""
    seeds = range(first, first + count)
    workers = min(count, len(os.sched_getaffinity(0)))
    if workers <= 1:
        yield from (one(seed, own) for seed in seeds)
        return
    with get_context("spawn").Pool(workers) as pool:
        tasks = ((seed, own) for seed in seeds)
        yield from pool.imap_unordered(_task, tasks, chunksize=min(AT_ONCE, count // workers or 1))


def _task(task: tuple[int, Own | None]) -> Tally:
    return one(*task)
