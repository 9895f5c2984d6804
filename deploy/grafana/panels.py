"""Grafana's JSON in small words: a panel, a row, a dashboard. `generate.py` says what is in them."""

from typing import Any

Json = dict[str, Any]

WIDTH = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
GREEN, YELLOW, ORANGE, RED, GREY = "green", "yellow", "orange", "red", "text"


def panel(kind: str, title: str, says: str, size: tuple[int, int], *queries: Json) -> Json:
    """Return a panel of a width and a height."""
    width, height = size
    targets = [{**each, "refId": chr(65 + i)} for i, each in enumerate(queries)]
    return {
        "type": kind,
        "title": title,
        "description": says,
        "datasource": SOURCE,
        "gridPos": {"w": width, "h": height},
        "targets": targets,
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {},
    }


def query(expr: str, legend: str = "", *, table: bool = False, now: bool = False) -> Json:
    """Return a query; `now`: only its value at the end of the time range."""
    asked: Json = {"datasource": SOURCE, "expr": expr, "legendFormat": legend or "__auto"}
    if table:
        asked["format"] = "table"
    return {**asked, "instant": True, "range": False} if now or table else asked


def stat(title: str, says: str, expr: str, unit: str, *steps: tuple[float | None, str]) -> Json:
    """Return one big number; `steps` are values from which on it has a colour."""
    made = panel("stat", title, says, (4, 4), query(expr, now=True))
    made["fieldConfig"]["defaults"] = {
        "unit": unit,
        "noValue": "none",
        "thresholds": _steps(*(steps or ((None, GREY),))),
    }
    made["options"] = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "background"}
    return made


def lines(title: str, says: str, unit: str, *queries: Json, width: int = 12) -> Json:
    """Return a graph over time."""
    made = panel("timeseries", title, says, (width, 8), *queries)
    made["fieldConfig"]["defaults"] = {"unit": unit, "min": 0, "custom": {"fillOpacity": 10}}
    made["options"] = {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi"},
    }
    return made


def bars(title: str, says: str, unit: str, *queries: Json, width: int = 12) -> Json:
    """Return a graph of stacked counts."""
    made = lines(title, says, unit, *queries, width=width)
    custom = {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal"}}
    made["fieldConfig"]["defaults"]["custom"] = custom
    return made


def states(title: str, says: str, mapping: Json, *queries: Json, width: int = 24) -> Json:
    """Return bands of states over time."""
    made = panel("state-timeline", title, says, (width, 8), *queries)
    made["fieldConfig"]["defaults"] = {"unit": "short", "mappings": [mapping], "custom": {}}
    made["options"] = {"mergeValues": True, "showValue": "auto", "rowHeight": 0.8}
    return made


def heat(title: str, says: str, expr: str) -> Json:
    """Return a heat map of durations."""
    made = panel("heatmap", title, says, (12, 8), {**query(expr, "{{le}}"), "format": "heatmap"})
    made["options"] = {"calculate": False, "yAxis": {"unit": "s"}, "color": {"scheme": "Blues"}}
    made["fieldConfig"]["defaults"] = {"unit": "s"}
    return made


def table(title: str, says: str, units: dict[str, str], *queries: Json, width: int = 24) -> Json:
    """Return queries joined by their labels, a row for each; `units` by the column's title."""
    made = panel("table", title, says, (width, 9), *queries)
    names = {f"Value #{chr(65 + i)}": name for i, name in enumerate(units)}
    made["fieldConfig"]["defaults"] = {"unit": "short"}
    made["fieldConfig"]["overrides"] = [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "unit", "value": unit}],
        }
        for name, unit in units.items()
    ]
    made["transformations"] = [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {"excludeByName": {"Time": True, "job": True}, "renameByName": names},
        },
    ]
    return made


def colours(*values: tuple[int, str, str]) -> Json:
    """Return the words and colours of values."""
    options = {str(value): {"text": text, "color": colour} for value, text, colour in values}
    return {"type": "value", "options": options}


def _steps(*steps: tuple[float | None, str]) -> Json:
    made = [{"value": value, "color": colour} for value, colour in steps]
    return {"mode": "absolute", "steps": made}


def placed(rows: dict[str, list[Json]]) -> list[Json]:
    """Return all panels with their ids and places."""
    found: list[Json] = []
    y = 0
    for title, panels in rows.items():
        found.append(
            {"type": "row", "title": title, "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}}
        )
        y, x, height = y + 1, 0, 0
        for each in panels:
            size = each["gridPos"]
            if x + size["w"] > WIDTH:
                y, x, height = y + height, 0, 0
            found.append({**each, "gridPos": {"x": x, "y": y, **size}})
            x, height = x + size["w"], max(height, size["h"])
        y += height
    return [{"id": number, **each} for number, each in enumerate(found, 1)]


def variable(name: str, metric: str) -> Json:
    """Return a choice among the values of a label."""
    definition = f"label_values({metric}, {name})"
    return {
        "type": "query",
        "name": name,
        "label": name,
        "datasource": SOURCE,
        "definition": definition,
        "query": {"query": definition, "refId": name},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def note(name: str, expr: str, title: str, colour: str) -> Json:
    """Return marks on every graph."""
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "expr": expr,
        "titleFormat": title,
        "iconColor": colour,
        "step": "60s",
    }
