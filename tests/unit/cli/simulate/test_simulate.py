"""`aibwatch simulate`, as a person and as a program call it."""

import json
from pathlib import Path

import pytest

from aibwatch.cli.simulate import telling
from aibwatch.errors import ConfigError
from aibwatch.sim.scenario import load
from unit.cli.running import run

TYPE = "providers/Microsoft.VirtualMachineImages/imageTemplates"
CONFIG = f"""images:
  - name: mine
    mode: MODE
    templates:
      - /subscriptions/00000000-0000-0000-0000-000000000005/resourceGroups/a/{TYPE}/mine-1
      - /subscriptions/00000000-0000-0000-0000-000000000005/resourceGroups/b/{TYPE}/mine-2
"""
STORY = """# a region is down
source nobody
image web westeurope northeurope
image db uksouth northeurope
image rhel swedencentral northeurope
builds take 20m
lasts 2h
at 30m westeurope builds fail with generic text
at 31m run web in westeurope
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Return the file of a timetable that says nothing of its end."""
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    return path


def configured(folder: Path, mode: str, more: str = "") -> str:
    """Return the path of a configuration of one image."""
    path = folder / "mine.yaml"
    path.write_text(CONFIG.replace("MODE", mode) + more)
    return str(path)


def test_the_list_names_every_scenario_with_its_source() -> None:
    """So that one can be chosen."""
    rows = json.loads(run("simulate", "--list", "--output", "json").stdout)

    named = {each["name"]: each for each in rows}
    assert "azvmimagebuilder#101" in named["no-logs"]["sources"][0]
    assert named["regional-outage"]["title"]
    assert "no-logs" in run("simulate", "--list").stdout


def test_a_story_is_told_from_its_start_with_its_sum(story: Path) -> None:
    """What happened, was seen, judged, decided and done, and how it ended."""
    story.write_text(STORY + "expects failover of web\n")

    result = run("simulate", "--scenario", str(story))

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[:2] == ["a region is down", "source: nobody"]
    assert "   00:30:00  azure                 westeurope builds fail with generic text" in lines
    assert any("build it elsewhere" in each for each in lines)
    assert "images saved        web" in lines
    assert lines[-1] == "It ended as it should."


def test_a_program_gets_the_same_as_json(story: Path) -> None:
    """One object, with the story in it."""
    told = json.loads(run("simulate", "--scenario", str(story), "--output", "json").stdout)

    assert told["title"] == "a region is down"
    assert {each["kind"] for each in told["story"]} >= {"azure", "seen", "judged", "done"}
    assert told["saved"] == ["web"]


def test_a_wrong_end_is_told_and_exits_1(story: Path) -> None:
    """What differs stands above the last line."""
    story.write_text(STORY + "expects no outage\nat most 1 needless\n")

    result = run("simulate", "--scenario", str(story))

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == [
        "believed out: westeurope; right: none",
        "It ended not as it should.",
    ]


def test_a_story_without_an_answer_is_not_judged(story: Path) -> None:
    """It is told, and nothing is needless in it."""
    result = run("simulate", "--scenario", str(story))

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "The timetable does not say how it should end."


@pytest.mark.parametrize(
    ("mode", "ending"),
    [("auto", "images saved        mine"), ("observe", "held by mode alone  mine")],
)
def test_the_own_fleet_plays_it_in_its_own_mode(story: Path, mode: str, ending: str) -> None:
    """Who plays whom, and where, is said; an image that is only observed is not moved."""
    story.write_text(STORY + "expects failover of web\n")
    config = configured(story.parent, mode)

    result = run("simulate", "--scenario", str(story), "--config", config)

    assert result.exit_code == 0
    assert "mine plays web: westeurope, northeurope" in result.stdout
    assert ending in result.stdout.splitlines()


def test_residency_is_left_out_as_the_regions_are_the_scenarios(story: Path) -> None:
    """An image that may only be in France plays in West Europe all the same."""
    config = configured(story.parent, "auto", "    allowed_regions: [francecentral]\n")

    result = run("simulate", "--scenario", str(story), "--config", config)

    assert "images saved        mine" in result.stdout.splitlines()


def test_the_own_policy_decides(story: Path) -> None:
    """Who asks for more families than can speak is told what that costs."""
    story.write_text(STORY + "expects failover of web\n")
    config = configured(story.parent, "auto", "detection: {families: 3}\n")

    result = run("simulate", "--scenario", str(story), "--config", config)

    assert result.exit_code == 1
    assert "missed: mine" in result.stdout


@pytest.mark.parametrize("words", [[], ["--all", "--list"], ["--list", "--scenario", "no-logs"]])
def test_one_thing_is_to_be_asked_for(words: list[str]) -> None:
    """Neither none nor two."""
    result = run("simulate", *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "say one of --scenario NAME, --all, --seeds N and --list" in result.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [("nothing", "is no scenario; there is: "), ("nowhere.txt", "give the path of a timetable")],
)
def test_what_cannot_be_played_is_said_with_what_can(name: str, said: str) -> None:
    """A name that is not there, or a file."""
    result = run("simulate", "--scenario", name)

    assert isinstance(result.exception, ConfigError)
    assert said in str(result.exception.problems)


def test_the_table_of_all_fits_a_terminal_and_says_what_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line an incident; the command fails if one of them did not end as it should."""
    two = {
        "good": load(STORY + "expects failover of web\n"),
        "bad": load(STORY + "expects none\nMicrosoft knew after 7d\n"),
    }
    monkeypatch.setattr(telling, "incidents", lambda: two)

    result = run("simulate", "--all")

    rows = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert ["good", "7m", "10m", "?", "1", "0", "0", "yes"] in rows
    assert ["bad", "7m", "10m", "7d0h", "1", "1", "0", "no"] in rows
    assert "bad: 1 needless failovers, at most 0 expected" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
