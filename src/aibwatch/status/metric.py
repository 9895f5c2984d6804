"""What a metric is declared as."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The types of Prometheus that we use."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    says: str
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram."""


def counter(name: str, says: str, *labels: str) -> Metric:
    """Declare what only grows."""
    return Metric(name, Kind.COUNTER, labels, says)


def gauge(name: str, says: str, *labels: str) -> Metric:
    """Declare what goes up and down."""
    return Metric(name, Kind.GAUGE, labels, says)


def seconds(name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Metric:
    """Declare a histogram of durations."""
    return Metric(name, Kind.HISTOGRAM, labels, says, buckets)
