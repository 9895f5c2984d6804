"""Entries about our own affairs: who took the journal, what left it, what people were told."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.chain import Gap


@dataclass(frozen=True, slots=True)
class Booted:
    """A daemon took the journal and with it the right to act; its epoch is one more (S4)."""

    at: datetime
    epoch: int
    version: str
    """Of the program, and with it of the signatures that errors are known by."""
    config: str = ""
    """Hash of the configuration that holds for this epoch (PROMISES S39)."""
    holder: str = ""
    """Which replica it is: its machine and process."""


@dataclass(frozen=True, slots=True)
class Configured:
    """Another configuration holds from here on, by its hash (PROMISES S39, S42)."""

    at: datetime
    config: str


@dataclass(frozen=True, slots=True)
class Compacted:
    """Old records were taken out that nothing rests on any more."""

    at: datetime
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Notified:
    """A channel took a notification, so that it is not told there again."""

    at: datetime
    channel: str
    notification: str
    """Its id."""
    key: str
    resolved: bool = False
