"""docs/commands.md names every command, argument and option in a line of it, and no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from aibwatch.cli.app import app
from house import reference
from house.tree import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
ABOUT_ALL = {"--config", "--output", "--actor"}
"""Told once, around the table."""


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command that can be run, by its words."""
    groups: list[tuple[str, Any]] = [("", typer.main.get_command(app))]
    for above, command in groups:
        inner = getattr(command, "commands", {})
        groups += [(f"{above} {name}".strip(), each) for name, each in inner.items()]
        if not inner:
            yield above, command


COMMANDS = dict(commands())


def options(command: str) -> set[str]:
    """Return the long options of a command."""
    named = (
        name for each in COMMANDS[command].params for name in (*each.opts, *each.secondary_opts)
    )
    return {name for name in named if name.startswith("--")}


def ways(command: str) -> list[str]:
    """Return how the page calls a command, way by way: what stands behind it."""
    return re.findall(rf"^\| `aibwatch {command}\b([^`]*)`", PAGE, re.MULTILINE)


def rows(command: str) -> str:
    """Return the lines of the page that are about a command."""
    return "\n".join(re.findall(rf"^\| `aibwatch {command}\b.*$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_documented_with_its_argument(command: str) -> None:
    """What it is about stands behind it in one of its ways, and only if it takes that."""
    takes = any(each.param_type_name == "argument" for each in COMMANDS[command].params)

    assert ways(command)
    assert any(re.match(r" \[?[A-Z]", each) for each in ways(command)) is takes


@pytest.mark.parametrize(
    ("command", "option"),
    [(each, option) for each in COMMANDS for option in sorted(options(each) - ABOUT_ALL)],
)
def test_an_option_is_documented(command: str, option: str) -> None:
    """As a whole word, so that `--to` is not found in `--token`."""
    assert re.search(rf"{option}(?![\w-])", rows(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_is_documented_is_there(command: str) -> None:
    """A page that is older than the program would send people into usage errors."""
    named = {*re.findall(r"--[a-z][\w-]*", rows(command))}

    assert named <= options(command) | ABOUT_ALL


@pytest.mark.parametrize("option", sorted(ABOUT_ALL))
def test_what_is_common_is_told_around_the_table(option: str) -> None:
    """Once for all."""
    around = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))

    assert option in around


def test_the_reference_is_what_the_commands_say_of_themselves() -> None:
    """It is made of their help; if this fails, run `python tests/house/reference.py`."""
    assert reference.PAGE.read_text(encoding="utf-8") == reference.text()
