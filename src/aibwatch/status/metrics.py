"""The Prometheus side: instruments made from the catalogue, and what the shell tells them.

Three kinds of numbers. Gauges of what is believed are rows of the last snapshot, computed at each
scrape. Counters of builds, failovers and regions are a projection of the journal. The rest is the
daemon's own telemetry, told by methods here. A scrape answers from memory and never fails.

A scrape is made in a thread beside the loop: it reads one frozen snapshot, and the client's own
instruments lock themselves.
"""

import logging
import platform
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics

from aibwatch import __version__
from aibwatch.model.chain import Head
from aibwatch.model.entry import Entry
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region
from aibwatch.model.observation import Observation, TemplatesSeen, TemplateUnseen
from aibwatch.model.state import Snapshot, State
from aibwatch.status import catalogue, counts
from aibwatch.status.channel import Why
from aibwatch.status.created import OUTLIVING, Undated, tell_created
from aibwatch.status.exposition import Writer
from aibwatch.status.metric import Kind, Metric
from aibwatch.status.picture import SHOWN, Picture
from aibwatch.status.watched import NOWHERE, home_region

_log = logging.getLogger(__name__)
_region_of = attrgetter("region")

# Our names need no escaping; to tell the client so halves the time of a scrape.
_openmetrics: Callable[[CollectorRegistry], bytes] = partial(
    openmetrics.generate_latest, escaping=openmetrics.ALLOWUTF8
)
_Made = TypeVar("_Made", Counter, Histogram)
CREDENTIALS = ("arm", "storage")
"""What tokens are for; those for Storage are only wanted where build logs may be read."""
_TASK_COUNTERS = (
    catalogue.TASK_RUNS,
    catalogue.TASK_FAILURES,
    catalogue.TASK_MISSED,
    catalogue.TASK_SKIPPED,
)


class Metrics:
    """All that Prometheus sees of one daemon."""

    def __init__(self, *, created: bool = False) -> None:
        """Make every instrument, in a registry of its own.

        `created`: whether the client library tells since when it counts. It knows one answer for
        the whole process, so the last one made decides.
        """
        tell_created(on=created)
        self.registry = CollectorRegistry()
        """All of it, as the client library sees it."""
        self._own = CollectorRegistry()
        """What the client library keeps."""
        self._images: Mapping[ImageName, Image] = {}
        self._counts = counts.Counts()
        self._totals = counts.Totals()
        failed = partial(self._count, catalogue.COLLECT_FAILURES)
        self._writer = Writer(SHOWN)
        self._picture = Picture(self._totals, self._announce, failed)
        self._left_out = 0
        # First, so that what it announces is in the same scrape.
        self.registry.register(self._picture)
        self.registry.register(self._own)
        self._counters = {
            each: self._keep(each, Counter(each.name, each.says, each.labels, registry=None))
            for each in _told(Kind.COUNTER)
        }
        self._gauges = {
            each: Gauge(each.name, each.says, each.labels, registry=self._own)
            for each in _told(Kind.GAUGE)
        }
        self._histograms = {
            each: self._keep(
                each,
                Histogram(each.name, each.says, each.labels, registry=None, buckets=each.buckets),
            )
            for each in _told(Kind.HISTOGRAM)
        }
        self._requests: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        self._reads_left: dict[str, int] = {}
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._own)
        self.head: Callable[[], Head] = Head
        """Tells the journal's last record; given by the daemon, which has one."""
        self._head = Head()
        self._set(catalogue.BUILD_INFO, 1, __version__, "", platform.python_version())
        for each in CREDENTIALS:
            self._count(catalogue.TOKEN_FAILURES, each, by=0)
        self._grow(counts.known_always())

    def families(self, accept: str) -> tuple[Iterator[Sequence[bytes]], str]:
        """Return the scrape and its content type for an `Accept` header.

        Each family is made when it is asked for, in any thread, and comes in pieces small enough to
        be sent at once. The rows of all together would be 20 MB of a large fleet, and so many
        objects that to look for garbage among them would hold the loop up.
        Prometheus asks for OpenMetrics by itself; everybody else gets the plain text format. The
        client library's own choice raises on a version that is no number, so it is not used.
        """
        modern = "application/openmetrics-text" in accept
        content_type = openmetrics.CONTENT_TYPE_LATEST if modern else CONTENT_TYPE_PLAIN_0_0_4
        return self._families(modern=modern), content_type

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return the scrape as a whole, and its content type. Safe in any thread."""
        families, content_type = self.families(accept)
        return b"".join(chain.from_iterable(families)), content_type

    def _families(self, *, modern: bool) -> Iterator[Sequence[bytes]]:
        """Yield our own families, then what the client library keeps."""
        self._show_head()
        yield from self._writer.families(self._picture.families(), modern=modern)
        yield [_openmetrics(self._own) if modern else generate_latest(self._own)]

    def _show_head(self) -> None:
        """Anchor the journal's chain outside of it (PROMISES S39): Prometheus keeps the hash."""
        head = self.head()
        if head != self._head:
            self._head = head
            self._gauges[catalogue.AUDIT_HEAD].clear()
            if head.seq:
                self._set(catalogue.AUDIT_HEAD, 1, head.short)

    # What is watched, believed and recorded.

    def watch(self, images: Mapping[ImageName, Image]) -> None:
        """Take these images for those that are watched: at the start and after each reload."""
        gone = self._counts.watch(images.values(), self._images.values())
        self._images = images
        self._totals.forget(catalogue.BUILDS, gone)
        self._writer = Writer(SHOWN)
        self._tell_left_out()

    def bound(self, templates: int) -> None:
        """Let so many templates have series at most, from the next scrape on; before, all have.

        How many are left out is told with the next `watch`.
        """
        self._picture.most = templates

    def _tell_left_out(self) -> None:
        """Warn if it is another number than before: a scrape that did would do so for ever."""
        count = len({each for image in self._images.values() for each in image.watched})
        limit = self._picture.most
        left_out = 0 if limit is None else max(0, count - limit)
        if left_out not in (0, self._left_out):
            therefore = "those beyond it have no series; raise metrics.max_templates"
            told = {"watched": count, "limit": limit, "therefore": therefore}
            _log.warning("metrics.templates_left_out", extra=told)
        self._left_out = left_out

    def monitors(self, promises: Iterable[str]) -> None:
        """Take these promises for those that are watched: their series begin at 0."""
        for each in promises:
            self._count(catalogue.VIOLATIONS, each, by=0)

    def restore(self, state: State) -> None:
        """Count the failovers of the time before this start. Call once, before `recorded`."""
        self._grow(self._counts.restore(state))

    def recorded(self, entries: Iterable[Entry]) -> None:
        """Count entries that were added to the journal, each once."""
        for entry in entries:
            self._grow(self._counts.of(entry))

    def observed(self, observations: Iterable[Observation]) -> None:
        """Count reads of templates, each answer once."""
        for each in observations:
            if isinstance(each, TemplatesSeen):
                for region, count in Tally(map(_region_of, each.templates)).items():
                    self._count(catalogue.POLLS, region, by=count)
            elif isinstance(each, TemplateUnseen):
                snapshot = self._picture.snapshot
                region = home_region(snapshot.view, each.template) if snapshot else NOWHERE
                self._count(catalogue.POLLS, region)
                self._count(catalogue.POLL_FAILURES, region)

    def publish(self, snapshot: Snapshot) -> None:
        """Show `snapshot` from the next scrape on."""
        if snapshot.view.images is not self._images:
            self.watch(snapshot.view.images)
        self._grow(self._counts.leads(snapshot.view.state))
        self._picture.snapshot = snapshot

    # The daemon's own telemetry.

    def readiness(self, ready: Callable[[], bool]) -> None:
        """Ask `ready` for the verdict of /readyz at each scrape."""
        self._gauges[catalogue.READY].set_function(lambda: float(ready()))

    def lease_renewed(self, at: datetime) -> None:
        """Tell when the right to act was last taken or renewed."""
        self._set(catalogue.LEASE_RENEWED, at.timestamp())

    def leadership_changed(self) -> None:
        """Count that this daemon began to lead, or ceased to."""
        self._count(catalogue.LEADER_TRANSITIONS)

    def config(self, sha256: str | None, at: datetime) -> None:
        """Tell that the configuration was loaded; None: a reload failed, the old one stays."""
        self._set(catalogue.CONFIG_OK, sha256 is not None)
        if sha256 is not None:
            self._gauges[catalogue.CONFIG_INFO].clear()
            self._set(catalogue.CONFIG_INFO, 1, sha256[:12])
            self._set(catalogue.CONFIG_LOADED, at.timestamp())

    def request(self, api: str, operation: str, code: str, seconds: float) -> None:
        """Count one attempt at Azure; `code` is the HTTP status or `transport_error`."""
        kind = (api, operation, code)
        known = self._requests.get(kind)
        if known is None:  # the client looks its labels up anew each time, at four times the cost
            counter = self._counters[catalogue.REQUESTS].labels(*kind)
            duration = self._histograms[catalogue.REQUEST_DURATION].labels(api, operation)
            known = self._requests[kind] = (counter, duration)
        known[0].inc()
        known[1].observe(seconds)

    def remaining(self, subscription: str, reads: int) -> None:
        """Tell what `x-ms-ratelimit-remaining-subscription-reads` said."""
        if self._reads_left.get(subscription) != reads:
            self._reads_left[subscription] = reads
            self._set(catalogue.RATELIMIT, reads, "arm", subscription, "reads")

    def token(self, credential: str, expires: int) -> None:
        """Tell that a token was had, and its end in Unix seconds."""
        self._set(catalogue.TOKEN_EXPIRY, expires, credential)
        self._gauges[catalogue.TOKEN_SUCCESS].labels(credential).set_to_current_time()

    def no_token(self, credential: str) -> None:
        """Count that no token was had."""
        self._count(catalogue.TOKEN_FAILURES, credential)

    def task_interval(self, task: str, seconds: float) -> None:
        """Announce a task and how often it should run."""
        for each in _TASK_COUNTERS:
            self._count(each, task, by=0)
        self._set(catalogue.TASK_RUNNING, 0, task)
        self._set(catalogue.TASK_INTERVAL, seconds, task)

    def task_started(self, task: str) -> None:
        """Tell that a run of a task began."""
        self._set(catalogue.TASK_RUNNING, 1, task)

    def task_ended(self, task: str, seconds: float, *, failed: bool) -> None:
        """Tell that a run of a task ended after `seconds`."""
        self._set(catalogue.TASK_RUNNING, 0, task)
        self._count(catalogue.TASK_RUNS, task)
        self._observe(catalogue.TASK_DURATION, seconds, task)
        if failed:
            self._count(catalogue.TASK_FAILURES, task)
        else:
            self._gauges[catalogue.TASK_SUCCESS].labels(task).set_to_current_time()

    def task_missed(self, task: str) -> None:
        """Tell that the scheduler missed a run."""
        self._count(catalogue.TASK_MISSED, task)

    def task_skipped(self, task: str) -> None:
        """Tell that a run was left out because the last one still went on."""
        self._count(catalogue.TASK_SKIPPED, task)

    def task_next_run(self, task: str, at: datetime | None) -> None:
        """Tell when a task runs next; None: it does not."""
        if at is None:
            self._gauges[catalogue.TASK_NEXT].remove_by_labels({"task": task})
        else:
            self._set(catalogue.TASK_NEXT, at.timestamp(), task)

    def store(self, op: str, *, failed: bool = False) -> None:
        """Count one use of the store: `append` or `read`."""
        self._count(catalogue.STORE_OPERATIONS, op)
        if failed:
            self._count(catalogue.STORE_FAILURES, op)

    def store_file(self, measure: Callable[[], int], schema: int) -> None:
        """Take how large the store's files are, asked at each scrape, and their schema."""
        self._gauges[catalogue.STORE_SIZE].set_function(measure)
        self._set(catalogue.STORE_SCHEMA, schema)

    def log(self, level: str) -> None:
        """Count one line logged."""
        self._count(catalogue.LOG_MESSAGES, level)

    def channels(self, names: Iterable[str]) -> None:
        """Announce the channels of notifications: their series begin at 0."""
        for each in names:
            self._count(catalogue.NOTIFICATIONS, each, by=0)
            for why in Why:
                self._count(catalogue.NOTIFICATION_FAILURES, each, why, by=0)

    def notified(self, channel: str, why: str | None = None) -> None:
        """Count a notification that a channel took, or why it did not."""
        if why is None:
            self._count(catalogue.NOTIFICATIONS, channel)
        else:
            self._count(catalogue.NOTIFICATION_FAILURES, channel, why)

    def notifications_waiting(self, length: int, capacity: int) -> None:
        """Tell how many notifications wait, and how many may."""
        self._set(catalogue.NOTIFICATION_QUEUE, length)
        self._set(catalogue.NOTIFICATION_CAPACITY, capacity)

    def lag(self, seconds: float) -> None:
        """Tell how late a heartbeat of the event loop was."""
        self._observe(catalogue.LOOP_LAG, seconds)

    def served(self, handler: str, code: int, seconds: float) -> None:
        """Count one request to our own server; `handler` is the route, never the path."""
        self._count(catalogue.HTTP_REQUESTS, handler, str(code))
        self._observe(catalogue.HTTP_DURATION, seconds, handler)

    def _announce(self, regions: Iterable[Region]) -> None:
        """Make the series that are known before anything happened, for `rate()` to start at 0."""
        for each in regions:
            self._grow(counts.known_of_region(each))

    def _grow(self, growth: Iterable[counts.Growth]) -> None:
        for metric, labels, value in growth:
            if metric in counts.TALLIED:
                self._totals.add(metric, labels, value)
            elif metric.kind is Kind.HISTOGRAM:
                self._observe(metric, value, *labels)
            else:
                self._count(metric, *labels, by=value)

    def _keep(self, metric: Metric, made: _Made) -> _Made:
        self._own.register(Undated(made) if metric in OUTLIVING else made)
        return made

    def _count(self, metric: Metric, *labels: str, by: float = 1) -> None:
        made = self._counters[metric]
        (made.labels(*labels) if labels else made).inc(by)

    def _set(self, metric: Metric, value: float, *labels: str) -> None:
        made = self._gauges[metric]
        (made.labels(*labels) if labels else made).set(value)

    def _observe(self, metric: Metric, seconds: float, *labels: str) -> None:
        made = self._histograms[metric]
        (made.labels(*labels) if labels else made).observe(seconds)


def _told(kind: Kind) -> tuple[Metric, ...]:
    """Return the metrics of a kind that the client library keeps."""
    return tuple(each for each in catalogue.ALL if each.kind is kind and each not in SHOWN)
