"""Rows that stand together: what they share of their labels, and what tells them apart.

A template shows its run's state in nine rows, one of them 1; ten thousand templates show nine
pictures of it. A picture that many share is one `Pattern`, whose lines are put together once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

Labels = tuple[str, ...]
"""Values of labels, in the order declared."""
TRUTH = (0.0, 1.0)
"""How no and yes are shown. One number each for all rows: a scrape may have 100,000 of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Several rows but for the labels that they share. Compared by identity: see `pattern`."""

    rows: tuple[tuple[str, float], ...]
    """What the last label says, and the number."""


Group = tuple[Labels, "float | Pattern"]
"""One row with all its labels, or the labels that the rows of a pattern share, one at least."""
Groups = Sequence[Group]


@lru_cache(maxsize=1024)
def pattern(*rows: tuple[str, float]) -> Pattern:
    """Return the pattern of these rows, the same object for the same rows."""
    return Pattern(rows)


@lru_cache(maxsize=1024)
def one_of(states: tuple[str, ...], now: str) -> Pattern:
    """Return the pattern of states of which one is 1."""
    return pattern(*((each, TRUTH[each == now]) for each in states))


def instants(found: Iterable[tuple[Labels, datetime | None]]) -> Groups:
    """Return a row of each time that is known, in seconds since 1970."""
    return [(labels, at.timestamp()) for labels, at in found if at is not None]


def spread(groups: Iterable[Group]) -> Iterator[tuple[Labels, float]]:
    """Yield row by row."""
    for labels, told in groups:
        if isinstance(told, Pattern):
            yield from (((*labels, says), value) for says, value in told.rows)
        else:
            yield labels, told


def by_row(groups: Iterable[Group]) -> Mapping[Labels, float]:
    """Return the number of each row."""
    return dict(spread(groups))
