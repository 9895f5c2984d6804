"""The dashboards that are shipped, and what they ask."""

import json
import re
from collections.abc import Iterator
from typing import Any

from house.tree import ROOT

FOLDER = ROOT / "deploy/grafana"
BOARDS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}
VARIABLES = {"$__rate_interval": "5m"}


def dashboard_queries() -> Iterator[tuple[str, str, str]]:
    """Return every query by where it stands, with Grafana's own variables filled in, and legend."""
    for name, board in BOARDS.items():
        for panel in board["panels"]:
            for target in panel.get("targets", ()):
                where = f"{name}: {panel['title']}"
                yield where, _filled(target["expr"]), target.get("legendFormat", "")
        for note in board["annotations"]["list"]:
            yield f"{name}: {note['name']}", _filled(note["expr"]), note["titleFormat"]
        for variable in board["templating"]["list"]:
            asked = re.fullmatch(r"label_values\((.*), (\w+)\)", variable.get("definition", ""))
            if asked:
                query = f"count by ({asked[2]}) ({_filled(asked[1])})"
                yield f"{name}: ${variable['name']}", query, ""


def _filled(query: str) -> str:
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    return query
