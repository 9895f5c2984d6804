"""What a metric is declared as."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The types of Prometheus that we use."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric. It is declared once, so it is equal to itself alone: a quick key."""

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
