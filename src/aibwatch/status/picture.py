"""The custom collector: the last snapshot as rows, and the counters that are plain numbers.

Registered with the client library, and read by our own writer of scrapes.
"""

import logging
from collections.abc import Callable, Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family

from aibwatch.model.state import Snapshot
from aibwatch.status import counts
from aibwatch.status.metric import Kind, Metric
from aibwatch.status.rows import PICTURED, groups
from aibwatch.status.rows.group import Groups, spread
from aibwatch.status.rows.scene import seen_in

_log = logging.getLogger(__name__)

SHOWN = (*PICTURED, *counts.TALLIED)
"""What is not kept by the client library."""


class Picture:
    """Shows the last snapshot; never raises. Called by the registry."""

    def __init__(
        self,
        totals: counts.Totals,
        before: Callable[[Snapshot], None],
        failed: Callable[[], None],
    ) -> None:
        """Call `before` ahead of each scrape, and `failed` if it was served the last good rows."""
        self.snapshot: Snapshot | None = None
        self._totals = totals
        self._before = before
        self._failed = failed
        self._good: Snapshot | None = None
        """The last one whose rows could be made; the rows are not kept, they can be 400,000."""

    def describe(self) -> list[Family]:
        """Return the families without rows, so that registering computes nothing."""
        return [_family(each) for each in SHOWN]

    def collect(self) -> Iterator[Family]:
        """Yield the families, one by one; all at once those of a large fleet are 200 MB."""
        found = self.groups()
        for metric in SHOWN:
            family = _family(metric)
            for labels, value in spread(found.pop(metric, ())):
                family.add_sample(metric.name, dict(zip(metric.labels, labels, strict=True)), value)
            yield family

    def groups(self) -> dict[Metric, Groups]:
        """Return the rows of the last snapshot, of the last good one if they cannot be made.

        Never raises.
        """
        if self.snapshot is None:
            return self._totals.groups(None)
        try:
            self._before(self.snapshot)
            found = self._of(self.snapshot)
        except Exception:  # noqa: BLE001  see below
            # One broken value must not take every other metric with it: Prometheus would lose
            # the whole daemon from sight exactly when something is wrong.
            _log.exception("metrics.rows_failed")
            self._failed()
            return self._of(self._good) if self._good else self._totals.groups(None)
        self._good = self.snapshot
        return found

    def _of(self, snapshot: Snapshot) -> dict[Metric, Groups]:
        scene = seen_in(snapshot)
        return {**groups(scene), **self._totals.groups(scene)}


def _family(metric: Metric) -> Family:
    make = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    return make(metric.name, metric.says, labels=metric.labels)
