"""Answers that checks rest on, as they were when last looked at: which of them tell another thing?

An answer also changes by time alone: it becomes too old to count. Whole tables are only gone
through for that when the oldest answer may have become so, which at a steady rhythm is rare.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from aibwatch.model.state import NEVER

K = TypeVar("K")


class Told(Generic[K]):
    """One table of answers, by what was asked."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._before: dict[K, object] = {}
        self._stale: set[K] = set()
        self._oldest = NEVER
        """No answer that is not stale is older than this."""

    def changed(
        self,
        answers: Mapping[K, object],
        seen: Mapping[K, datetime],
        now: datetime,
        max_age: timedelta,
    ) -> set[K]:
        """Return of which questions something else is told than at the last call."""
        moved: set[K] = set() if answers == self._before else self._moved(answers)
        self._oldest = min(self._oldest, *(seen.get(key, now) for key in moved), now)
        return moved | self._aged(seen, now - max_age)

    def _moved(self, answers: Mapping[K, object]) -> set[K]:
        before, self._before = self._before, dict(answers)
        return {key for key, answer in answers.items() if not _alike(answer, before.get(key))}

    def _aged(self, seen: Mapping[K, datetime], since: datetime) -> set[K]:
        """Return the answers that have become too old, and those that have become new again."""
        before = self._stale
        if self._oldest < since:
            self._stale = {key for key, at in seen.items() if at < since}
            self._oldest = min((at for at in seen.values() if at >= since), default=since)
        else:
            self._stale = {key for key in before if seen[key] < since}
        return self._stale ^ before


def _alike(answer: object, before: object) -> bool:
    """Whether both tell a person the same; each fault has a request id of its own."""
    return answer is before or str(answer) == str(before)
