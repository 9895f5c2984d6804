"""What many answers have in common: instants, reasons, evidence."""

from typing import TypedDict


class Instant(str):
    """A time in ISO 8601, in UTC."""

    __slots__ = ()


class Says(TypedDict):
    """A reason with its words."""

    reason: str
    says: str


class Decided(Says):
    """What was decided, and when it is decided anew at the latest."""

    wake_at: Instant | None


class Hold(Says):
    """A guard that holds."""

    until: Instant | None


class Evidence(TypedDict):
    """One reason to believe that the platform failed."""

    family: str
    says: str


class Item(TypedDict):
    """One readiness item; `gates` says whether it holds a failover while it is not green."""

    check: str
    colour: str
    gates: bool
    says: str
    seen: Instant | None
    page: str | None


class Pause(TypedDict):
    """A pause in force."""

    scope: str
    reason: str
    actor: str
    since: Instant
    until: Instant | None


class Problem(TypedDict):
    """What went wrong, and the remedy."""

    status: int
    message: str


class Refused(TypedDict):
    """The answer to whatever cannot be answered."""

    error: Problem
