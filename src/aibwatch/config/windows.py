"""Whether a window of the week is open, as the clocks of its own time zone show."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aibwatch.model.drill import Window


def is_open(window: Window, now: datetime) -> bool:
    """Whether `now` lies in the window, the begin included and the end not."""
    local = now.astimezone(ZoneInfo(window.timezone))
    at, today = local.time(), local.weekday()
    if window.begin < window.end:
        return today in window.days and window.begin <= at < window.end
    yesterday = (today - 1) % 7
    since = today in window.days and at >= window.begin
    return since or (yesterday in window.days and at < window.end)


def any_open(windows: tuple[Window, ...], now: datetime) -> bool:
    """Whether one of them is open; without any, it always is."""
    return not windows or any(is_open(each, now) for each in windows)
