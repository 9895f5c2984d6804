"""One row of the table by which error texts are known."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause


class Place(StrEnum):
    """Where in an error a row's text may stand."""

    TEXT = "text"
    """Anywhere in the message, or as a code: the words are unmistakable."""
    CODE = "code"
    """Only as a whole error code: in a sentence the same word means nothing."""


class Sure(StrEnum):
    """How much the text by itself says about whose fault it is."""

    CLEAR = "clear"
    """An outage, and the text names the platform itself: more than a suspicion."""
    USUAL = "usual"
    """As the cause goes."""
    OPEN = "open"
    """Most often this cause, but others say the very same: only a suspicion."""


class Found(NamedTuple):
    """Where in a text something was found."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Alternatives, each with a word that stands in all it matches.

    That word is looked for first, as this costs a hundredth of looking for the pattern.
    """

    alternatives: tuple[tuple[str, re.Pattern[str]], ...]

    def first(self, plain: str) -> Found | None:
        """Return where in a text of small letters the first of them stands."""
        spans = [
            found.span()
            for anchor, pattern in self.alternatives
            if anchor in plain and (found := pattern.search(plain))
        ]
        return Found(*min(spans)) if spans else None

    def is_all(self, plain: str) -> bool:
        """Whether one of them is the whole of a text of small letters."""
        return any(pattern.fullmatch(plain) for _, pattern in self.alternatives)


@dataclass(frozen=True, slots=True)
class Signature:
    """A known error text, what it means, and how we know."""

    name: str
    """Stable: journals, metrics and peers compare it."""
    wording: Wording
    cause: Cause
    says: str
    """For people: what this text means."""
    source: str
    """Where the text and its meaning were found."""
    place: Place = Place.TEXT
    sure: Sure = Sure.USUAL
    where: frozenset[Where] = frozenset()
    """The only places where it may match; empty: anywhere."""


_CLASS = re.compile(r"(?:\\.|[^\]])*\]")
_ESCAPE_OF_CLASS = frozenset("bdsw")


def wording(*alternatives: str) -> Wording:
    r"""Compile alternatives, without regard to case.

    Linear in the text: an alternative may have no unbounded repetition, and only short gaps, which
    are written `.{0,n}`. Escapes are `\b \d \s \w` and signs, as the rest is made small.
    """
    lower = [each.lower() for each in alternatives]
    return Wording(tuple((anchor(each), re.compile(each, re.ASCII)) for each in lower))


def anchor(pattern: str) -> str:
    """Return the longest run of plain characters that is in all that a pattern matches."""
    runs, depth, at = [""], 0, 0
    while at < len(pattern):
        sign = pattern[at]
        at += 1
        if sign == "\\":
            sign = pattern[at]
            at += 1
            _extend(runs, "" if sign in _ESCAPE_OF_CLASS or depth else sign)
        elif sign == "[":
            inside = _CLASS.match(pattern, at)
            at = inside.end() if inside else at
            runs.append("")
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            runs.append("")
        elif sign in "?{":
            runs[-1:] = [runs[-1][:-1], ""]
            at = pattern.index("}", at) + 1 if sign == "{" else at
        else:
            _extend(runs, "" if sign in ".^$" or depth else sign)
    return max(runs, key=len)


def _extend(runs: list[str], sign: str) -> None:
    """Go on with the run that is being read, or end it."""
    if sign:
        runs[-1] += sign
    else:
        runs.append("")
