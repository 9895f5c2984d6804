"""What every command writes: the same keys for programs, and tables of 80 columns for people."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from aibwatch.cli.app import app
from aibwatch.cli.output import table
from unit.cli.keys import found, told, written
from unit.cli.scenes import CASES, Case

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def commands() -> Iterator[str]:
    """Yield every command that has `--output json`."""
    groups = [("", typer.main.get_command(app))]
    for above, command in groups:
        inner = getattr(command, "commands", {})
        groups += [(f"{above} {name}".strip(), each) for name, each in inner.items()]
        if any(each.name == "output" for each in command.params):
            yield above


def test_every_command_for_programs_has_a_case() -> None:
    """So that one that is new is held to its keys too."""
    assert {*commands()} == {each.command for each in CASES}


@each_case
def test_the_answer_to_programs_keeps_its_keys(case: Case, tmp_path: Path) -> None:
    """On stdout is JSON and nothing else. A key may come: enter it, as unit.cli.keys says."""
    known = [each for each in written() if each.startswith(f"{case.name}:")]

    assert known
    assert found(case, tmp_path) == known


@pytest.mark.parametrize(
    "case",
    [each for each in CASES if each.command != "simulate"],  # a story goes on like a log
    ids=lambda case: case.name,
)
def test_people_get_tables_of_80_columns(case: Case, tmp_path: Path) -> None:
    """Sentences are the terminal's to wrap; a row of a table is what has columns far apart."""
    text = told(case, tmp_path).stdout

    rows = [line for line in text.splitlines() if re.search(r"\S {2,}\S", line)]
    assert text
    assert [row for row in rows if len(row) > 80] == []


@pytest.mark.parametrize("columns", range(1, 9))
@pytest.mark.parametrize("length", [1, 64, 400])
def test_a_table_fits_whatever_the_names_are(
    columns: int, length: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of 64 characters without a space, ids of 400; nothing of them is cut off."""
    monkeypatch.setenv("COLUMNS", "80")
    cells = ["abcdefghij"[number] * length for number in range(columns)]

    table("A title", [f"column {number}" for number in range(columns)], [cells])

    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert all(text.count(cell[0]) >= length for cell in cells)
