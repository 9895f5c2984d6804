"""Journal entries -> attempts at building in a region, by outcome: the measured availability.

A run that built is `ok`. A failure is the `platform`'s or the `user`'s by its disposition. One
that is `suspect` counts for nobody until it shows: for the platform once a failover answers it,
else by its score. What only has to be tried again, what somebody canceled and our own trouble are
no attempt of the region's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from aibwatch.model.entry import Entry, FailoverOpened, FailureJudged, RunSeen, Scored
from aibwatch.model.names import Region
from aibwatch.model.score import Truth
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import UNTOLD, Cause, Disposition, FailureKey

REMEMBERED = 10_000
"""Failures that are remembered, so that each is counted once."""


class AttemptOutcome(StrEnum):
    """The label `outcome`."""

    OK = "ok"
    PLATFORM = "platform"
    USER = "user"


_CLEAR = {
    Disposition.PLATFORM: AttemptOutcome.PLATFORM,
    Disposition.USER: AttemptOutcome.USER,
}
_SHOWN = {Truth.PLATFORM: AttemptOutcome.PLATFORM, Truth.OWNER: AttemptOutcome.USER}


@dataclass(slots=True)
class RegionAttempts:
    """Counts each attempt once."""

    counted: dict[FailureKey, None] = field(default_factory=dict)
    doubtful: dict[FailureKey, Region] = field(default_factory=dict)
    """Failures of which it has not shown whose they are, by where they were."""

    def restore(self, state: State) -> None:
        """Take what the journal tells, so that nothing is counted again after a restart."""
        for failure in state.failures.values():
            if failure.classification.disposition in _CLEAR:
                self._once(failure.key)
        for pending in state.unscored.values():
            if pending.failure.classification.disposition is Disposition.SUSPECT:
                self._doubt(pending.failure.key, pending.failure.region)
        for key in (*state.scores, *(each.key for each in state.failovers.values())):
            self._once(key)

    def of(self, entry: Entry) -> Iterator[tuple[Region, AttemptOutcome]]:
        """Return what one new entry adds."""
        match entry:
            case FailureJudged(failure=failure) if failure.key.kind in UNTOLD:
                pass  # its run shows later what it was, or there never was one
            case RunSeen(run=run, region=region) if run.state is RunState.SUCCEEDED:
                yield region, AttemptOutcome.OK
            case FailureJudged(failure=failure):
                says = failure.classification
                outcome = _CLEAR.get(says.disposition)
                if outcome and says.cause is not Cause.CANCELED and self._once(failure.key):
                    yield failure.region, outcome
                elif says.disposition is Disposition.SUSPECT:
                    self._doubt(failure.key, failure.region)
            case FailoverOpened(key=key):
                doubted = self.doubtful.get(key)
                if doubted and self._once(key):
                    yield doubted, AttemptOutcome.PLATFORM
            case Scored(score=score) if score.truth in _SHOWN and self._once(score.key):
                yield score.region, _SHOWN[score.truth]
            case _:
                pass

    def _once(self, key: FailureKey) -> bool:
        """Whether this failure is counted for the first time."""
        self.doubtful.pop(key, None)
        new = key not in self.counted
        self.counted[key] = None
        if len(self.counted) > REMEMBERED:
            del self.counted[next(iter(self.counted))]
        return new

    def _doubt(self, key: FailureKey, region: Region) -> None:
        if key not in self.counted:
            self.doubtful[key] = region
        if len(self.doubtful) > REMEMBERED:
            del self.doubtful[next(iter(self.doubtful))]
