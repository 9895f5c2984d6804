"""deploy/prometheus/alerts.yaml asks only for metrics and labels that there are."""

import re
from typing import Any

import pytest
import yaml

from aibwatch.status import catalogue
from house.tree import ROOT

RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
LABELS = {each.name: set(each.labels) for each in catalogue.ALL}
OWN = {"job"}
"""Labels that Prometheus adds by itself."""
SEVERITIES = {"critical", "warning", "info", "none"}
MATCHED = re.compile(r"(aibwatch_\w+)(?:\{([^}]*)\})?")
GROUPED = re.compile(r"(?:by|on|group_left) \(([\w, ]*)\)")

IDS = [f"{each['alert']}-{each['labels']['severity']}" for each in ALERTS]


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_asks_for_what_is_exported(alert: dict[str, Any]) -> None:
    """Every metric is in the catalogue, and every label that is matched is its own."""
    for name, matchers in MATCHED.findall(alert["expr"]):
        asked = set(re.findall(r"(\w+)(?:=|!)", matchers))

        assert name in LABELS
        assert asked <= LABELS[name] | OWN


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_groups_and_tells_by_labels_that_its_metrics_have(alert: dict[str, Any]) -> None:
    """A label that no metric in the expression has would always be empty."""
    names = [name for name, _ in MATCHED.findall(alert["expr"])]
    there = OWN.union(*(LABELS[name] for name in names))
    grouped = {each for group in GROUPED.findall(alert["expr"]) for each in group.split(", ")}
    told = set(re.findall(r"\$labels\.(\w+)", str(alert["annotations"])))

    assert grouped - {""} <= there
    assert told <= there


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_can_be_routed_and_read(alert: dict[str, Any]) -> None:
    """Its name begins alike, it has severity and scope, and it says what happened in a sentence."""
    assert alert["alert"].startswith("Aibwatch")
    assert alert["labels"]["severity"] in SEVERITIES
    assert alert["labels"]["scope"] in {"daemon", "region", "template", "image"}
    assert alert["annotations"]["summary"].endswith(".")
    assert len(alert["annotations"]["description"]) > len(alert["annotations"]["summary"]) / 2


def test_every_alert_is_documented() -> None:
    """docs/running.md tells what each means, and none that is not there."""
    page = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    written = re.findall(r"^\| `(Aibwatch\w+)` \|", page, re.MULTILINE)

    assert set(written) == {each["alert"] for each in ALERTS}
