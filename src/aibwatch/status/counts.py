"""Journal entries -> what the counters grow by. The counters are a projection of the journal.

`Counts` keeps only the names that entries leave out: whose failover it is, where a template lives.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
    Violated,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId, ImageName, IncidentId, Region, TemplateId
from aibwatch.model.order import OrderKind
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Truth
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, RunState
from aibwatch.model.verdict import UNTOLD, Cause, FailureKey
from aibwatch.status import catalogue
from aibwatch.status.attempts import REMEMBERED, AttemptOutcome, RegionAttempts
from aibwatch.status.metric import Metric
from aibwatch.status.recoveries import Recoveries
from aibwatch.status.rows.group import Group, Groups, Labels, Pattern, pattern
from aibwatch.status.rows.scene import Scene
from aibwatch.status.watched import NOWHERE, label_of, labels_of

Growth = tuple[Metric, Labels, float]
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


_NO_BUILDS = pattern(*((each, 0.0) for each in RESULTS.values()))
_NO_FAILOVERS = pattern(*((each, 0.0) for each in Outcome))

TALLIED = (catalogue.BUILDS, catalogue.FAILOVERS)
"""Counters with a series for each template or image. They are kept as plain numbers: a child of
the client library costs 750 bytes, and with the series at 0 there are 75,000 of them."""


@dataclass(slots=True)
class Totals:
    """The plain numbers: only what was counted, the series at 0 are made when they are shown."""

    counted: dict[Metric, dict[Labels, Pattern]] = field(
        default_factory=lambda: {metric: {} for metric in TALLIED}
    )
    """Of each metric by all labels but the last; most templates were built equally often."""

    def add(self, metric: Metric, labels: Labels, value: float) -> None:
        """Count."""
        *shared, says = labels
        counted, key = self.counted[metric], tuple(shared)
        found = dict(counted[key].rows) if key in counted else {}
        found[says] = found.get(says, 0) + value
        counted[key] = pattern(*found.items())

    def forget(self, metric: Metric, first_labels: Container[str]) -> None:
        """Let go of the series whose first label is one of these."""
        found = self.counted[metric]
        self.counted[metric] = {k: v for k, v in found.items() if k[0] not in first_labels}

    def groups(self, metric: Metric, scene: Scene | None) -> Groups:
        """Return every series of a metric, at 0 that of what is watched if nothing was counted."""
        if metric is catalogue.BUILDS:
            if scene is None:  # nobody knows yet which templates have series
                return ()
            places = [each for each in scene.places if each[-1] != NOWHERE]
            return self._shown(metric, places, _NO_BUILDS, scene.left_out)
        images = [labels for labels, _ in scene.images] if scene else []
        return self._shown(metric, images, _NO_FAILOVERS)

    def _shown(
        self,
        metric: Metric,
        known: Iterable[Labels],
        none: Pattern,
        left_out: Container[str] = (),
    ) -> Groups:
        """Return what was counted, but for first labels that are left out, and the rest at 0."""
        counted = self.counted[metric].copy()  # the daemon may count while a scrape looks
        watched = dict.fromkeys(known)
        found: list[Group] = []
        for labels, each in counted.items():
            if labels[0] in left_out:
                continue
            rows = {**dict(none.rows), **dict(each.rows)}.items()
            found.append((labels, pattern(*rows) if labels in watched else each))
        found += ((each, none) for each in watched if each not in counted)
        return found


@dataclass(slots=True)
class Counts:
    """Turns entries into growth."""

    labels: Mapping[TemplateId, str] = field(default_factory=dict)
    """Of the templates whose own name does not tell them apart."""
    failovers: dict[FailoverId, ImageName] = field(default_factory=dict)
    """Whose failover each open one is."""
    drills: set[FailoverId] = field(default_factory=set)
    """Those that are open; they count as none (PROMISES S38)."""
    recoveries: Recoveries = field(default_factory=Recoveries)
    healths: dict[Region, Health] = field(default_factory=dict)
    """The last health of each region: a belief may change without it."""
    judged: dict[FailureKey, None] = field(default_factory=dict)
    """Failures that are counted: one is judged again when its log is read."""
    attempts: RegionAttempts = field(default_factory=RegionAttempts)
    led: set[tuple[IncidentId, str]] = field(default_factory=set)
    """Incidents and sources whose lead was observed, of those that the state still knows."""

    def watch(self, images: Iterable[Image], before: Iterable[Image]) -> frozenset[str]:
        """Name the templates of `images` from now on; return the names that are gone."""
        gone = self._names(before)
        self.labels = labels_of(each for image in images for each in image.watched)
        return gone - self._names(images) if gone else gone

    def _names(self, images: Iterable[Image]) -> frozenset[str]:
        ids = (each for image in images for each in image.watched)
        return frozenset(label_of(each, self.labels) for each in ids)

    def restore(self, state: State) -> Iterator[Growth]:
        """Count what ended before this start, so that totals survive it (PROMISES S41)."""
        self.healths = {each.region: each.health for each in state.regions.values()}
        self.judged = dict.fromkeys(each.key for each in state.failures.values())
        self.attempts.restore(state)
        for (deed, truth), count in state.tally.items():
            yield catalogue.SCORES, (deed, truth), count
        for violated in state.violations:
            yield catalogue.VIOLATIONS, (violated.promise,), 1
        self.drills = {each.id for each in state.failovers.values() if each.is_drill and each.open}
        for each in state.failovers.values():
            if each.is_drill:
                continue
            self.failovers[each.id] = each.image
            if each.outcome is not None:
                yield self._closed(each.id, each.outcome)

    def leads(self, state: State) -> Iterator[Growth]:
        """Return by how long incidents were known here first, once for each of their sources."""
        leads = {
            (each.id, sight.source): each.lead(sight).total_seconds()
            for each in state.incidents.values()
            for sight in each.sights
        }
        for (incident, source), seconds in leads.items():
            if (incident, source) not in self.led:
                yield catalogue.NOTICE_LEAD, (source,), max(0.0, seconds)
        self.led = set(leads)

    def of(self, entry: Entry) -> Iterator[Growth]:
        """Return what one new entry adds."""
        yield from self._for_the_record(entry)
        for phase, seconds in self.recoveries.of(entry):
            yield catalogue.PHASE_DURATION, (phase,), seconds
        match entry:
            case FailoverOpened():
                self._opened(entry)
            case Closed() if entry.failover in self.drills:
                self.drills.remove(entry.failover)
            case Closed():
                yield self._closed(entry.failover, entry.outcome)
            case Decided():
                yield catalogue.DECISIONS, (entry.decision, entry.reason), 1
            case RegionAssessed(belief=belief):
                if self.healths.get(belief.region, Health.UNKNOWN) is not belief.health:
                    yield catalogue.REGION_TRANSITIONS, (belief.region, belief.health), 1
                self.healths[belief.region] = belief.health
            case FailureJudged(failure=failure) if failure.key.kind not in UNTOLD and self._first(
                failure.key
            ):
                cause = failure.classification.cause
                yield catalogue.BUILD_FAILURES, (failure.region, cause), 1
            case RunSeen() if entry.run.state in ENDED:
                yield from self._ended(entry)
            case _:
                pass

    def _for_the_record(self, entry: Entry) -> Iterator[Growth]:
        for region, outcome in self.attempts.of(entry):
            yield catalogue.REGION_ATTEMPTS, (region, outcome), 1
        match entry:
            case Scored(score=score):
                yield catalogue.SCORES, (score.deed, score.truth), 1
            case RunMissed():
                yield catalogue.MISSED, (entry.region,), 1
            case Violated():
                yield catalogue.VIOLATIONS, (entry.promise,), 1
            case _:
                pass

    def _first(self, key: FailureKey) -> bool:
        """Whether a failure is judged for the first time, as far back as is remembered."""
        new = key not in self.judged
        self.judged[key] = None
        if len(self.judged) > REMEMBERED:
            del self.judged[next(iter(self.judged))]
        return new

    def _opened(self, entry: FailoverOpened) -> None:
        if entry.order is not None and entry.order.kind is OrderKind.DRILL:
            self.drills.add(entry.failover)
        else:
            self.failovers[entry.failover] = entry.image

    def _closed(self, failover: FailoverId, outcome: Outcome) -> Growth:
        image = self.failovers.pop(failover, ImageName("unknown"))
        return catalogue.FAILOVERS, (image, outcome), 1

    def _ended(self, entry: RunSeen) -> Iterator[Growth]:
        run, result = entry.run, RESULTS[entry.run.state]
        label = label_of(run.template, self.labels)
        yield catalogue.BUILDS, (label, entry.region, result), 1
        if run.ended:
            took = (run.ended - run.started).total_seconds()
            yield catalogue.BUILD_DURATION, (entry.region, result), took


def known_of_region(region: Region) -> Iterator[Growth]:
    """Return the series of a region that are known before anything happens, at 0."""
    yield catalogue.POLLS, (region,), 0
    yield catalogue.POLL_FAILURES, (region,), 0
    for health in Health:
        yield catalogue.REGION_TRANSITIONS, (region, health), 0
    for cause in Cause:
        yield catalogue.BUILD_FAILURES, (region, cause), 0
    for outcome in AttemptOutcome:
        yield catalogue.REGION_ATTEMPTS, (region, outcome), 0
    yield catalogue.MISSED, (region,), 0


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
    for deed in Deed:
        for truth in (Truth.PLATFORM, Truth.OWNER):
            yield catalogue.SCORES, (deed, truth), 0
