"""Asks Azure what is due, all at once, and returns what was seen, "could not see" included.

Called once a cycle.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from aibwatch.collect.agenda import Agenda
from aibwatch.collect.door import Door
from aibwatch.collect.due import Due, due, next_due
from aibwatch.collect.question import Asked, Subject, hold
from aibwatch.collect.round import Round
from aibwatch.model.observation import Observation, SweepEnded
from aibwatch.model.state import View
from aibwatch.ports import Azure, Clock

COLLECT_WITHIN = timedelta(seconds=45)
"""For all of it: less than `poll.interval`, and well below `poll.max_age`."""
ACTIVITY_BACK = timedelta(hours=1)
"""The Activity Log is read at least this far back: it lags, and a run's end comes long after."""
FORGET_AFTER = timedelta(days=1)


class Collector:
    """The eyes. Remembers what it asked and when, nothing else."""

    def __init__(
        self,
        azure: Azure,
        clock: Clock,
        subscriptions: Sequence[str] = (),
        asked: Asked | None = None,
    ) -> None:
        """Take the doors to Azure; `subscriptions` are listed besides those of the images.

        `asked` is the memory of another collector, which this one goes on from.
        """
        self.asked = asked or Asked()
        """When what was asked: `due.next_due` needs it."""
        self._azure, self._clock = azure, clock
        self._subscriptions = tuple(subscriptions)
        self._agenda = Agenda(self.asked)
        self._listed: set[str] = set()
        """Subscriptions that were listed since the last full sweep."""
        self._reported: set[str] = set()

    async def collect(self, view: View, now: datetime) -> list[Observation]:
        """Ask what is due. Never raises for what Azure does, and ends within COLLECT_WITHIN."""
        asks = due(view, self.asked, now, self._subscriptions, self._agenda)
        door = Door(self._clock, COLLECT_WITHIN, self._reported)
        since = now - max(view.policy.window, ACTIVITY_BACK)
        round_ = Round(self._azure, door, self.asked, asks, since)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(seeing) for seeing in round_.all()]
        for subject, more in (
            (Subject.DEFINITION, asks.more_definitions),
            (Subject.BASE, asks.more_bases),
            *((subject, True) for subject in asks.below.more | round_.left),
            (Subject.RIGHT, asks.more_scopes),
            (Subject.LOG, asks.more_logs),
            (Subject.EDITION, asks.more_editions),
        ):
            if more:
                hold(self.asked, subject, now + view.policy.active_interval)
        self.asked.forget(now - FORGET_AFTER)
        seen = [observation for task in tasks for observation in task.result()]
        return seen + self._sweep_ended(asks)

    def watch(self, subscriptions: Sequence[str]) -> None:
        """List these besides those of the images from now on, and ask for everything again."""
        self._subscriptions = tuple(subscriptions)
        self._agenda = Agenda(self.asked)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Ask for everything again, as after a start; but when a Retry-After says."""
        self.asked.begin_anew()
        self._listed.clear()

    def next_due(self, view: View, now: datetime) -> datetime:
        """Return when there will be something to ask."""
        return next_due(view, self.asked, now, self._subscriptions, self._agenda)

    def _sweep_ended(self, asks: Due) -> list[Observation]:
        """Say so once every watched template was asked for, by a list and what followed it."""
        self._listed.update(asks.subscriptions)
        if not asks.watched or not asks.watched.keys() <= self._listed:
            return []
        self._listed.clear()
        return [SweepEnded(self._clock.now())]
