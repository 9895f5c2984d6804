"""Drills stand in nobody's way."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aibwatch.model.entry import (
    Closed,
    Entry,
    FailoverOpened,
    Intended,
    Paused,
    RegionAssessed,
    Resumed,
)
from aibwatch.model.names import FailoverId, Region, name_of
from aibwatch.model.region import Health, RegionBelief
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Trace

WELL = frozenset({Health.HEALTHY, Health.UNKNOWN})


class OutOfTheWay:
    """No drill begins while a region is suspect, anything else is open, or it is paused.

    The order of the journal decides. A drill template runs for drills only, and they run no other.
    """

    promises = ("S38",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Follow what stands through the journal."""
        stands = _Stands()
        for each in trace.entries:
            if isinstance(each, Intended):
                for why in self._wrong(trace, each, stands):
                    yield Broken("S38", each.at, why)
            stands.note(each)

    def _wrong(self, trace: Trace, intent: Intended, stands: "_Stands") -> Iterator[str]:
        image, drill = trace.image_of(intent.failover), trace.is_drill(intent.failover)
        if drill != (intent.target == image.drill):
            yield f"{name_of(intent.target)} was asked {'by' if drill else 'without'} a drill"
        if not drill:
            return
        others = stands.open - {intent.failover}
        if others:
            yield f"a drill began while {', '.join(sorted(others))} was open"
        for region, belief in stands.beliefs.items():
            if belief.health not in WELL or belief.evidence:
                yield f"a drill began while {region} was {belief.health}"
        places = {trace.regions[image.primary], trace.regions[intent.target]}
        for scope in ("all", f"image:{image.name}", *(f"region:{each}" for each in places)):
            held = stands.pauses.get(scope)
            if held is not None and held.stands(intent.at):
                yield f"a drill began while {scope} was paused"


@dataclass(slots=True)
class _Stands:
    """What is so as of an entry."""

    open: set[FailoverId] = field(default_factory=set)
    pauses: dict[str, Paused] = field(default_factory=dict)
    beliefs: dict[Region, RegionBelief] = field(default_factory=dict)

    def note(self, entry: Entry) -> None:
        match entry:
            case FailoverOpened():
                self.open.add(entry.failover)
            case Closed():
                self.open.discard(entry.failover)
            case RegionAssessed(belief=belief):
                self.beliefs[belief.region] = belief
            case Paused(scope=scope):
                self.pauses[scope] = entry
            case Resumed(scope=scope):
                self.pauses.pop(scope, None)
            case _:
                pass
