"""What happened lately, for people: a bounded memory of journal entries as they were told.

What went wrong is remembered longer than what went well, because that is what is asked for later.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from heapq import merge

from aibwatch.status.plain import Json, instant

KEPT = 500
"""Entries remembered of each sort."""


class History:
    """The last entries, routine ones and grave ones apart."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._count = 0
        self._routine: deque[dict[str, Json]] = deque(maxlen=KEPT)
        self._grave: deque[dict[str, Json]] = deque(maxlen=KEPT)

    def add(self, at: datetime, event: str, fields: Mapping[str, object], *, grave: bool) -> None:
        """Remember one entry."""
        self._count += 1
        row = row_of(self._count, at, event, fields)
        (self._grave if grave else self._routine).append(row)

    def after(self, seq: int) -> list[Json]:
        """Return what came after the entry numbered `seq`, in order."""
        rows = merge(self._routine, self._grave, key=_seq)
        return [row for row in rows if _seq(row) > seq]


def row_of(seq: int, at: datetime, event: str, fields: Mapping[str, object]) -> dict[str, Json]:
    """Return one entry as it is told over HTTP."""
    told = {name: _plain(value) for name, value in fields.items()}
    return {"seq": seq, "at": instant(at), "event": event, **told}


def _seq(row: Mapping[str, Json]) -> int:
    seq = row["seq"]
    assert isinstance(seq, int)
    return seq


def _plain(value: object) -> Json:
    match value:
        case datetime():
            return instant(value)
        case str() | int() | float() | None:
            return value
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return str(value)
