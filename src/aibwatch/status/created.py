"""Since when counters count: a series more of each, which the client library can add.

Prometheus can take that time for a sample of 0. A total that goes on over a restart was not 0 when
this process made its counter: it would seem to grow by all of it with each start. So it has no such
series, and neither has what our own writer writes.
"""

from collections.abc import Callable, Iterator

from prometheus_client import disable_created_metrics, enable_created_metrics
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from aibwatch.status import catalogue

OUTLIVING = frozenset({catalogue.NOTICE_LEAD, catalogue.SCORES, catalogue.VIOLATIONS})
"""What the client library keeps of that which is counted again from the journal at each start."""
_SUFFIX = "_created"


def tell_created(*, on: bool) -> None:
    """Let every counter and histogram of this process tell since when it counts, or none."""
    tell: Callable[[], None] = enable_created_metrics if on else disable_created_metrics
    tell()


class Undated(Collector):
    """Shows an instrument of the client library without that time."""

    def __init__(self, made: Collector) -> None:
        """Show this one."""
        self._made = made

    def collect(self) -> Iterator[Family]:
        """Yield its families."""
        for family in self._made.collect():
            family.samples = [each for each in family.samples if not each.name.endswith(_SUFFIX)]
            yield family
