"""What a secondary builds otherwise than its primary, leaf by leaf (PROMISES S29)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from aibwatch.model.blueprint import Blueprint

ABSENT = "-"
"""Stands for the value of a leaf that one of the two does not have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One leaf that is not the same in both."""

    path: str
    primary: str
    """As JSON, shortened; ABSENT if it has none."""
    secondary: str

    def __str__(self) -> str:
        """Return path and both values, as a person reads them."""
        return f"{self.path}: {self.primary} in the primary, {self.secondary} here"


def differences(
    primary: Blueprint, secondary: Blueprint, allowed: Iterable[str] = ()
) -> tuple[Difference, ...]:
    """Return where the recipes differ, in order of path, but for what is allowed to."""
    if primary.recipe == secondary.recipe:  # of nearly all, and then mostly one object
        return ()
    one = {each.path: each.value for each in primary.recipe.leaves}
    other = {each.path: each.value for each in secondary.recipe.leaves}
    patterns = [_pattern(each) for each in allowed]
    return tuple(
        Difference(path, one.get(path, ABSENT), other.get(path, ABSENT))
        for path in sorted(one.keys() | other.keys())
        if one.get(path) != other.get(path) and not any(pattern.match(path) for pattern in patterns)
    )


@lru_cache(maxsize=1024)
def _pattern(allowed: str) -> re.Pattern[str]:
    """Return what matches a path and all below it; `[*]` is any index."""
    return re.compile(re.escape(allowed).replace(r"\[\*\]", r"\[\d+\]") + r"(?=[.\[]|$)")
