"""The times that a schedule names.

By cronsim, which counts like Debian's cron: what falls into the hour that a clock skips comes right
after it, what falls into the hour that it repeats comes once, unless the hour is a wildcard.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from aibwatch.model.schedule import Schedule


def times(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield every time of a schedule later than `after`, in UTC."""
    local = after.astimezone(ZoneInfo(schedule.timezone))
    return (each.astimezone(UTC) for each in CronSim(schedule.cron, local))


def last(schedule: Schedule, after: datetime, now: datetime) -> datetime | None:
    """Return the latest time later than `after` and no later than `now`, None if there is none."""
    found = None
    for each in times(schedule, after):
        if each > now:
            break
        found = each
    return found


def problem(cron: str) -> str:
    """Say what is wrong with a cron expression, "" if nothing is."""
    try:
        CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        return str(error).lower()
    return ""
