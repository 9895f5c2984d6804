"""Within bounds: not too often, not too many, only where it is allowed, and only what may be."""

from collections.abc import Iterator
from datetime import timedelta

from aibwatch.model.entry import (
    Acknowledged,
    Answered,
    Closed,
    Entry,
    Intended,
    Moved,
    RegionAssessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, Region, name_of
from aibwatch.sim.body import definition, targets
from aibwatch.sim.checkers.broken import Broken
from aibwatch.sim.trace import Asked, Trace

DAY = timedelta(days=1)
UNFAILED = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})


class Cooldown:
    """After a failover that failed, or across incidents, an image rests.

    One that provably began nothing does not count, nor what a person ordered, or acknowledged.
    """

    promises = ("S21",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Compare each first request with the end of the image's failovers before."""
        firsts = {
            failover: requests[0].at
            for failover, requests in trace.by_failover.items()
            if not trace.manual(failover)
        }
        for failover, at in firsts.items():
            image = trace.image_of(failover)
            for earlier in trace.by_failover:
                closed = trace.closed.get(earlier)
                if earlier == failover or closed is None or trace.at(closed) > at:
                    continue
                if trace.image_of(earlier) != image or not self._counts(trace, earlier):
                    continue
                if self._stays(trace, image, earlier, failover):
                    continue
                waited = at - trace.at(closed)
                if waited + trace.drift < trace.policy.cooldown:
                    says = f"{image.name} was built elsewhere {waited} after {earlier}"
                    yield Broken("S21", at, says)

    def _counts(self, trace: Trace, failover: FailoverId) -> bool:
        """Whether it began a run, and nobody ordered it nor saw how it ended (S37, L12)."""
        seen = any(isinstance(e, Acknowledged) and e.failover == failover for e in trace.entries)
        began = any(each.began for each in trace.by_failover[failover])
        return began and not seen and not trace.manual(failover)

    def _stays(self, trace: Trace, image: Image, first: FailoverId, second: FailoverId) -> bool:
        """Whether the first did not fail within the incident in which the second was opened."""
        if trace.closed[first].outcome not in UNFAILED:
            return False
        place = trace.regions[image.primary]
        before = _incident(trace, place, trace.by_failover[first][0])
        after = _incident(trace, place, trace.by_failover[second][0])
        return before is not None and before == after


def _incident(trace: Trace, region: Region, asked: Asked) -> str | None:
    """Return the region's incident as it was last written down before a request."""
    found = None
    for each in trace.entries[: asked.durable]:
        if isinstance(each, RegionAssessed) and each.belief.region == region:
            found = each.belief.incident
    return found


def under_way(trace: Trace) -> Iterator[tuple[Intended, dict[FailoverId, Region]]]:
    """Yield every intent of automation with all failovers that then had one, and where.

    A drill takes no place.
    """
    busy: dict[FailoverId, Region] = {}
    for each in trace.entries:
        failover = getattr(each, "failover", None)
        if isinstance(each, Intended) and not trace.is_drill(each.failover):
            busy[each.failover] = trace.regions[each.target]
            if not trace.manual(each.failover):
                yield each, busy
        elif failover in busy and _rests(each):
            del busy[failover]


class PerRegion:
    """So many failovers at once build in one region."""

    promises = ("S22",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Count at every intent."""
        for intent, busy in under_way(trace):
            place = trace.regions[intent.target]
            there = sum(1 for each in busy.values() if each == place)
            if there > trace.policy.per_region:
                yield Broken("S22", intent.at, f"{there} failovers build in {place}")


class Caps:
    """So many failovers at once, and in a day; the day's are counted by runs that really began."""

    promises = ("S22",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Count at every intent, and on every day."""
        for intent, busy in under_way(trace):
            if len(busy) > trace.policy.total:
                yield Broken("S22", intent.at, f"{len(busy)} failovers are under way")
        yield from self._per_day(trace)

    def _per_day(self, trace: Trace) -> Iterator[Broken]:
        first = sorted(
            (min(each.at for each in requests if each.began), failover)
            for failover, requests in trace.by_failover.items()
            if any(each.began for each in requests) and not trace.manual(failover)
        )
        for at, _ in first:
            today = [other for other, _ in first if at - DAY < other <= at]
            if len(today) > trace.policy.per_day:
                yield Broken("S22", at, f"{len(today)} failovers within a day")


def _rests(entry: Entry) -> bool:
    """Whether a failover has no request or run under way after this."""
    match entry:
        case Closed():
            return True
        case Answered(event=Event.REFUSED):
            return True
        case Moved(event=Event.NOT_BEGUN | Event.HOPPED):
            return True
        case _:
            return False


class Resident:
    """Nothing is built, kept or published where the image must not be."""

    promises = ("S28",)

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at every place that a request touches."""
        for failover, requests in trace.by_failover.items():
            image = trace.image_of(failover)
            for each in requests if image.allowed_regions else ():
                strange = self._touched(trace, each) - image.allowed_regions
                if strange:
                    says = f"{name_of(each.target)} touches {', '.join(sorted(strange))}"
                    yield Broken("S28", each.at, says)

    def _touched(self, trace: Trace, asked: Asked) -> set[Region]:
        template = trace.world.templates.get(asked.target)
        if template is None:
            return {trace.regions[asked.target]}
        wanted = definition(template.look.body)
        home = trace.world.galleries.get(wanted) if wanted else None
        homes = {home.home} if home else set()
        return {template.region, *homes, *targets(template.look.body)}


class OnlySecondaries:
    """Only secondaries of images in mode auto are asked; nothing is canceled."""

    promises = ("S7", "S33", "S36")

    def broken(self, trace: Trace) -> Iterator[Broken]:
        """Look at every request that changes something."""
        for each in trace.asked:
            image = next((i for i in trace.images if each.target in i.watched), None)
            name = name_of(each.target)
            intent = trace.intent(each)
            ordered = intent is not None and trace.manual(intent.failover)
            if image is None or (image.primary == each.target and not ordered):
                yield Broken("S33", each.at, f"{name} was asked, which is no secondary")
            elif image.mode is not Mode.AUTO and not ordered:
                yield Broken("S36", each.at, f"{name} was asked in mode {image.mode}")
        for at, target in trace.cancels:
            yield Broken("S7", at, f"{name_of(target)} was canceled")
