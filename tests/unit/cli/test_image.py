"""`image` against the daemon's own HTTP face: which version to take, and how each came about."""

import json
from dataclasses import replace
from pathlib import Path

from aibwatch.cli.client import RefusedError
from builders import NORTH, WEST
from unit.cli.running import config_for, run, running
from unit.status.snapshots import calm
from unit.status.test_editions import ALL, OURS, a_version, knowing

BOTH = replace(a_version(1), replicated=(NORTH, WEST))


def test_the_latest_version_is_all_that_is_on_stdout(tmp_path: Path) -> None:
    """So that a pipeline can take it as it is; as JSON with all that is known of it."""
    with running(knowing(*ALL)) as daemon:
        words = ("image", "web", "--config", str(config_for(tmp_path, daemon.port)), "--latest")
        result, machine = run(*words), run(*words, "--output", "json")
        there = run(*words, "--region", "West Europe")

    assert result.stdout == f"{OURS.version}\n"
    assert json.loads(machine.stdout)["region"] == NORTH
    assert there.stdout == "/versions/1.0.7\n"


def test_without_a_version_there_is_an_error_and_nothing_on_stdout(tmp_path: Path) -> None:
    """In the daemon's words: none is known, none is there, no such image."""
    with running(knowing(BOTH)) as daemon:
        config = ("--config", str(config_for(tmp_path, daemon.port)))
        nowhere = run("image", "web", "--latest", "--region", "eastus", *config)
        unknown = run("image", "db", "--latest", *config)
        nobody = run("image", "wbe", "--latest", *config)

    for result in (nowhere, unknown, nobody):
        assert isinstance(result.exception, RefusedError)
        assert (result.exception.exit_code, result.stdout) == (2, "")
    assert "is in northeurope, westeurope" in str(nowhere.exception)
    assert "no version of db is known yet" in str(unknown.exception)
    assert "wbe" in str(nobody.exception)


def test_the_versions_are_a_table(tmp_path: Path) -> None:
    """One line each version, newest first; with a region only what is there."""
    with running(knowing(BOTH, *ALL[1:])) as daemon:
        words = ("image", "web", "--config", str(config_for(tmp_path, daemon.port)))
        table, machine = run(*words), run(*words, "--output", "json")
        there = run(*words, "--region", "North Europe", "--output", "json")

    rows = [line.split() for line in table.stdout.splitlines() if line.startswith("1.0.")]
    assert [row[0] for row in rows] == [f"1.0.{number}" for number in range(7, 0, -1)]
    assert rows[5] == ["1.0.2", "northeurope", "web-north", "2026-03-02", "northeurope", "latest"]
    assert json.loads(machine.stdout)["versions"][-1]["replicated"] == [NORTH, WEST]
    assert [each["name"] for each in json.loads(there.stdout)["versions"]] == [
        "1.0.5",
        "1.0.2",
        "1.0.1",
    ]


def test_an_image_without_versions_says_so(tmp_path: Path) -> None:
    """An empty table would look like a fault."""
    with running(calm()) as daemon:
        result = run("image", "web", "--config", str(config_for(tmp_path, daemon.port)))

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no version of web is known yet\n"
