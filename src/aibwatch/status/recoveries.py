"""How long the parts of each recovery took, from the entries of its failover or drill."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from aibwatch.model.entry import Closed, Entry, FailoverOpened, Moved
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId

BUILT = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS})
PHASES = ("trigger", "build", "replicate", "total")
"""Values of the label `phase`: until the run begins, until it succeeds, until all replicas are
there; and all of it."""


@dataclass(slots=True)
class Recoveries:
    """What is known of the recoveries that go on; those from before the start are left out."""

    marks: dict[FailoverId, list[datetime]] = field(default_factory=dict)
    """When each was opened, or ordered; when its run began, and when that was seen to succeed."""

    def of(self, entry: Entry) -> Iterator[tuple[str, float]]:
        """Yield the phases of a recovery that ends well with this entry, in seconds."""
        match entry:
            case FailoverOpened():
                self.marks[entry.failover] = [entry.order.at if entry.order else entry.at]
            case Moved(event=Event.ADOPTED, run=run) if run and entry.failover in self.marks:
                self.marks[entry.failover] = [self.marks[entry.failover][0], run.started]
            case Moved(event=Event.RUN_SUCCEEDED) if entry.failover in self.marks:
                self.marks[entry.failover].append(entry.at)
            case Closed():
                marks = [*self.marks.pop(entry.failover, []), entry.at]
                if entry.outcome in BUILT and len(marks) == len(PHASES):
                    yield from self._phases(marks)
            case _:
                pass

    def _phases(self, marks: list[datetime]) -> Iterator[tuple[str, float]]:
        pairs = [*pairwise(marks), (marks[0], marks[-1])]
        for phase, (begin, end) in zip(PHASES, pairs, strict=True):
            yield phase, max(0.0, (end - begin).total_seconds())
