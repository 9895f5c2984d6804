"""Setting a machine's clock changes nothing for the daemon that runs on it."""

from collections.abc import Iterator
from datetime import timedelta

from aibwatch.model.entry import Answered, Booted, Closed, Decided, Intended, Moved
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Trace

AT_ONCE = (Answered, Booted, Closed, Decided, Intended, Moved)
"""Entries whose time is that of their writing."""
SLOW = timedelta(minutes=30)
"""An entry may reach the store later than it was made: a daemon may stand still in between."""


class TimePasses:
    """Between what one daemon writes as much time passes by its clock as by the World's."""

    promises = ("S43",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow each leader from its begin: how far its clock is off does not change."""
        off = timedelta(0)
        for each in trace.entries:
            written = trace.written.get(id(each))
            if written is None or not isinstance(each, AT_ONCE):
                continue
            if isinstance(each, Booted):
                off = each.at - written
            elif abs(each.at - written - off) > SLOW:
                says = f"a clock that was {off} off was then {each.at - written}"
                yield Broken("S43", written, says)
