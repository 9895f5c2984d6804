"""Drills that are due by their schedule: each of its times rehearses one image, by rotation."""

from collections.abc import Iterator
from datetime import datetime

from aibwatch.config.cron import last
from aibwatch.config.windows import any_open
from aibwatch.daemon.schedules import since
from aibwatch.model.drill import DRILLS
from aibwatch.model.entry import OrderDropped, Ordered, ScheduleKnown
from aibwatch.model.image import Image
from aibwatch.model.names import OrderId, digest
from aibwatch.model.order import SCHEDULER, Order, OrderKind
from aibwatch.model.rehearsal import next_up
from aibwatch.model.state import View

DrillEntry = ScheduleKnown | Ordered | OrderDropped


def keep_drills(view: View, now: datetime) -> list[DrillEntry]:
    """Return entries for another schedule than before, and for the drill that is due.

    Of several times that were missed only the latest counts. One that is not begun at once is told
    as blocked, and not made up for; whose turn it was is behind the others then (PROMISES L9).
    """
    schedule = view.policy.drills.schedule
    if not (view.leader and view.writable):
        return []
    if schedule != view.state.schedules.get(DRILLS):
        return [ScheduleKnown(now, DRILLS, schedule)]
    at = last(schedule, since(view, DRILLS, now), now) if schedule else None
    image = next_up(view) if at else None
    return list(_ordered(image, at, view, now)) if image and at else []


def _ordered(image: Image, at: datetime, view: View, now: datetime) -> Iterator[DrillEntry]:
    name = OrderId(digest(SCHEDULER, OrderKind.DRILL, image.name, at.isoformat()))
    says = f"the schedule of drills said {at:%Y-%m-%d %H:%M}Z"
    yield Ordered(now, Order(name, OrderKind.DRILL, image.name, at, SCHEDULER, says))
    if not any_open(view.policy.drills.windows, now):
        yield OrderDropped(now, name, image.name, "blocked: none of drills.windows is open")
