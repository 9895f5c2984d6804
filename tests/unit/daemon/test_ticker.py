"""The ticker, on the real APScheduler and the real loop, at a short interval."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aibwatch.daemon.ticker import CYCLE, FromNow, Ticker
from builders import NOON

INTERVAL = 0.02
SOON = 5.0
"""Seconds after which something that should have happened has not."""


class Tasks:
    """Counts what the ticker tells."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.interval = 0.0
        self.started = self.ended = self.failed = self.missed = self.skipped = 0
        self.next_run: datetime | None = None
        self._told = asyncio.Event()

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait until what was told is as it should be."""
        async with asyncio.timeout(SOON):
            while not seen():
                self._told.clear()
                await self._told.wait()

    def task_interval(self, task: str, seconds: float) -> None:
        """Note how often it should run."""
        assert task == CYCLE
        self.interval = seconds

    def task_started(self, task: str) -> None:
        """Count a start."""
        self.started += 1
        self._told.set()

    def task_ended(self, task: str, seconds: float, *, failed: bool) -> None:
        """Count an end."""
        self.ended += 1
        self.failed += failed
        self._told.set()

    def task_missed(self, task: str) -> None:
        """Count a run that was not made in time."""
        self.missed += 1
        self._told.set()

    def task_skipped(self, task: str) -> None:
        """Count a run that was not made because the last one goes on."""
        self.skipped += 1
        self._told.set()

    def task_next_run(self, task: str, at: datetime | None) -> None:
        """Note when it runs next."""
        self.next_run = at
        self._told.set()


@asynccontextmanager
async def ticking(
    run: Callable[[], Awaitable[object]], tasks: Tasks, interval: float = INTERVAL
) -> AsyncIterator[Ticker]:
    """Run a ticker until the block ends."""
    ticker = Ticker(run, interval, tasks)
    ticker.start()
    try:
        yield ticker
    finally:
        await ticker.stop()


async def nothing() -> None:
    """Run for no time."""


def test_it_ticks_at_once_and_again() -> None:
    """The first run does not wait for an interval; others follow."""
    tasks = Tasks()

    async def story() -> None:
        async with ticking(nothing, tasks):
            await tasks.until(lambda: tasks.ended >= 3)

    asyncio.run(story())

    assert tasks.interval == INTERVAL
    assert tasks.failed == 0


def test_one_run_at_a_time() -> None:
    """A run takes many intervals: meanwhile runs are skipped and counted, none is made."""
    tasks, at_once, most = Tasks(), 0, 0
    go_on = asyncio.Event()

    async def slow() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await go_on.wait()
        at_once -= 1

    async def story() -> None:
        async with ticking(slow, tasks):
            await tasks.until(lambda: tasks.skipped >= 2)
            started = tasks.started
            go_on.set()
            await tasks.until(lambda: tasks.started >= 2)
            assert started == 1

    asyncio.run(story())

    assert most == 1


def test_a_run_that_raises_is_counted_and_followed_by_others() -> None:
    """A bug in one run ends neither the scheduler nor the loop."""
    tasks = Tasks()

    async def fail_first() -> None:
        if tasks.started == 1:
            message = "a bug"
            raise RuntimeError(message)

    async def story() -> None:
        async with ticking(fail_first, tasks):
            await tasks.until(lambda: tasks.ended >= 2)

    asyncio.run(story())

    assert tasks.failed == 1


def test_who_wakes_it_does_not_wait_for_the_interval() -> None:
    """At an interval of an hour, a wake makes a run now."""
    tasks = Tasks()

    async def story() -> None:
        async with ticking(nothing, tasks, interval=3600) as ticker:
            await tasks.until(lambda: tasks.ended == 1)
            ticker.wake()
            await tasks.until(lambda: tasks.ended == 2)

    asyncio.run(story())

    assert tasks.started == 2


def test_a_wake_during_a_run_starts_no_second_one() -> None:
    """The run goes on alone, nothing is skipped for the wake's sake."""
    tasks, go_on = Tasks(), asyncio.Event()

    async def story() -> None:
        async with ticking(go_on.wait, tasks, interval=3600) as ticker:
            await tasks.until(lambda: tasks.started == 1)
            ticker.wake()
            await asyncio.sleep(0)
            go_on.set()
            await tasks.until(lambda: tasks.ended == 1)

    asyncio.run(story())

    assert (tasks.started, tasks.skipped) == (1, 0)


def test_a_job_put_off_for_a_day_is_armed_again() -> None:
    """What a clock stepped back by a day does: the next run is a day away, the guard brings it."""
    tasks = Tasks()

    async def story() -> None:
        async with ticking(nothing, tasks) as ticker:
            await tasks.until(lambda: tasks.ended >= 1)
            tomorrow = datetime.now(UTC) + timedelta(days=1)  # noqa: TID251  as the scheduler does
            ticker._scheduler.modify_job(CYCLE, next_run_time=tomorrow)
            ended = tasks.ended
            await tasks.until(lambda: tasks.ended >= ended + 3)
            assert tasks.next_run is not None
            assert tasks.next_run < tomorrow - timedelta(hours=1)

    asyncio.run(story())


def test_a_jump_forward_owes_one_run_only() -> None:
    """After a day, or fifty years, the next run is one interval from now."""
    trigger = FromNow(seconds=1, timezone=UTC)

    after_a_day = trigger.get_next_fire_time(NOON - timedelta(days=1), NOON)
    after_years = trigger.get_next_fire_time(NOON - timedelta(days=365 * 50), NOON)

    assert after_a_day == after_years == NOON + timedelta(seconds=1)


def test_stopping_waits_for_the_present_run_and_starts_no_other() -> None:
    """A run is under way when the stop comes: it ends by itself, uncut, and is the last."""
    tasks, go_on = Tasks(), asyncio.Event()
    ended_well = False

    async def slow() -> None:
        nonlocal ended_well
        await go_on.wait()
        ended_well = True

    async def story() -> None:
        ticker = Ticker(slow, INTERVAL, tasks)
        ticker.start()
        await tasks.until(lambda: tasks.started == 1)
        stopping = asyncio.create_task(ticker.stop())
        done, _ = await asyncio.wait({stopping}, timeout=3 * INTERVAL)
        assert not done
        go_on.set()
        await stopping
        ticker.wake()
        assert ticker._scheduler.get_jobs() == []
        assert not ticker._scheduler.running

    asyncio.run(story())

    assert ended_well
    assert tasks.started == 1


def test_a_loop_that_was_held_up_misses_nothing() -> None:
    """The loop stands still for many intervals: the run comes late, but it comes, and only once."""
    tasks = Tasks()

    async def story() -> None:
        async with ticking(nothing, tasks):
            await tasks.until(lambda: tasks.ended >= 1)
            hold_up(10 * INTERVAL)
            ended = tasks.ended
            await tasks.until(lambda: tasks.ended >= ended + 1)

    asyncio.run(story())

    assert tasks.missed == 0


def hold_up(seconds: float) -> None:
    """Keep the loop busy."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        pass
