"""Series as promtool takes them: what a case shows, with scrapes that fail and restarts in it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Values = Callable[[int], float]
"""What a series shows at each scrape, counted from 0."""
Series = Mapping[str, Values]
"""By name and labels, without job and instance: those are added."""

BORN = "process_start_time_seconds"
RESTORED = ("aibwatch_failovers_total", "aibwatch_promise_violations_total")
"""Counters that go on after a restart where they stood: the journal tells them."""


def flat(value: float) -> Values:
    """Always the same."""
    return lambda _: value


def changing(before: float, after: float, at: int) -> Values:
    """One value, and another from a scrape on."""
    return lambda i: before if i < at else after


def growing(by: float) -> Values:
    """A counter that grows steadily."""
    return lambda i: by * i


def clock(every: int, late: int = 0) -> Values:
    """The time of each scrape, or so many seconds before it."""
    return lambda i: every * i - late


@dataclass(frozen=True, slots=True)
class Gap:
    """Scrapes that fail, one after the other."""

    at: int
    scrapes: int
    restart: bool = False
    """The process is a new one after it: its counters begin anew."""
    moves: bool = False
    """It has another address after it, as a new pod has."""

    @property
    def over(self) -> int:
        """The first scrape that works again."""
        return self.at + self.scrapes

    def __contains__(self, i: int) -> bool:
        """Whether a scrape fails."""
        return self.at <= i < self.over


def written(series: Series, gaps: Collection[Gap], length: int, every: int) -> list[dict[str, str]]:
    """Return the input series of a promtool test."""
    found: list[dict[str, str]] = []
    for name, values in series.items():
        if "instance=" in name:  # another replica, to which nothing happens
            found.append(_series(name, "", [_number(values(i)) for i in range(length)]))
            continue
        samples = [_sample(name, values, i, gaps, every) for i in range(length)]
        moved = next((each for each in gaps if each.moves), None)
        if moved is None:
            found.append(_series(name, "a", samples))
            continue
        found.append(_series(name, "a", [*samples[: moved.at], "stale"]))
        found.append(_series(name, "b", ["_"] * moved.over + samples[moved.over :]))
    return found


def _sample(name: str, values: Values, i: int, gaps: Collection[Gap], every: int) -> str:
    if any(i in gap for gap in gaps):
        return "0" if name == "up" else "stale"
    restarts = [gap.over for gap in gaps if gap.restart and gap.over <= i]
    if restarts and name == BORN:
        return _number(max(restarts) * every)
    metric = name.partition("{")[0]
    begins_anew = restarts and metric.endswith("_total") and metric not in RESTORED
    return _number(values(i) - (values(max(restarts)) if begins_anew else 0))


def _series(name: str, instance: str, samples: list[str]) -> dict[str, str]:
    metric, _, labels = name.rstrip("}").partition("{")
    own = [each for each in labels.split(",") if each]
    where = ['job="aibwatch"', *([f'instance="{instance}"'] if instance else [])]
    return {"series": f"{metric}{{{','.join([*where, *own])}}}", "values": " ".join(samples)}


def _number(value: float) -> str:
    return f"{value:.10g}"
