"""APScheduler, which ticks the daemon and nothing more.

What is due is computed from `now` by pure code; the scheduler only wakes it. Its triggers run on
the wall clock, so a step back would silence it (apscheduler#752): a guard on the steady clock
re-arms the job whenever a tick is overdue. A step forward would owe a run for every interval in it
(apscheduler#526), so the trigger counts from now.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from aibwatch.daemon.clock import steady
from aibwatch.daemon.log import logger

log = logger(__name__)

CYCLE = "cycle"
"""Id of the one job, and its label `task`."""

OVERDUE = 3
"""Re-arm the job after this many intervals without a tick."""


class TaskMeter(Protocol):
    """Where the life of a task is counted (METRICS, tasks)."""

    def task_interval(self, task: str, seconds: float) -> None:
        """Say how often it should run."""

    def task_started(self, task: str) -> None:
        """Count a start."""

    def task_ended(self, task: str, seconds: float, *, failed: bool) -> None:
        """Count an end."""

    def task_missed(self, task: str) -> None:
        """Count a run that was not made in time."""

    def task_skipped(self, task: str) -> None:
        """Count a run that was not made because the last one still goes on."""

    def task_next_run(self, task: str, at: datetime | None) -> None:
        """Say when it runs next."""


class FromNow(IntervalTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """Counts from now on: a jump of the clock owes one run, not one for every interval in it."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return one interval from now; at once if there was no run yet."""
        return now if previous is None else now + self.interval


class Ticker:
    """Runs one coroutine every `interval` seconds, one at a time, and at once when woken."""

    def __init__(
        self, run: Callable[[], Awaitable[object]], interval: float, meter: TaskMeter
    ) -> None:
        """Take what to run; nothing starts yet."""
        self._run, self._interval, self._meter = run, interval, meter
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._last = steady()
        self._guard: asyncio.Task[None] | None = None
        self._running: asyncio.Task[object] | None = None

    def start(self) -> None:
        """Tick now and from now on; a loop must be running."""
        self._meter.task_interval(CYCLE, self._interval)
        self._scheduler.add_listener(
            self._listen,
            EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES,
        )
        self._scheduler.add_job(
            self._tick,
            FromNow(seconds=self._interval, timezone=UTC),
            id=CYCLE,
            next_run_time=datetime.now(UTC),  # noqa: TID251  the scheduler's own clock
        )
        self._scheduler.start()
        self._guard = asyncio.create_task(self._rearm_when_overdue(), name="ticker guard")

    def wake(self) -> None:
        """Tick at once; while a run goes on, the next regular tick must do."""
        if self._idle and self._scheduler.running and self._scheduler.get_job(CYCLE):
            now = datetime.now(UTC)  # noqa: TID251  the scheduler's own clock
            self._scheduler.modify_job(CYCLE, next_run_time=now)

    async def stop(self) -> None:
        """Start no more runs and wait for the present one."""
        if self._guard:
            self._guard.cancel()
        self._scheduler.remove_all_jobs()
        if self._running:
            await asyncio.wait([self._running])
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the shutdown is only scheduled by the call above

    async def _tick(self) -> None:
        self._last = began = steady()
        self._meter.task_started(CYCLE)
        self._running = asyncio.ensure_future(self._run())
        failed = True
        try:
            await asyncio.shield(self._running)
            failed = False
        finally:
            self._last = steady()
            self._meter.task_ended(CYCLE, self._last - began, failed=failed)

    async def _rearm_when_overdue(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            if self._idle and steady() - self._last > OVERDUE * self._interval:
                log.warning("ticker.rearmed", seconds=steady() - self._last)
                self.wake()

    @property
    def _idle(self) -> bool:
        return self._running is None or self._running.done()

    def _listen(self, event: JobEvent) -> None:
        if event.code == EVENT_JOB_MISSED:
            self._meter.task_missed(CYCLE)
        elif event.code == EVENT_JOB_MAX_INSTANCES:
            self._meter.task_skipped(CYCLE)
        job = self._scheduler.get_job(CYCLE)
        self._meter.task_next_run(CYCLE, job.next_run_time if job else None)
