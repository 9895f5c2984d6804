"""Journal entries -> what the counters grow by. The counters are a projection of the journal.

`Counts` keeps only the names that entries leave out: whose failover it is, where a template lives.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    RegionAssessed,
    RunSeen,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId, name_of
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, RunState
from aibwatch.model.verdict import Cause
from aibwatch.status import catalogue
from aibwatch.status.catalogue import Metric
from aibwatch.status.watched import labels_of

Growth = tuple[Metric, tuple[str, ...], float]
"""A counter's labels and what is added, or a histogram's labels and what was observed."""

RESULTS: Mapping[RunState, str] = {
    RunState.SUCCEEDED: "succeeded",
    RunState.PARTIALLY_SUCCEEDED: "partially_succeeded",
    RunState.FAILED: "failed",
    RunState.CANCELED: "canceled",
}
"""The label `result` of a run that has ended."""
_ACTS = frozenset(
    {Reason.PLATFORM_OUTAGE, Reason.REGIONAL_CAPACITY, Reason.RESEND, Reason.NEXT_SECONDARY}
)


@dataclass(slots=True)
class Counts:
    """Turns entries into growth."""

    labels: Mapping[TemplateId, str] = field(default_factory=dict)
    failovers: dict[FailoverId, ImageName] = field(default_factory=dict)
    """Whose failover each open one is."""
    healths: dict[Region, Health] = field(default_factory=dict)
    """The last health of each region: a belief may change without it."""

    def watch(self, images: Iterable[Image]) -> frozenset[str]:
        """Name the templates of `images` from now on; return the names that are gone."""
        before = frozenset(self.labels.values())
        self.labels = labels_of(each for image in images for each in image.templates)
        return before - frozenset(self.labels.values())

    def restore(self, state: State) -> Iterator[Growth]:
        """Count what ended before this start, so that totals survive it (PROMISES S41)."""
        self.healths = {each.region: each.health for each in state.regions.values()}
        for each in state.failovers.values():
            self.failovers[each.id] = each.image
            if each.outcome is not None:
                yield self._closed(each.id, each.outcome)

    def of(self, entry: Entry) -> Iterator[Growth]:
        """Return what one new entry adds."""
        match entry:
            case FailoverOpened():
                self.failovers[entry.failover] = entry.image
            case Closed():
                yield self._closed(entry.failover, entry.outcome)
            case Decided():
                yield catalogue.DECISIONS, (entry.decision, entry.reason), 1
            case RegionAssessed(belief=belief):
                if self.healths.get(belief.region, Health.UNKNOWN) is not belief.health:
                    yield catalogue.REGION_TRANSITIONS, (belief.region, belief.health), 1
                self.healths[belief.region] = belief.health
            case FailureJudged(failure=failure):
                cause = failure.classification.cause
                yield catalogue.BUILD_FAILURES, (failure.region, cause), 1
            case RunSeen() if entry.run.state in ENDED:
                yield from self._ended(entry)
            case _:
                pass

    def _closed(self, failover: FailoverId, outcome: Outcome) -> Growth:
        image = self.failovers.pop(failover, ImageName("unknown"))
        return catalogue.FAILOVERS, (image, outcome), 1

    def _ended(self, entry: RunSeen) -> Iterator[Growth]:
        run, result = entry.run, RESULTS[entry.run.state]
        label = self.labels.get(run.template, name_of(run.template))
        yield catalogue.BUILDS, (label, entry.region, result), 1
        if run.ended:
            took = (run.ended - run.started).total_seconds()
            yield catalogue.BUILD_DURATION, (entry.region, result), took


def known_of_image(image: ImageName) -> Iterator[Growth]:
    """Return the series of an image that are known before anything happens, at 0."""
    for outcome in Outcome:
        yield catalogue.FAILOVERS, (image, outcome), 0


def known_of_template(label: str, region: Region) -> Iterator[Growth]:
    """Return the series of a template that are known before anything happens, at 0."""
    for result in RESULTS.values():
        yield catalogue.BUILDS, (label, region, result), 0


def known_of_region(region: Region) -> Iterator[Growth]:
    """Return the series of a region that are known before anything happens, at 0."""
    yield catalogue.POLLS, (region,), 0
    yield catalogue.POLL_FAILURES, (region,), 0
    for health in Health:
        yield catalogue.REGION_TRANSITIONS, (region, health), 0
    for cause in Cause:
        yield catalogue.BUILD_FAILURES, (region, cause), 0


def known_always() -> Iterator[Growth]:
    """Return the series that are known whatever is watched, at 0."""
    for level in ("debug", "info", "warning", "error", "critical"):
        yield catalogue.LOG_MESSAGES, (level,), 0
    for op in ("append", "read"):
        yield catalogue.STORE_OPERATIONS, (op,), 0
        yield catalogue.STORE_FAILURES, (op,), 0
    for reason in Reason:
        yield catalogue.DECISIONS, ("act" if reason in _ACTS else "hold", reason), 0
    yield catalogue.DECISIONS, ("advise", Reason.ADVISE_ONLY), 0
