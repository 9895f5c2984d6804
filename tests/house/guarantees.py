"""Puts the table of guarantees into README.md; `PYTHONPATH=tests python tests/house/guarantees.py`.

A line for each promise of docs/promises.md: its first sentence, how many deliberate bugs aimed at
it were noticed, the drawn lives in which it was judged, whether a monitor watches it while aibwatch
runs, and the first test that shows it. The counts are those of the last whole runs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import counts
from aibwatch.journal.monitors.every import PROMISES as WATCHED
from aibwatch.sim.checkers.all import CHECKERS
from mutants.tally import Tally, tallies

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "promises.md"
MARKED = re.compile(r"(<!-- guarantees -->\n).*?(<!-- guarantees -->)", re.DOTALL)
PROMISE = re.compile(
    r"^\*\*([SL]\d+)\*\* \*(.+?)\*(?=\s)(.*?)(?=^\*\*|^#)", re.MULTILINE | re.DOTALL
)
SHOWN = re.compile(r"`(tests/(\w+)/[\w/.]+)::(\w+)`")
JUDGED = frozenset(promise for checker in CHECKERS for promise in checker.promises)
Counts = Mapping[str, Any]
INTRO = """\
- *Bugs caught*: built in on purpose, and noticed by a test (`make mutants`, {mutants}).
- *Lives*: drawn at random and judged by what really happened in them (`make soak`, {lives};
  simulated years: {years}, requests to run: {requests}). So is every case of one failure in which a
  daemon dies or stands still, or is paused, or both, at any step ({scope}; cases: {cases}).
- *Watched*: has a [monitor](docs/monitors.md) while aibwatch runs.

"""
HEAD = """\
| Promise | What holds | Bugs caught | Lives | Watched | Test |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One promise, as it is told to who reads of it first."""

    number: str
    says: str
    test: str
    """A link to the first test that shows it."""


def guarantees() -> list[Guarantee]:
    """Return every promise that is held. Raises ValueError if one has no name or no test."""
    text = PAGE.read_text(encoding="utf-8")
    found = [
        Guarantee(each[1], each[2], _link(each[1], each[3])) for each in PROMISE.finditer(text)
    ]
    numbers = re.findall(r"^\*\*([SL]\d+)\*\*", text, re.MULTILINE)
    if [each.number for each in found] != numbers:
        message = f"no first sentence: {set(numbers) - {each.number for each in found}}"
        raise ValueError(message)
    return found


def _link(number: str, text: str) -> str:
    shown = SHOWN.search(text)
    if shown is None:
        message = f"{number} is shown by no test"
        raise ValueError(message)
    path, folder, name = shown.groups()
    return f'[{folder}]({path} "{name}")'


def table() -> Iterator[str]:
    """Yield the passage of the README, line by line."""
    lives, scope = counts.counted("lives"), counts.counted("scope")
    yield _when(counts.counted("mutants"), lives, scope)
    yield HEAD
    bugs = tallies()
    for each in guarantees():
        caught = _caught(bugs.get(each.number, Tally()))
        lived = f"{lives.get('seeds', 0):,}" if each.number in JUDGED else ""
        watched = "yes" if each.number in WATCHED else ""
        yield f"| {each.number} | {each.says} | {caught} | {lived} | {watched} | {each.test} |\n"


def _caught(tally: Tally) -> str:
    waiting = f", {tally.waiting} not yet made" if tally.waiting else ""
    return f"{tally.killed} of {tally.total}{waiting}"


def _when(mutants: Counts, lives: Counts, scope: Counts) -> str:
    """Return what the columns say, when it was counted, and what it came to besides."""
    return INTRO.format(
        mutants=_on(mutants),
        lives=_on(lives),
        scope=_on(scope),
        years=_number(lives.get("years")),
        requests=_number(lives.get("requests")),
        cases=_number(scope.get("cases")),
    )


def _on(part: Mapping[str, Any]) -> str:
    return str(part.get("on", "not yet run"))


def _number(count: float | None) -> str:
    return "not yet counted" if count is None else f"{count:,}"


def renewed(text: str) -> str:
    """Return the README with the table as it is now."""
    return MARKED.sub(lambda found: f"{found[1]}{''.join(table())}{found[2]}", text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
