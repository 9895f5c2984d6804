"""When a leader that sees nothing of Azure lets another replica try (PROMISES L2).

It may be the only one that is cut off, and can then neither tell a failure nor answer one. If all
are, giving way does not help: so it comes again only when the blindness has lasted twice as long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.policy import Policy
from aibwatch.model.state import NEVER


@dataclass(slots=True)
class Sight:
    """How long we have been blind, and whether that is long enough to give way."""

    blind: Callable[[], bool] = lambda: False
    """Whether nothing at all can be seen, for reasons of our own."""
    patience: timedelta = Policy().max_age
    """So long a leader stays though it is blind; then what it saw is too old to act on, too."""
    _since: datetime = NEVER
    _gives_way_at: datetime = NEVER

    def look(self, now: datetime) -> None:
        """Note whether we see; to be called now and then, whoever leads."""
        if not self.blind():
            self._since = NEVER
        elif self._since == NEVER:
            self._since, self._gives_way_at = now, now + self.patience

    def gives_way(self, now: datetime) -> bool:
        """Whether a leader should give way now; once it was asked to, not again for a while."""
        if self._since == NEVER or now < self._gives_way_at:
            return False
        self._gives_way_at = now + (now - self._since)
        return True
