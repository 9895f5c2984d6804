"""The request budget: obey Retry-After, and never let routine reads starve an act (PROMISES S25).

Theory of operation. ARM gives each subscription and principal a bucket of 250 reads that refills
by 25 a second, and says in a header how many are left; all headers are optional. Two things put a
read off, answered here without a request. A 429 puts off every read of the same lane until its
Retry-After; Service Health, Resource Graph, the Activity Log and Storage have limits of their own,
so they have lanes of their own. And when less than the reserve is left, all reads wait until the
bucket should have refilled to it, but those for which a request waits. Any other error with
Retry-After puts off routine reads of that path alone: one region's trouble must not blind us to
another's. Run requests are never held.
Source: learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import IntEnum
from http import HTTPStatus

from aibwatch.azure.calls import Api, Call
from aibwatch.azure.faults import retry_after
from aibwatch.model.fault import Fault, FaultKind

BUCKET = 250
"""Reads that ARM's bucket holds."""
REFILL = 25.0
"""Reads a second that flow back into it."""
RESERVE_SHARE = 0.25
"""Part of the bucket that is left alone by all reads but those for which a request waits."""
SILENT_429 = timedelta(seconds=10)
"""How long a 429 without Retry-After puts off: an empty bucket is full again."""
LONGEST = timedelta(minutes=10)
"""A longer Retry-After is cut to this, so that a nonsense value cannot blind us for a day."""
LONGEST_PATH = timedelta(minutes=1)
"""The same for errors that are no 429: routine reads keep probing a region that is out."""

REMAINING_READS = "x-ms-ratelimit-remaining-subscription-reads"


class Need(IntEnum):
    """How much a read matters: what may put it off besides a 429."""

    ROUTINE = 0
    """The reserve, and an error on its path that says how long to stay away."""
    WATCH = 1
    """The reserve: what is watched closely is looked at again and again."""
    ACT = 2
    """Nothing: a request waits for it, or what was begun would be in vain."""


class Throttle:
    """The budget of one subscription. Durations by the monotonic clock (PROMISES S43)."""

    def __init__(self, monotonic: Callable[[], float], reserve: float = RESERVE_SHARE) -> None:
        """Begin with nothing known. `monotonic` returns seconds, `reserve` is a share."""
        self._monotonic = monotonic
        self._reserve = reserve * BUCKET
        self._refilled_at = 0.0
        self._lanes: defaultdict[str, float] = defaultdict(float)
        self._paths: dict[str, float] = {}

    def note(self, call: Call, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer. What cannot be read is as good as absent."""
        if not call.read:
            return
        now = self._monotonic()
        remaining = remaining_reads(headers)
        if remaining is not None:
            self._refilled_at = now + (self._reserve - remaining) / REFILL
        if status < HTTPStatus.BAD_REQUEST:
            return
        wait = retry_after(headers)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._lanes[_lane(call)] = now + min(wait or SILENT_429, LONGEST).total_seconds()
        elif wait:
            self._paths[call.path] = now + min(wait, LONGEST_PATH).total_seconds()

    def refusal(self, call: Call, need: Need) -> Fault | None:
        """Return why a read is put off and for how long, None if it may go."""
        now = self._monotonic()
        until = self._lanes[_lane(call)]
        if need < Need.ACT:
            until = max(until, self._refilled_at)
        if need is Need.ROUTINE:
            self._paths = {path: each for path, each in self._paths.items() if each > now}
            until = max(until, self._paths.get(call.path, 0.0))
        if until <= now:
            return None
        message = f"{call.api} {call.operation} put off by the request budget"
        return Fault(FaultKind.THROTTLED, message, retry_after=timedelta(seconds=until - now))


def remaining_reads(headers: Mapping[str, str]) -> int | None:
    """Return how many reads ARM says are left, None if it does not say."""
    try:
        return int(headers.get(REMAINING_READS, ""))
    except ValueError:
        return None


_LANES = frozenset({Api.RESOURCEHEALTH, Api.RESOURCEGRAPH, Api.ACTIVITYLOG, Api.STORAGE, Api.BLOB})


def _lane(call: Call) -> str:
    return call.api if call.api in _LANES else "arm"
