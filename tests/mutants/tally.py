"""What the last run of all mutants came to, as the README shows it beside the promises."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import counts
from mutants.mutant import Mutant
from mutants.run import Fate
from mutants.table import MUTANTS


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one promise."""

    killed: int = 0
    total: int = 0
    """Of those that were made."""
    waiting: int = 0
    """Mutants that are in the table and were not made yet."""


def keep(fates: Iterable[Fate], path: Path = counts.KEPT) -> None:
    """Write down what became of the mutants."""
    killed: dict[str, dict[str, bool]] = {}
    for each in fates:
        killed.setdefault(each.mutant.promise, {})[each.mutant.what] = each.killed
    counts.keep("mutants", {"killed": killed}, path)


def strangers(path: Path = counts.KEPT) -> set[str]:
    """Return the mutants that were counted and are no more in the table."""
    counted = {f"{promise} {what}" for promise, known in _known(path).items() for what in known}
    return counted - {each.name for each in MUTANTS}


def tallies(mutants: Iterable[Mutant] = MUTANTS, path: Path = counts.KEPT) -> dict[str, Tally]:
    """Return by promise how many of its mutants the last run killed."""
    known = _known(path)
    found: dict[str, Counter[str]] = {}
    for each in mutants:
        killed = known.get(each.promise, {}).get(each.what)
        mine = found.setdefault(each.promise, Counter())
        mine.update(["waiting"] if killed is None else ["total"])
        mine["killed"] += bool(killed)
    return {promise: Tally(**each) for promise, each in found.items()}


def _known(path: Path) -> Mapping[str, Mapping[str, bool]]:
    found: Mapping[str, Mapping[str, bool]] = counts.counted("mutants", path).get("killed", {})
    return found
