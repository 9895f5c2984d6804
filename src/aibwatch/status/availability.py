"""Journal entries -> the measured availability of Image Builder in each region, of late.

The same attempts that `aibwatch_region_attempts_total` counts, so that it can be had without a
Prometheus that keeps 30 days: `ok / (ok + platform)`. Of a few attempts no share is told.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from aibwatch.model.entry import Entry, FailureJudged, RunSeen, Scored
from aibwatch.model.names import Region
from aibwatch.status.attempts import AttemptOutcome, RegionAttempts
from aibwatch.status.plain import Json

WINDOWS = (7, 30)
"""Days."""
ENOUGH = 10
"""So many attempts, but for the owner's failures, tell a share: it shows one failure in ten."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Attempts = Counter[tuple[Region, AttemptOutcome]]


class Availability:
    """Counts the attempts of each hour, for as long as the longest window."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._attempts = RegionAttempts()
        self._hours: dict[int, _Attempts] = {}

    def forget(self) -> None:
        """Begin anew: every entry of the journal is shown again."""
        self._attempts, self._hours = RegionAttempts(), {}

    def hear(self, entry: Entry) -> None:
        """Count what one entry of the journal adds, where it ended and not where we saw it."""
        for attempt in self._attempts.of(entry):
            hour = _hour(min(_ended(entry), entry.at))
            if hour not in self._hours:
                self._forget_before(_hour(entry.at) - 24 * WINDOWS[-1])
            self._hours.setdefault(hour, Counter())[attempt] += 1

    def told(self, regions: Iterable[Region], now: datetime) -> list[Json]:
        """Return each region with what was measured there up to `now`, to the hour."""
        counted = {days: self._since(_hour(now) - 24 * days) for days in WINDOWS}
        return [
            {"region": region, "windows": [_told(days, counted[days], region) for days in WINDOWS]}
            for region in regions
        ]

    def _since(self, first: int) -> _Attempts:
        counted: _Attempts = Counter()
        for hour, attempts in self._hours.items():
            if hour >= first:
                counted.update(attempts)
        return counted

    def _forget_before(self, first: int) -> None:
        """Forget the oldest. They stand first, but for what was found late: it waits its turn."""
        while self._hours and (oldest := next(iter(self._hours))) < first:
            del self._hours[oldest]


def _told(days: int, counted: _Attempts, region: Region) -> Json:
    ok, platform, user = (counted[region, each] for each in AttemptOutcome)
    enough = ok + platform >= ENOUGH
    return {
        "days": days,
        "ok": ok,
        "platform": platform,
        "user": user,
        "share": ok / (ok + platform) if enough else None,
    }


def _ended(entry: Entry) -> datetime:
    """Return when the attempt ended that an entry speaks of, as far as it tells."""
    match entry:
        case RunSeen(run=run):
            return run.ended or entry.at
        case FailureJudged(failure=failure):
            return failure.ended
        case Scored(score=score):
            return score.ended
        case _:
            return entry.at


def _hour(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(hours=1)
