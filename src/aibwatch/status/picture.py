"""The custom collector: the last snapshot as rows, and the counters that are plain numbers.

Registered with the client library, and read by our own writer of scrapes.
"""

import logging
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family

from aibwatch.model.names import Region
from aibwatch.model.state import Snapshot
from aibwatch.status import counts
from aibwatch.status.metric import Kind, Metric
from aibwatch.status.rows import FAMILIES, PICTURED
from aibwatch.status.rows.group import Groups, spread
from aibwatch.status.rows.scene import Scene, seen_in

_log = logging.getLogger(__name__)

SHOWN = (*PICTURED, *counts.TALLIED)
"""What is not kept by the client library."""


class Picture:
    """Shows the last snapshot; never raises. Called by the registry."""

    def __init__(
        self,
        totals: counts.Totals,
        before: Callable[[Iterable[Region]], None],
        failed: Callable[[], None],
    ) -> None:
        """Call `before` with the regions ahead of each scrape, `failed` if it fell back."""
        self.snapshot: Snapshot | None = None
        self.most: int | None = None
        """So many templates have rows, the rest none; None: all have."""
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
        for metric, groups in self.families():
            family = _family(metric)
            for labels, value in spread(groups):
                family.add_sample(metric.name, dict(zip(metric.labels, labels, strict=True)), value)
            yield family

    def families(self) -> Iterator[tuple[Metric, Groups]]:
        """Yield the rows of one snapshot, each family's made when it is asked for. Never raises.

        From where they cannot be made on, they are those of the last snapshot of which all could
        be. One broken value must not take every other metric with it: Prometheus would lose the
        whole daemon from sight exactly when something is wrong.
        """
        snapshot = self.snapshot
        try:
            scene = self._scene(snapshot)
        except Exception:  # noqa: BLE001  see above
            snapshot, scene = None, self._fall_back()
        for metric in SHOWN:
            try:
                found = self._rows(metric, scene)
            except Exception:  # noqa: BLE001  see above
                snapshot, scene = None, self._fall_back()
                found = self._rows(metric, scene)
            yield metric, found
        self._good = snapshot or self._good

    def _scene(self, snapshot: Snapshot | None) -> Scene | None:
        if snapshot is None:
            return None
        scene = seen_in(snapshot, self.most)
        self._before(scene.regions)
        return scene

    def _rows(self, metric: Metric, scene: Scene | None) -> Groups:
        if metric in counts.TALLIED:
            return self._totals.groups(metric, scene)
        return FAMILIES[metric](scene) if scene else ()

    def _fall_back(self) -> Scene | None:
        """Return what was good last, None if nothing was. Called once a scrape at most."""
        _log.exception("metrics.rows_failed")
        self._failed()
        return seen_in(self._good, self.most) if self._good else None


def _family(metric: Metric) -> Family:
    make = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    return make(metric.name, metric.says, labels=metric.labels)
