"""What the last run of all mutants came to, for whoever wants to show it beside the promises."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mutants.mutant import ROOT
from mutants.run import Fate

LAST = ROOT / "build" / "mutants.json"
"""Not kept: it is made by `make mutants`."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one promise."""

    killed: int
    total: int


def keep(fates: Iterable[Fate], path: Path = LAST) -> None:
    """Write down what became of the mutants."""
    told = [
        {
            "promise": each.mutant.promise,
            "what": each.mutant.what,
            "killed": each.killed,
            "by": each.killed_by,
            "seconds": round(each.seconds, 1),
        }
        for each in fates
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def tallies(path: Path = LAST) -> dict[str, Tally]:
    """Return by promise how many of its mutants the last run killed; nothing if there was none."""
    if not path.exists():
        return {}
    found: dict[str, Tally] = {}
    for each in json.loads(path.read_text(encoding="utf-8")):
        known = found.get(each["promise"], Tally(0, 0))
        found[each["promise"]] = Tally(known.killed + each["killed"], known.total + 1)
    return found
