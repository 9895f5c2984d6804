"""A promise that did not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aibwatch.sim.trace import Trace


@dataclass(frozen=True, slots=True)
class Broken:
    """Which promise, when, and what happened instead."""

    promise: str
    """Its number, such as `S1`."""
    at: datetime
    says: str


class Checker(Protocol):
    """Judges one family of promises."""

    @property
    def promises(self) -> tuple[str, ...]:
        """The numbers that it judges."""
        ...

    def broken(self, trace: Trace, /) -> Iterator[Broken]:
        """Yield every promise of its family that did not hold, and when."""
        ...
