"""What people forbid is not done."""

from collections.abc import Iterator

from aibwatch.model.entry import Intended, Paused, Resumed
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Trace


class Pauses:
    """While paused, whatever the scope, no intent is made: the order of the journal decides."""

    promises = ("S35",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow the pauses through the journal."""
        pauses: dict[str, Paused] = {}
        for each in trace.entries:
            match each:
                case Paused(scope=scope):
                    pauses[scope] = each
                case Resumed(scope=scope):
                    pauses.pop(scope, None)
                case Intended() if not trace.manual(each.failover):
                    for scope in self._scopes(trace, each):
                        held = pauses.get(scope)
                        if held and (held.until is None or each.at < held.until):
                            yield Broken("S35", each.at, f"an intent was made; {scope} is paused")
                case _:
                    pass

    def _scopes(self, trace: Trace, intent: Intended) -> tuple[str, ...]:
        image = trace.image_of(intent.failover)
        places = (trace.regions[image.primary], trace.regions[intent.target])
        return ("all", f"image:{image.name}", *(f"region:{each}" for each in places))
