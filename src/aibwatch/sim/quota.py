"""ARM's token buckets: per subscription, reads and writes apart (facts of 2024 and later)."""

from dataclasses import dataclass
from datetime import datetime

READS = (250, 25.0)
"""Size of the bucket and refill per second."""
WRITES = (200, 10.0)


@dataclass(slots=True)
class Bucket:
    """One token bucket."""

    size: int
    rate: float
    """Tokens per second."""
    filled: datetime
    tokens: float

    def take(self, now: datetime) -> float | None:
        """Take a token. Return None, or the seconds until there is one."""
        grown = self.tokens + (now - self.filled).total_seconds() * self.rate
        self.tokens, self.filled = min(float(self.size), grown), now
        if self.tokens >= 1:
            self.tokens -= 1
            return None
        return (1 - self.tokens) / self.rate


def full(kind: tuple[int, float], now: datetime) -> Bucket:
    """Return a full bucket of one kind."""
    size, rate = kind
    return Bucket(size, rate, now, float(size))
