"""What a performance came to, and whether it ended as its timetable says it should."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aibwatch.cli.simulate.perform import Performance
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Decided, FailoverOpened, Intended, RegionAssessed
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.names import FailoverId, Region
from aibwatch.model.region import Health
from aibwatch.model.template import RunState
from aibwatch.sim.expectation import Expectation
from aibwatch.sim.truth import Cause, RunEnded, RunStarted

GOOD = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS})
ONLY_THE_MODE = frozenset({Reason.OBSERVE_ONLY, Reason.ADVISE_ONLY})
"""What holds an image that would be built elsewhere if its owner allowed it."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The story in numbers; times run from the begin of the trouble."""

    failed: timedelta | None
    """To the end of the first build that failed, which nobody could know of before."""
    detected: timedelta | None
    """To the belief that a region is out, or to the first failover, whichever came first."""
    notified: timedelta | None
    """To Microsoft's own notification, where it is known."""
    outages: frozenset[Region]
    failovers: int
    """Failovers for which a run was asked for."""
    would: frozenset[str]
    """Images that only their mode kept from being built elsewhere."""
    saved: frozenset[str]
    """Images that a failover brought."""
    needless: int
    missed: frozenset[str]
    duplicates: int
    """Runs asked for and begun beyond the first of a failover and its hops."""
    differs: tuple[str, ...]
    """What did not end as the timetable says."""


def reckon(performance: Performance) -> Reckoning:
    """Add up."""
    expected = performance.scenario.expectation
    begins = performance.start + _begins(performance)
    entries = performance.watch.journal.entries
    asked = _asked(performance)
    would = {
        each.image: each.at
        for each in reversed(entries)
        if isinstance(each, Decided) and each.reason in ONLY_THE_MODE
    }
    moves = [*((each.image, each.opened) for each in asked), *would.items()]
    saved = frozenset(each.image for each in asked if each.outcome in GOOD)
    outages = dict(_outages(performance))
    detected = _first([*outages.values(), *_opened(performance)], begins)
    needless = sum(_needless(expected, image, at - performance.start) for image, at in moves)
    found = Reckoning(
        failed=_first(_failed(performance), begins),
        detected=detected,
        notified=expected.notified,
        outages=frozenset(outages),
        failovers=len(asked),
        would=frozenset(would),
        saved=saved,
        needless=needless,
        missed=frozenset(expected.failovers) - saved - frozenset(would),
        duplicates=_duplicates(performance),
        differs=(),
    )
    return _compared(found, expected)


def _compared(found: Reckoning, expected: Expectation) -> Reckoning:
    differs = []
    if found.needless > expected.needless:
        differs.append(f"{found.needless} needless failovers, at most {expected.needless} expected")
    if found.missed:
        differs.append(f"missed: {', '.join(sorted(found.missed))}")
    if found.duplicates:
        differs.append(f"{found.duplicates} runs were asked for twice")
    told = expected.no_outage or expected.outages
    if told and found.outages != expected.outages:
        believed = ", ".join(sorted(found.outages)) or "none"
        right = ", ".join(sorted(expected.outages)) or "none"
        differs.append(f"believed out: {believed}; right: {right}")
    return replace(found, differs=tuple(differs))


def _begins(performance: Performance) -> timedelta:
    told = performance.scenario.expectation.begins
    if told is not None:
        return told
    news = (each.after for each in performance.scenes if each.told.kind == "azure")
    return min(news, default=timedelta())


def _first(instants: list[datetime], since: datetime) -> timedelta | None:
    return min((at - since for at in instants if at >= since), default=None)


def _failed(performance: Performance) -> list[datetime]:
    return [
        each.at
        for each in performance.watch.world.truth
        if isinstance(each, RunEnded) and each.state is RunState.FAILED
    ]


def _outages(performance: Performance) -> Iterator[tuple[Region, datetime]]:
    """Yield when each region was first believed out; the last told of a region is the first."""
    for entry in reversed(performance.watch.journal.entries):
        if isinstance(entry, RegionAssessed) and entry.belief.health is Health.OUTAGE:
            yield entry.belief.region, entry.at


def _opened(performance: Performance) -> list[datetime]:
    entries = performance.watch.journal.entries
    return [each.at for each in entries if isinstance(each, FailoverOpened)]


def _asked(performance: Performance) -> list[Failover]:
    """Return the failovers for which a run was asked for."""
    asked = {e.failover for e in performance.watch.journal.entries if isinstance(e, Intended)}
    return [each for each in performance.watch.state.failovers.values() if each.id in asked]


def _needless(expected: Expectation, image: str, since: timedelta) -> bool:
    """Whether a failover at `since` is none that the timetable expects, if it expects anything."""
    if not expected.told:
        return False
    return image not in expected.failovers or since < expected.failovers[image]


def _duplicates(performance: Performance) -> int:
    begun = Counter(_begun(performance))
    failovers: Mapping[FailoverId, Failover] = performance.watch.state.failovers
    return sum(max(0, runs - 1 - failovers[each].hop) for each, runs in begun.items())


def _begun(performance: Performance) -> Iterator[FailoverId]:
    """Yield for each run that was asked for the failover whose intent was the last before it."""
    intents = [e for e in performance.watch.journal.entries if isinstance(e, Intended)]
    for run in performance.watch.world.truth:
        if isinstance(run, RunStarted) and run.cause is Cause.REQUEST:
            yield next(
                each.failover
                for each in reversed(intents)
                if each.target == run.template and each.at <= run.started
            )
