"""What is told of versions (`status.editions` makes it)."""

from typing import TypedDict

from aibwatch.status.answers.told import Instant


class Edition(TypedDict):
    """A version of an image, with the run that made it."""

    version: str
    template: str
    region: str
    started: Instant
    published: Instant
    complete: Instant | None
    replicated: list[str]
    failover: str | None
    duplicate_of: str
    excluded: bool


class Version(Edition):
    """One of all versions of an image; `note` is what sets it apart, in words."""

    name: str
    template_name: str
    latest: bool
    note: str


class Latest(Edition):
    """The version of an image to take."""

    image: str
    name: str
