"""What the API answers is made of: plain JSON values, times in ISO 8601."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from aibwatch.model.verdict import Evidence

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
Object = dict[str, Json]


def instant(at: datetime | None) -> str | None:
    """Return a time in ISO 8601."""
    return at.isoformat() if at else None


def evidence_list(evidence: Iterable[Evidence]) -> list[Json]:
    """Return reasons to believe that the platform failed."""
    return [{"family": each.family, "says": each.says} for each in evidence]
