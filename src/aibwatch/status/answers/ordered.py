"""What orders are answered."""

from typing import Literal, NotRequired, TypedDict

from aibwatch.status.answers.told import Hold, Instant, Pause


class Paused(TypedDict):
    """The scope that is paused, and why."""

    paused: str
    reason: str
    until: Instant | None


class Resumption(TypedDict):
    """The scope that is resumed; `still` are the pauses that stand yet."""

    resumed: str
    reason: str
    still: list[Pause]


class Said(TypedDict):
    """The word on a region as it was entered."""

    region: str
    out: bool
    reason: str
    actor: str
    until: Instant | None


class Acknowledged(TypedDict):
    """The image whose failover a person has looked at."""

    acknowledged: str
    reason: str


class Reloading(TypedDict):
    """The sections of the configuration that change with the next beat."""

    changed: list[str]


class Red(TypedDict):
    """A readiness item that is red on a plan's target."""

    check: str
    says: str
    accepted: bool
    acceptable: bool


class Plan(TypedDict):
    """What an order would do; `order` is its id, null after a dry run."""

    kind: Literal["build", "failover", "failback", "drill"]
    image: str
    plan: str
    request: str | None
    target: str | None
    target_name: str | None
    region: str | None
    red: list[Red]
    needed: list[str]
    held_by: list[Hold]
    skipped: list[Hold]
    warnings: list[str]
    refused: str | None
    order: str | None


class OrderTold(TypedDict):
    """What became of an order; from `failover` on once it is carried out."""

    order: str
    image: str
    state: Literal["waiting", "building", "ended"]
    says: str
    failover: NotRequired[str]
    phase: NotRequired[str]
    target: NotRequired[str | None]
    outcome: NotRequired[str | None]
    good: NotRequired[bool | None]
    version: NotRequired[str | None]
    closed: NotRequired[Instant | None]
