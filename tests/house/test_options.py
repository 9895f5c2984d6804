"""docs/commands.md names every option of every command, in a line of that command."""

import re
from collections.abc import Iterator

import pytest
import typer.main

from aibwatch.cli.app import app
from house.tree import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
ABOUT_ALL = {"--config", "--output", "--actor"}
"""Told once, around the table."""


def options() -> Iterator[tuple[str, str]]:
    """Return every command with each long option of its own."""
    groups = [("", typer.main.get_command(app))]
    for above, command in groups:
        inner = getattr(command, "commands", {})
        groups += [(f"{above} {name}".strip(), each) for name, each in inner.items()]
        if not inner:
            long = (name for each in command.params for name in each.opts if name[:2] == "--")
            yield from ((above, each) for each in sorted({*long} - ABOUT_ALL))


@pytest.mark.parametrize(("command", "option"), [*options()])
def test_an_option_is_documented(command: str, option: str) -> None:
    """As a whole word, so that `--to` is not found in `--token`."""
    rows = re.findall(rf"^\| `aibwatch {command}\b.*$", PAGE, re.MULTILINE)

    assert re.search(rf"{option}(?![\w-])", "\n".join(rows))


@pytest.mark.parametrize("option", sorted(ABOUT_ALL))
def test_what_is_common_is_told_around_the_table(option: str) -> None:
    """Once for all."""
    around = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))

    assert option in around
