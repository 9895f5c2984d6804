"""Every alert can be read, routed and followed up, and is the same in Kubernetes."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from aibwatch.cli.app import app
from alerts.rules import ALERTING, ALERTS, FOLDER, RECORDING, Alert, groups
from house.boards import BOARDS
from house.tree import ROOT

RUNBOOKS = (ROOT / "docs/runbooks.md").read_text(encoding="utf-8")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(
        r"^## (Aibwatch\w+)\n(.*?)(?=^## |\Z)", RUNBOOKS, re.MULTILINE | re.DOTALL
    )
}
PARTS = ("**Means.**", "**Urgent.**", "**Look.**", "**Do.**", "**Wake.**", "**Avoid.**")
PAGE = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
IDS = [each.key for each in ALERTS]


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_can_be_routed_and_read(alert: Alert) -> None:
    """Its name begins alike, it has severity and scope, and its summary is one fixed sentence."""
    labels, told = alert.rule["labels"], alert.rule["annotations"]

    assert alert.name.startswith("Aibwatch")
    assert labels["severity"] in {"critical", "warning", "info", "none"}
    assert labels["scope"] in {"daemon", "region", "template", "image"}
    assert re.fullmatch(r"[^{}]+\.", told["summary"])
    assert len(told["description"]) > len(told["summary"]) / 2


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_leads_to_its_runbook_and_a_dashboard(alert: Alert) -> None:
    """Both links end at something that is there."""
    told = alert.rule["annotations"]
    board = re.fullmatch(
        r"https://grafana\.example/d/(aibwatch-\w+)(?:\?.*)?", told["dashboard_url"]
    )

    assert told["runbook_url"] == f"https://docs.example/aibwatch/runbooks.md#{alert.name.lower()}"
    assert alert.name in SECTIONS
    assert board
    assert board[1] in {each["uid"] for each in BOARDS.values()}
    for variable in re.findall(r"var-(\w+)=", told["dashboard_url"]):
        named = {
            each["name"]
            for each in BOARDS[board[1].removeprefix("aibwatch-")]["templating"]["list"]
        }
        assert variable in named


def test_there_is_a_runbook_for_every_alert_and_for_nothing_else() -> None:
    """A section for each, in the order of the page of alerts."""
    listed = dict.fromkeys(re.findall(r"^\| \[(Aibwatch\w+)\]", PAGE, re.MULTILINE))

    assert set(SECTIONS) == {each.name for each in ALERTS}
    assert list(SECTIONS) == list(listed)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_runbook_can_be_followed(name: str) -> None:
    """What it means, how urgent it is, where to look, what to do, whom to wake, what to avoid.

    All six in this order, none empty.
    """
    places = [SECTIONS[name].find(part) for part in PARTS]

    assert -1 not in places
    assert places == sorted(places)
    assert all(len(part.strip()) > 6 for part in re.split(r"\*\*\w+\.\*\*", SECTIONS[name])[1:])


def test_a_runbook_names_only_commands_and_options_that_there_are() -> None:
    """Whoever is woken at night copies them."""
    inline = re.findall(r"`(aibwatch [^`\n]+)`", RUNBOOKS)
    fences = re.findall(r"^```sh\n(.*?)^```", RUNBOOKS, re.MULTILINE | re.DOTALL)
    fenced = re.findall(r"^(aibwatch [^#\n]+)", "".join(fences), re.MULTILINE)
    there = get_command(app)

    assert len(inline) + len(fenced) > 30
    assert [each for each in (*inline, *fenced) if not _is_said(there, each.split()[1:])] == []


def _is_said(command: Any, words: list[str]) -> bool:
    """Whether a command line can be one: its command is there, and each of its options."""
    while hasattr(command, "commands"):
        command = command.commands.get(words.pop(0))
    known = {option for each in getattr(command, "params", ()) for option in each.opts}
    return command is not None and {each for each in words if each.startswith("--")} <= known


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_the_page_of_alerts_tells_severity_and_patience(alert: Alert) -> None:
    """Each rule is in the row of its alert as it is in the file."""
    row = re.search(rf"^\| \[{alert.name}\]\([^)]*\) \| ([^|]*) \| ([^|]*) \|", PAGE, re.MULTILINE)

    assert row
    assert alert.rule["labels"]["severity"] in row[1].strip().split(", ")
    assert alert.rule.get("for", "at once") in row[2].strip().split(", ")


def test_the_page_of_alerts_has_no_severity_that_no_rule_has() -> None:
    """The other way round."""
    for name, severities in re.findall(
        r"^\| \[(Aibwatch\w+)\]\([^)]*\) \| ([^|]*) \|", PAGE, re.MULTILINE
    ):
        there = {each.rule["labels"]["severity"] for each in ALERTS if each.name == name}
        assert set(severities.strip().split(", ")) == there


def test_the_page_of_alerts_has_what_is_recorded() -> None:
    """Every rule that records, in its order."""
    listed = re.findall(r"^\| `(\w+:\w+:\w+)` \|", PAGE, re.MULTILINE)

    assert listed == [rule["record"] for group in groups(RECORDING) for rule in group["rules"]]


def test_kubernetes_has_the_same_rules(tmp_path: Path) -> None:
    """`python deploy/prometheus/kubernetes.py` would change nothing."""
    made = tmp_path / "made.yaml"
    subprocess.run([sys.executable, str(FOLDER / "kubernetes.py"), str(made)], check=True)
    kept = (FOLDER / "prometheusrule.yaml").read_text(encoding="utf-8")
    resource = yaml.safe_load(kept)

    assert made.read_text(encoding="utf-8") == kept
    assert resource["kind"] == "PrometheusRule"
    assert resource["spec"]["groups"] == [*groups(RECORDING), *groups(ALERTING)]
