"""Words of a timetable: durations, and names that must be known."""

import re
from collections.abc import Collection
from datetime import timedelta

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")


def duration(text: str) -> timedelta:
    """Return a duration written such as `500ms`, `30s`, `5m`. Raises ValueError for others."""
    match = _DURATION.fullmatch(text)
    if match is None:
        message = f"{text!r} is no duration; write such as 500ms, 30s, 5m, 6h, 2d"
        raise ValueError(message)
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def among(what: str, found: str, choices: Collection[str]) -> None:
    """Raise ValueError if `found` is none of `choices`, naming what there is."""
    if found not in choices:
        message = f"{found!r} is no {what}; there is: {', '.join(sorted(choices))}"
        raise ValueError(message)
