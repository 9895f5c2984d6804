"""When the builds of an image are to begin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression and the time zone that it is meant in."""

    cron: str
    """Five fields, such as `30 2 * * 1-5`; Sunday is 0 or 7."""
    timezone: str = "UTC"
    """IANA name, such as `Europe/Berlin`."""
