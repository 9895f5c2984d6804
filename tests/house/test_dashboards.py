"""deploy/grafana: what is kept is what the generator makes, and a panel says what it shows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from house.boards import BOARDS, FOLDER

PANELS = [
    pytest.param(each, id=f"{name}-{each['title']}")
    for name, board in BOARDS.items()
    for each in board["panels"]
    if each["type"] != "row"
]


def test_what_is_kept_is_what_the_generator_makes(tmp_path: Path) -> None:
    """Nobody edits the JSON: `python deploy/grafana/generate.py` would undo it."""
    subprocess.run([sys.executable, str(FOLDER / "generate.py"), str(tmp_path)], check=True)

    made = {each.name: each.read_text(encoding="utf-8") for each in tmp_path.iterdir()}
    assert made == {each.name: each.read_text("utf-8") for each in FOLDER.glob("*.json")}


def test_dashboards_can_be_linked_to() -> None:
    """Their uids are those that the alerts name, and never change."""
    assert {name: each["uid"] for name, each in BOARDS.items()} == {
        "overview": "aibwatch-overview",
        "failover": "aibwatch-failover",
        "daemon": "aibwatch-daemon",
    }


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_a_dashboard_belongs_to_no_installation(board: dict[str, Any]) -> None:
    """Data source and job are chosen, each variable is used, no panel lies on another."""
    names = {each["name"] for each in board["templating"]["list"]}
    text = json.dumps(board["panels"])
    places = [_cells(each["gridPos"]) for each in board["panels"]]

    assert board["editable"] is False
    assert {"datasource", "job"} <= names
    assert all(f"${each}" in text or f"${{{each}}}" in text for each in names)
    assert sum(map(len, places)) == len(set().union(*places))
    assert len({each["id"] for each in board["panels"]}) == len(board["panels"])


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_and_in_what(panel: dict[str, Any]) -> None:
    """A sentence, a unit, and the data source of the variable."""
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"]["uid"] == "${datasource}"
    assert panel["targets"]
    for target in panel["targets"]:
        assert "$job" in target["expr"]


def _cells(place: dict[str, int]) -> set[tuple[int, int]]:
    assert place["x"] + place["w"] <= 24
    return {
        (x, y)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    }
