"""What may be demanded: failed builds that nothing hinders from being made elsewhere in time.

A demand is made only where every condition of the promise really holds, by the truth of the World:
the region loses every build, a secondary is there in a region that is well, the image built before,
nobody meddles with it, and nothing between the controller and the World is broken. Such a time must
last long enough; then a run must have begun by its bound.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aibwatch.model.image import Image, Mode
from aibwatch.model.names import Region
from aibwatch.model.policy import COOLDOWN_MAX
from aibwatch.model.template import RunState
from aibwatch.sim.body import targets
from aibwatch.sim.trace import Asked, Illness, Lived, Trace
from aibwatch.sim.truth import Blame

FEW_REGIONS = 4
"""Of fewer regions one may be ill, of so many or more half (S13)."""
DOUBLINGS_MAX = 10
"""More would only name a time that is longer than any rest."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One failed build that is to be made elsewhere."""

    image: str
    since: datetime
    """Since when nothing hinders it."""
    due: datetime
    began: datetime | None
    """When a run on a secondary began."""
    says: str

    @property
    def met(self) -> bool:
        """Whether it was made in time."""
        return self.began is not None and self.began <= self.due

    @property
    def took(self) -> timedelta:
        """How long it took, from when nothing hindered it any more."""
        return (self.began or self.due) - self.since

    @property
    def bound(self) -> timedelta:
        """How long it may take."""
        return self.due - self.since


def demands(trace: Trace) -> Iterator[Demand]:
    """Yield every demand that can be made."""
    if not trace.steady or _caps_bind(trace):
        return
    for image in trace.images:
        if image.mode is Mode.AUTO and image.name in trace.proven and not image.strict:
            yield from _of_image(trace, image)


def _caps_bind(trace: Trace) -> bool:
    """Whether so much was done that some of it may have had to wait for a cap."""
    caps = (trace.policy.total, trace.policy.per_day, trace.policy.per_region)
    return len(trace.opened) >= min(caps)


def _of_image(trace: Trace, image: Image) -> Iterator[Demand]:
    runs = trace.by_template.get(image.primary, ())
    for number, run in enumerate(runs):
        if run.ended is None or run.state is not RunState.FAILED:
            continue
        later = runs[number + 1].started if number + 1 < len(runs) else trace.end
        ill = _illness(trace, image, run.ended)
        if run.blame is Blame.PLATFORM and ill and later and not _rests(trace, image, run.ended):
            until = min(later, ill.end, run.ended + trace.policy.max_failure_age)
            found = _demand(trace, image, run, until)
            if found:
                yield found


def _illness(trace: Trace, image: Image, at: datetime) -> Illness | None:
    """Return the illness of the image's region, if not too many regions may look bad with it."""
    place = trace.regions[image.primary]
    ill = (each for each in trace.illnesses if each.begin <= at < each.end)
    mine = next((each for each in ill if each.region == place), None)
    known = len(set(trace.regions.values()))
    at_most = known // 2 if known >= FEW_REGIONS else 1
    return mine if mine and len(_bad(trace, mine) | {place}) <= at_most else None


def _bad(trace: Trace, mine: Illness) -> set[Region]:
    """Return the regions that may look bad while one is ill, or still do."""
    lasts = trace.policy.window + trace.policy.healthy_delay
    troubles = [(each.region, each.begin, each.end + lasts) for each in trace.illnesses]
    troubles += [(e.region, e.begin, e.end + lasts) for e in trace.hindrances if e.region]
    return {place for place, begin, end in troubles if begin < mine.end and mine.begin < end}


def _rests(trace: Trace, image: Image, at: datetime) -> bool:
    """Whether the image was built elsewhere not long ago, so that it may have to rest.

    Each answer may have doubled the rest, which begins when the answer has ended (S21).
    """
    earlier = [each for each in trace.asked if each.target in image.templates and each.at < at]
    doubled = trace.policy.cooldown * (1 << min(max(len(earlier) - 1, 0), DOUBLINGS_MAX))
    longest = min(max(doubled, trace.policy.cooldown), COOLDOWN_MAX)
    return any(_answered(trace, each, at) > at - longest for each in earlier)


def _answered(trace: Trace, asked: Asked, at: datetime) -> datetime:
    """Return when the failover of a request had ended; `at` if it had not: L3 sees to its end.

    A version's last replica may be waited for longer than the next build takes to fail (S5, S34).
    """
    intent = trace.intent(asked)
    closed = trace.closed.get(intent.failover) if intent else None
    return min(trace.at(closed), at) if closed else at


def _demand(trace: Trace, image: Image, run: Lived, until: datetime) -> Demand | None:
    assert run.ended is not None
    bound = bound_of(trace, run)
    for secondary in image.secondaries:
        place = trace.regions[secondary]
        if not _allowed(trace, image, place, secondary):
            continue
        bad = [
            *_hindrances(trace, image, place),
            *_ill(trace, place),
        ]
        since = _free(bad, run.ended, bound, until)
        if since is not None:
            began = _began(trace, image, run)
            says = f"its run of {run.started:%H:%M:%S} failed, free since {since:%H:%M:%S}"
            return Demand(image.name, since, since + bound, began, says)
    return None


def _allowed(trace: Trace, image: Image, place: Region, secondary: str) -> bool:
    template = next((t for t in trace.world.templates.values() if t.id == secondary), None)
    if template is None:
        return False
    touched = {place, *targets(template.look.body)}
    return not image.allowed_regions or touched <= image.allowed_regions


def bound_of(trace: Trace, run: Lived) -> timedelta:
    """Return within which time a run must have begun (L1), from when nothing hinders it.

    One round of `settle` is in it: the first request may be lost. Where a failure is alone with
    its own past, its region's other builds are waited for while they are younger than it was.
    """
    assert run.ended is not None
    policy, place = trace.policy, trace.regions[run.template]
    others = any(
        trace.regions[each.template] == place
        and each.template != run.template
        and each.started >= run.started
        for runs in trace.by_template.values()
        for each in runs
    )
    awaited = run.ended - run.started if others else timedelta(0)
    return policy.debounce + 2 * policy.interval + policy.settle + awaited + 2 * trace.sight


def _hindrances(trace: Trace, image: Image, place: Region) -> list[tuple[datetime, datetime]]:
    home = trace.regions[image.primary]
    return [
        (each.begin, each.end)
        for each in trace.hindrances
        if each.image in ("", image.name) and each.region in (None, place, home)
    ]


def _ill(trace: Trace, place: Region) -> list[tuple[datetime, datetime]]:
    return [(each.begin, each.end) for each in trace.illnesses if each.region == place]


def _free(
    bad: Sequence[tuple[datetime, datetime]], begin: datetime, bound: timedelta, until: datetime
) -> datetime | None:
    """Return the first instant from which on nothing hinders for as long as the bound is."""
    since = begin
    for first, last in sorted(bad):
        if last <= since:
            continue
        if first >= since + bound:
            break
        since = last
    return since if since + bound <= until else None


def _began(trace: Trace, image: Image, run: Lived) -> datetime | None:
    """Return when the image first ran on a secondary after its failure."""
    assert run.ended is not None
    began = [
        each.started
        for secondary in image.secondaries
        for each in trace.by_template.get(secondary, ())
        if each.started >= run.ended
    ]
    return min(began, default=None)
