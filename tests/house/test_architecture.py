"""The map in docs/architecture.md shows what is there."""

import re
from pathlib import Path

from aibwatch.model.failover import TABLE, Phase
from house.diagram import mermaid

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_diagram_is_the_table() -> None:
    """The passage between its markers is what the table draws, so it cannot lie."""
    passage = MAP.split("<!-- phases -->")[1]

    assert passage.strip() == f"```mermaid\n{mermaid()}\n```", "python tests/house/diagram.py"


def test_the_diagram_draws_every_move() -> None:
    """One line a move, besides the beginning and the end."""
    lines = mermaid().splitlines()

    assert len(lines) == len(TABLE) + 3
    assert all(any(phase in line for line in lines) for phase in Phase)


def test_every_package_is_on_the_map() -> None:
    """A package that nobody drew is one that nobody finds."""
    source = ROOT / "src" / "aibwatch"
    there = {path.parent.name for path in source.glob("*/__init__.py")}
    drawn = set(re.findall(r"^  (\w+)/", MAP, re.MULTILINE))

    assert drawn == there


def test_every_file_that_the_map_names_exists() -> None:
    """A path in backquotes is a path in the tree."""
    named = re.findall(r"`((?:src|tests|docs)/[\w./]+)`", MAP)

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
