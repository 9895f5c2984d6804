"""The shortest story in which a seed still breaks its promise: happenings left out one by one."""

from collections.abc import Sequence
from dataclasses import replace

from aibwatch.cli.simulate.seeds.fate import Death, Fate, Moment, Spell
from aibwatch.cli.simulate.seeds.life import lived
from aibwatch.cli.simulate.seeds.tally import tallied

TRIES = 120
"""So often it is lived through again at most."""


def shortest(fate: Fate, promise: str) -> Fate:
    """Return the fate with as few happenings as needed to break `promise`.

    First half of them is left out, then a quarter, in the end single ones.
    """
    left = TRIES
    size = max(1, len(fate.happenings) // 2)
    while size:
        start = 0
        while start < len(fate.happenings) and left > 0:
            kept = [*fate.happenings[:start], *fate.happenings[start + size :]]
            shorter = only(fate, kept)
            left -= 1
            if breaks(shorter, promise):
                fate = shorter
            else:
                start += size
        size //= 2
    return fate


def only(fate: Fate, happenings: Sequence[Spell | Moment | Death]) -> Fate:
    """Return a fate in which nothing but these things happens."""
    return replace(
        fate,
        spells=tuple(each for each in happenings if isinstance(each, Spell)),
        moments=tuple(each for each in happenings if isinstance(each, Moment)),
        deaths=tuple(each for each in happenings if isinstance(each, Death)),
    )


def breaks(fate: Fate, promise: str) -> bool:
    """Whether a fate breaks a promise."""
    return any(each.promise == promise for each in tallied(lived(fate)).found)
