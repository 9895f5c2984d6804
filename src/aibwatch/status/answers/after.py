"""What is told of an outage that is over (`status.aftermath` makes it)."""

from typing import TypedDict

from aibwatch.status.answers.told import Instant


class Trigger(TypedDict):
    """A trigger that was on and is off, and the command that arms it again."""

    image: str
    template: str
    name: str
    region: str
    since: Instant
    command: str


class Double(TypedDict):
    """A version that is the duplicate of another."""

    image: str
    version: str
    name: str
    region: str
    duplicate_of: str
    winner: str
    winner_region: str
    """"" if the winner is no longer known."""


class Aftermath(TypedDict):
    """What an outage left to look at: so many of each, and how many there are."""

    regions: list[str]
    since: Instant | None
    triggers: list[Trigger]
    triggers_count: int
    twice: list[Double]
    twice_count: int
    look: str | None
