"""How many orders may come in: a script that runs wild must not fill the journal."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

BURST = 100
"""Orders of one kind that may come at once: an image each, in an outage of a large fleet."""
PER_SECOND = 10.0
"""Orders of one kind that may come for ever."""


@dataclass(slots=True)
class Bucket:
    """A bucket of tokens: each order takes one, and they come back with time."""

    filled: datetime
    """When `tokens` was last right."""
    tokens: float = BURST

    def take(self, now: datetime) -> int:
        """Take a token and return 0; if there is none, return in how many seconds to ask again.

        A clock that was set back brings no tokens, and takes none away.
        """
        passed = max(0.0, (now - self.filled).total_seconds())
        self.tokens = min(BURST, self.tokens + passed * PER_SECOND)
        self.filled = now
        if self.tokens < 1:
            return ceil((1 - self.tokens) / PER_SECOND)
        self.tokens -= 1
        return 0
