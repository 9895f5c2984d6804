"""docs/scenarios.md tells every sentence, every word and every incident, and none that is not."""

import re
from collections.abc import Iterable

import pytest

from aibwatch.cli.simulate.stage import incidents
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.scenario import load
from aibwatch.sim.trouble import MENU
from aibwatch.sim.verbs import EVERYTHING, NTH, RESOURCES, SHARES, VERBS
from aibwatch.sim.weather import Distortion, Op
from house.tree import ROOT

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_the_sentences_are_those_that_are_understood() -> None:
    """In the order of the table that they are read by."""
    passage = PAGE.split("<!-- sentences -->")[1]

    assert passage.strip().splitlines() == ["```", *VERBS, "```"]


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("ending", ENDINGS),
        ("trouble", MENU),
        ("op", [*Op, EVERYTHING]),
        ("resource", RESOURCES),
        ("share", SHARES),
        ("nth", NTH),
        ("distortion", Distortion),
    ],
)
def test_every_word_has_all_it_may_be(word: str, there: Iterable[str]) -> None:
    """A row a word."""
    row = re.search(rf"^\| {word} \| (.+) \|$", PAGE, re.MULTILINE)

    assert row is not None
    assert re.findall(r"`([^`]+)`", row[1]) == list(there)


def test_the_table_has_every_incident() -> None:
    """What happened, what is right, and who says so."""
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| .+ \| .+ \|$", PAGE, re.MULTILINE)

    assert rows == sorted(incidents())


def test_the_example_is_a_timetable() -> None:
    """Whoever copies it has a story to play."""
    example = PAGE.partition("## How to write one")[2].split("```")[1]

    read = load(example)

    assert read.title == "the first comment is the title"
    assert read.expectation.told
