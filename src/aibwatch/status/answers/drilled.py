"""What is told of drills."""

from typing import TypedDict

from aibwatch.status.answers.told import Instant


class Took(TypedDict):
    """How long the phases of a recovery took, in seconds."""

    trigger: float
    build: float
    replicate: float
    total: float


class Recovery(TypedDict):
    """How long recoveries took that drills measured."""

    count: int
    median_seconds: float
    longest_seconds: float


class LastDrill(TypedDict):
    """The newest drill of an image; `seconds` if it went well."""

    failover: str
    ordered: Instant
    outcome: str
    reason: str
    target: str | None
    closed: Instant | None
    version: str | None
    seconds: Took | None


class Blocked(TypedDict):
    """The last drill that was not begun, and why."""

    at: Instant
    says: str


class DrillVersion(TypedDict):
    """A version that a drill made, and the command that removes it."""

    version: str
    name: str
    made: Instant | None
    cost: str
    remove: str


class Drill(TypedDict):
    """What is told of an image's drills."""

    template: str | None
    ready: bool | None
    last: LastDrill | None
    blocked: Blocked | None
    proven: Instant | None
    due: Instant | None
    recovery: Recovery | None
    versions: list[DrillVersion]


class Drills(TypedDict):
    """The next drill of all."""

    next: Instant | None
    image: str | None
    recovery: Recovery | None
