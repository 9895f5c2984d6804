"""Rows that an owner adds to the table by which errors are known (`detection.signatures`)."""

import re
from dataclasses import dataclass

from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause

PREFIX = "own:"
"""Before the name of an owner's row, so that no row of ours ever takes its name."""

PATTERN_MAX = 1_000
"""Characters of a pattern."""
WORK_MAX = 4_000
"""How many ways the gaps of one pattern may be filled, at one place of a text."""

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\(|\)|\{\d*,?\d*\}|.", re.DOTALL)
_BOUNDS = re.compile(r"\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\}")


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """One row: a pattern, and what an error that it matches means."""

    name: str
    pattern: str
    cause: Cause
    says: str = ""
    """For people."""
    where: Where | None = None
    """The only place where it may match; None: anywhere."""


def costs_too_much(pattern: str) -> str:
    """Return why a pattern might take long on some text, "" if it cannot.

    An error text is hostile input. Matching stays linear in it if every repetition has a bound,
    none stands inside another, and their bounds multiply to little.
    """
    if len(pattern) > PATTERN_MAX:
        return f"is longer than {PATTERN_MAX} characters; make two rows of it"
    atoms = _ATOM.findall(pattern)
    if "(?" in atoms:
        return "looks around or names a group; use plain ( ) or (?: )"
    if any(re.fullmatch(r"\\[1-9]", atom) for atom in atoms):
        return "refers back to a group; write the words out"
    return _repetitions(atoms)


def _repetitions(atoms: list[str]) -> str:
    """Say what is wrong with the repetitions of a pattern, "" if nothing is."""
    groups = [_Group()]
    closed: _Group | None = None
    for atom in atoms:
        repeated, closed = closed, None
        if atom.startswith("("):
            groups.append(_Group())
        elif atom == "|":
            groups[-1].next_choice()
        elif atom == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1].take(closed.work)
        elif atom in ("*", "+") or _BOUNDS.fullmatch(atom):
            times = _times(atom)
            if not times:
                return f"repeats without a bound ({atom}); write {{0,200}} in its place"
            if repeated and repeated.work > 1:
                return "repeats what repeats already; write the inner part out"
            groups[-1].take(times)
    work = groups[0].work
    return "" if work <= WORK_MAX else f"has gaps that multiply to {work}; at most {WORK_MAX}"


@dataclass(slots=True)
class _Group:
    """The choices within a pair of brackets, and how many ways the dearest may be filled."""

    dearest: int = 1
    here: int = 1

    @property
    def work(self) -> int:
        return max(self.dearest, self.here)

    def take(self, ways: int) -> None:
        self.here *= ways

    def next_choice(self) -> None:
        self.dearest, self.here = self.work, 1


def _times(atom: str) -> int:
    """Return the most that an atom repeats what is before it, 0 if that has no bound."""
    bounds = _BOUNDS.fullmatch(atom)
    if bounds is None or (bounds["comma"] and not bounds["high"]):
        return 0
    return max(1, int(bounds["high"] or bounds["low"] or 1))
