"""Instants as Azure writes them: 7 to 9 fractional digits, year 1 for "not yet", at times junk."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Start of a run whose start nobody can read; its state is UNKNOWN."""


def instant(value: object) -> datetime | None:
    """Return an aware UTC instant, None for absent, year 1 and whatever cannot be read.

    Takes text from the wire and the values of SDK models, which hand an unparsable date on as
    text and a date without offset as a naive one. Without offset it is UTC. While a build runs
    its `endTime` is Go's zero time, 0001-01-01T00:00:00Z, never null.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.year <= 1:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # the last hours of the calendar, west of Greenwich
        return None


def http_date(text: str | None) -> datetime | None:
    """Return the instant of an HTTP header such as `Date`, None if it is absent or junk."""
    try:
        return instant(parsedate_to_datetime(text or ""))
    except (ValueError, TypeError):
        return None
