"""Builds that are due by the schedules of images: each time of a schedule is ordered once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from aibwatch.config.cron import last
from aibwatch.model.drill import DRILLS
from aibwatch.model.entry import Ordered, ScheduleKnown
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, OrderId, digest
from aibwatch.model.order import SCHEDULER, Order, OrderKind
from aibwatch.model.state import View


def keep_schedules(view: View, now: datetime) -> list[ScheduleKnown | Ordered]:
    """Return entries for schedules that are others than they were, and orders that are due.

    A schedule counts from when it is first known, so that a new one makes up for nothing. Of
    several times that were missed only the latest is ordered; one that is too old to be begun ends
    with that reason, so that it is told.
    """
    if not (view.leader and view.writable):
        return []
    known = view.state.schedules
    images = [each for each in view.images.values() if each.schedule or each.name in known]
    return [*_known(images, view, now), *_due(images, view, now)]


def _known(images: Sequence[Image], view: View, now: datetime) -> Iterator[ScheduleKnown]:
    known = view.state.schedules
    for image in images:
        if image.schedule != known.get(image.name):
            yield ScheduleKnown(now, image.name, image.schedule)
    for name in known.keys() - view.images.keys() - {DRILLS}:
        yield ScheduleKnown(now, name, None)


def _due(images: Sequence[Image], view: View, now: datetime) -> Iterator[Ordered]:
    for image in images:
        schedule = image.schedule
        if schedule is None or schedule != view.state.schedules.get(image.name):
            continue
        if image.name in view.state.orders:
            continue  # what stands is carried out first, or ends by itself
        at = last(schedule, since(view, image.name, now), now)
        if at is not None:
            yield Ordered(now, order_of(image, at))


def since(view: View, name: ImageName, now: datetime) -> datetime:
    """Return after which instant a time of a schedule is due.

    One that lies ahead was told by a clock that was wrong: then all since this start count. What
    was ordered for them before has the same id, and is not carried out twice.
    """
    known = view.state.scheduled[name]
    return known if known <= now + view.policy.skew else view.sightings.booted


def order_of(image: Image, at: datetime) -> Order:
    """Return the order of one time of a schedule: the same for the same time, whoever leads."""
    name = OrderId(digest(SCHEDULER, image.name, at.isoformat()))
    says = f"its schedule said {at:%Y-%m-%d %H:%M}Z"
    return Order(name, OrderKind.BUILD, image.name, at, SCHEDULER, says)
