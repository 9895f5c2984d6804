"""The story of `aibwatch history` as a person reads it, in a table that fits 80 columns.

Programs get every field as it is; here ids are names, and what only a program compares is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aibwatch.cli.output import when

Row = Mapping[str, Any]
"""One entry: `at`, `event`, and what it says."""

COLUMNS = ("when (UTC)", "about", "what")
OPENED = "failover.opened"
"""The event that tells of which image a failover is."""
SUBJECTS = ("image", "region", "scope", "failover")
"""What an event may be about, the most telling first."""
BARE = frozenset({"health", "families", "evidence", "key", "outcome", "reason", "says"})
"""Fields that say what they are without their name."""
OURS = frozenset({"seq", "at", "event", "token", "epoch", "plan"})
"""Fields that are told elsewhere in the row, or that nobody but aibwatch compares."""

_ID = re.compile(r"/subscriptions/[^\s@;,]*/", re.IGNORECASE)
"""All of a resource id but its name."""
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?(?:\+00:00|Z)")


def recounted(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """Yield a row of the table for each entry, of its image where that is told of its failover."""
    image_of: dict[str, str] = {}
    for row in rows:
        if row["event"] == OPENED:
            image_of[row["failover"]] = row["image"]
        subject = next((each for each in SUBJECTS if row.get(each)), "")
        about = str(row.get(subject, ""))
        if subject == "failover":
            about = image_of.get(about, about)
        yield when(row["at"]), about, _what(row, subject)


def _what(row: Row, subject: str) -> str:
    """Return the event, and after a colon what it says beside its subject."""
    told = (_said(name, row) for name in row if name not in OURS and name != subject)
    said = "; ".join(filter(None, told))
    return f"{row['event']}: {said}" if said else row["event"]


def _said(name: str, row: Row) -> str:
    """Return one field in words, "" if it says nothing."""
    value = row[name]
    if name == "held_by":
        value = [each for each in value if each != row.get("reason")]
    if not value:
        return ""
    words = name.replace("_", " ")
    if value is True:
        return words
    values = [plain(str(each)) for each in (value if isinstance(value, list) else [value])]
    return "; ".join(values) if name in BARE else f"{words} {', '.join(values)}"


def plain(text: str) -> str:
    """Return text with the names of resources for their ids, and instants to the minute, in UTC."""
    return _INSTANT.sub(r"\1 \2", _ID.sub("", text))
