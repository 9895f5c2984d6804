"""What a monitor is: a promise, and how an entry would break it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.state import State

Breaks = Callable[[Any, State, Trail], str]
"""Returns how an entry breaks the promise, in words; "" if it is kept, or if that cannot be told.

The state and the trail are as they were before the entry. It changes neither and never raises."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """One promise, watched."""

    promise: str
    """Its number, such as `S1`."""
    hears: tuple[type[Any], ...]
    """The kinds of entries that could break it."""
    breaks: Breaks

    @property
    def of_safety(self) -> bool:
        """Whether it says what must never happen; a pause keeps that from going on.

        The others say what must happen at last: a pause would only make more late.
        """
        return self.promise.startswith("S")
