"""What a right answer to a scenario is: the lines of a timetable that say how it should end.

    source danielsollondon/azvmimagebuilder#101
    the trouble begins at 2h
    Microsoft knew after 75m
    expects outage in westus
    expects failover of ubuntu-2204
    expects failover of win-2022 after 6h
    at most 1 needless

A failover that no line expects is needless, an expected one that did not bring an image is missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aibwatch.model.names import Region
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.words import among, duration


@dataclass(frozen=True, slots=True)
class Expectation:
    """How a scenario should end."""

    outages: frozenset[Region] = frozenset()
    """Regions that must be believed out at some time, and no others."""
    no_outage: bool = False
    """The timetable says that there is none."""
    failovers: Mapping[str, timedelta] = field(default_factory=dict)
    """Images that must be built elsewhere, each with the time since the start from which on."""
    none: bool = False
    """The timetable says that no image may be."""
    needless: int = 0
    """Failovers of other images that a right answer may still contain."""
    sources: tuple[str, ...] = ()
    """Where the incident is told."""
    begins: timedelta | None = None
    """When the trouble begins, since the start; None: with the first happening."""
    notified: timedelta | None = None
    """How long after that Microsoft told its customers; None: not known, or never."""

    @property
    def told(self) -> bool:
        """Whether the timetable says what a right answer is."""
        return self.no_outage or self.none or bool(self.outages or self.failovers)


@dataclass(slots=True)
class Expected:
    """What was read so far of an expectation."""

    value: Expectation = field(default_factory=Expectation)

    def read(self, line: str, fleet: Fleet) -> bool:
        """Take a line in; return whether it is one of these. Raises ValueError if it is wrong."""
        known = self.value
        match line.split():
            case ["source", *words] if words:
                self.value = replace(known, sources=(*known.sources, " ".join(words)))
            case ["the", "trouble", "begins", "at", when]:
                self.value = replace(known, begins=duration(when))
            case ["Microsoft", "knew", "after", delay]:
                self.value = replace(known, notified=duration(delay))
            case ["expects", "outage", "in", place]:
                among("region", place, fleet.regions)
                self.value = replace(known, outages=known.outages | {Region(place)})
            case ["expects", "no", "outage"]:
                self.value = replace(known, no_outage=True)
            case ["expects", "failover", "of", image, *after] if after[:1] in ([], ["after"]):
                among("image", image, fleet.images)
                since = duration(" ".join(after[1:])) if after else timedelta()
                self.value = replace(known, failovers={**known.failovers, image: since})
            case ["expects", "none"]:
                self.value = replace(known, none=True)
            case ["at", "most", number, "needless"] if number.isdigit():
                self.value = replace(known, needless=int(number))
            case _:
                return False
        return True

    def check(self) -> list[str]:
        """Return what contradicts itself."""
        problems = []
        if self.value.none and self.value.failovers:
            problems.append("it expects none, and yet a failover")
        if self.value.no_outage and self.value.outages:
            problems.append("it expects no outage, and yet one")
        return problems
