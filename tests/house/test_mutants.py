"""Each promise has mutants, and each mutant its one place in the source and tests that are there.

`make mutants` makes them one by one; here it is only seen to that it could.
"""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from house.tree import ROOT
from mutants.mutant import Mutant
from mutants.run import Fate
from mutants.table import MUTANTS
from mutants.tally import Tally, keep, strangers, tallies

HELD = re.findall(
    r"^\*\*([SL]\d+)\*\*", (ROOT / "docs/promises.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[each.name for each in MUTANTS])
def test_a_mutant_has_its_one_place_and_its_tests(mutant: Mutant) -> None:
    """What it replaces stands there once, what it makes is Python, and who must notice exists."""
    changed = mutant.applied()

    ast.parse(changed)
    for test in mutant.tests:
        path, _, name = test.partition("[")[0].partition("::")
        assert (ROOT / path).is_file(), test
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") or not name, test


def test_every_promise_that_is_held_has_a_mutant() -> None:
    """A promise that no bug can break is decoration."""
    assert set(HELD) - {each.promise for each in MUTANTS} == set()


def test_mutants_are_told_apart() -> None:
    """By their names, and by what they do or who must notice."""
    assert len({each.name for each in MUTANTS}) == len(MUTANTS)
    assert len({(m.file, m.old, m.new, m.tests) for m in MUTANTS}) == len(MUTANTS)


def test_a_mutant_without_its_place_is_an_error() -> None:
    """Code that changed must not make a mutant of nothing, which nobody would notice."""
    gone = Mutant("S1", "of nothing", "model/names.py", "no such line", "", ())
    twice = Mutant("S1", "of two", "model/names.py", "def ", "", ())

    for each in (gone, twice):
        with pytest.raises(ValueError, match="not once"):
            each.applied()


def test_the_tally_of_a_run_is_kept_by_promise(tmp_path: Path) -> None:
    """Killed, made, and what is in the table and was not made yet."""
    first, last = MUTANTS[0], MUTANTS[-1]
    other, new = replace(first, what="another bug"), replace(first, what="a new bug")
    told = [Fate(first, "test_it", 1.0), Fate(other, "", 1.0), Fate(last, "", 1.0, "pytest: 4")]
    path = tmp_path / "guarantees.json"

    before = tallies([first], path)
    keep(told, path)

    assert before == {first.promise: Tally(0, 0, 1)}
    assert tallies([first, other, last, new], path) == {
        first.promise: Tally(1, 2, 1),
        last.promise: Tally(0, 1),
    }
    assert strangers(path) == {other.name}


def test_what_was_counted_is_in_the_table() -> None:
    """A bug that nobody makes any more is no evidence."""
    assert strangers() == set()
