"""One row of the table by which error texts are known."""

import re
from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.verdict import Cause


class Place(StrEnum):
    """Where a row's text may appear."""

    TEXT = "text"
    """Anywhere in the message, or as the code: the words are unmistakable."""
    CODE = "code"
    """Only as the whole error code: in a sentence the same word means nothing."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A known error text, what it means, and how we know."""

    name: str
    """Stable: journals, metrics and peers compare it."""
    pattern: re.Pattern[str]
    cause: Cause
    says: str
    """For people: what this text means."""
    source: str
    """Where the text and its meaning were found."""
    place: Place = Place.TEXT
    clear: bool = False
    """Of an outage: the text by itself names the platform, it is more than a suspicion."""


def wording(*alternatives: str) -> re.Pattern[str]:
    """Compile alternatives, without regard to case.

    Linear in the text: an alternative may have no unbounded repetition inside another, and only
    short gaps, which are written `.{0,n}`.
    """
    return re.compile("|".join(alternatives), re.IGNORECASE | re.ASCII)
