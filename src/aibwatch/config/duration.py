"""Durations as people write them: `500ms 30s 5m 6h 2d`."""

import re
from datetime import timedelta

SHORTEST = timedelta(milliseconds=100)
LONGEST = timedelta(days=3650)

_FORM = re.compile(r"(?P<number>[0-9]{1,12})(?P<unit>ms|s|m|h|d)")
_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
"""Largest first: `render` takes the first that divides."""


def parse(text: object) -> timedelta:
    """Return the duration that `text` means.

    Raises ValueError for anything but a whole number with a unit, and beyond 100 ms to 3650 days.
    """
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        message = "is no duration; write a whole number and a unit: 500ms, 30s, 5m, 6h or 2d"
        raise ValueError(message)
    unit = _UNITS[found["unit"]]
    # Compared as numbers: twelve digits of days would overflow a timedelta.
    if not SHORTEST / unit <= int(found["number"]) <= LONGEST / unit:
        message = (
            f"is out of bounds; a duration is between {render(SHORTEST)} and {render(LONGEST)}"
        )
        raise ValueError(message)
    return int(found["number"]) * unit


def render(duration: timedelta) -> str:
    """Return `duration` in the largest unit that divides it; `parse` reads it back."""
    for name, unit in _UNITS.items():
        if not duration % unit:
            return f"{duration // unit}{name}"
    message = f"{duration!r} has parts of a millisecond"
    raise ValueError(message)
