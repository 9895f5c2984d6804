"""One leads: nobody asks for anything once another has begun to, and somebody soon does."""

from collections.abc import Iterator

from aibwatch.model.names import name_of
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Asked, Trace


class OneLeads:
    """No request leaves once a later epoch than its sender's has begun, by the World's time.

    By what is really so, not by what the intent says: the sender is known by its name.
    """

    promises = ("S4",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Compare each request with the terms that had begun."""
        for each in trace.asked:
            epoch = self._epoch(trace, each)
            for at, booted in trace.terms:
                if booted.epoch > epoch and at < each.at:
                    says = f"{name_of(each.target)} was asked by {each.life} of epoch {epoch}"
                    yield Broken("S4", each.at, f"{says}; {booted.holder} led since {at:%H:%M:%S}")
                    break

    def _epoch(self, trace: Trace, asked: Asked) -> int:
        """Return the last epoch that its sender had begun by then."""
        mine = (e.epoch for at, e in trace.terms if e.holder == asked.life and at <= asked.at)
        return max(mine, default=0)


class SoonLed:
    """Where a leader falls out and another replica could lead, it does within lease and a look."""

    promises = ("L2",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look for a term that began in time."""
        for each in trace.takeovers:
            if not any(each.begin < at <= each.due for at, _ in trace.terms):
                yield Broken("L2", each.due, f"nobody led since {each.begin:%H:%M:%S}")
