"""deploy/alertmanager: an alert reaches whom its severity says; what must be told is not muted.

The real Alertmanager groups and mutes in `tests/process/test_alerting.py`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import yaml

from alerts.rules import ALERTS, FOLDER, Alert
from alerts.tools import said
from house.tree import ROOT

FILE = ROOT / "deploy/alertmanager/alertmanager.yaml"
CONFIG: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
RECEIVERS = {"critical": "pager", "warning": "tickets", "info": "log", "none": "dead-mans-switch"}
NEVER_MUTED = {
    "AibwatchFailoverFailed",
    "AibwatchFailoverHeld",
    "AibwatchFailoverStuck",
    "AibwatchNeedsHuman",
    "AibwatchNoCandidate",
    "AibwatchPromiseBroken",
    "AibwatchWatchdog",
}
IDS = [each.key for each in ALERTS]


def test_amtool_takes_the_configuration() -> None:
    """Alertmanager itself reads it."""
    assert "SUCCESS" in said("amtool", "check-config", str(FILE))


def test_promtool_takes_the_configuration_of_prometheus() -> None:
    """Prometheus itself reads it, with the rules beside it."""
    assert "SUCCESS" in said("promtool", "check", "config", str(FOLDER / "prometheus.yaml"))


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_an_alert_goes_to_whom_its_severity_says(alert: Alert) -> None:
    """Critical wakes somebody, a warning is a ticket, info is to be read, the watchdog is heard."""
    labels = {"alertname": alert.name, "job": "aibwatch", **alert.rule["labels"]}
    receiver = RECEIVERS[alert.rule["labels"]["severity"]]

    said(
        "amtool",
        *("config", "routes", "test", f"--config.file={FILE}", f"--verify.receivers={receiver}"),
        *(f"{name}={value}" for name, value in labels.items()),
    )


@pytest.mark.parametrize("alert", ALERTS, ids=IDS)
def test_what_must_be_told_is_never_muted(alert: Alert) -> None:
    """No inhibition aims at a failover that failed or is held, nor at what needs a human."""
    labels = {"alertname": alert.name, "location": "westeurope", **alert.rule["labels"]}
    aimed_at = any(_match(rule["target_matchers"], labels) for rule in CONFIG["inhibit_rules"])

    assert not (aimed_at and alert.name in NEVER_MUTED)
    assert not (aimed_at and alert.rule["labels"]["severity"] == "critical")


def test_an_outage_mutes_what_templates_of_its_region_say() -> None:
    """Each alert about a template is muted by its region's, and by no other region's."""
    outage = {"alertname": "AibwatchRegionOutage", "location": "westeurope"}
    (rule,) = [
        each
        for each in CONFIG["inhibit_rules"]
        if _match(each["source_matchers"], outage)
        and "severity" not in str(each["source_matchers"])
    ]
    muted = {
        each.name
        for each in ALERTS
        if _match(rule["target_matchers"], {"location": "westeurope", **each.rule["labels"]})
    }

    assert rule["equal"] == ["job", "location"]
    assert muted == {each.name for each in ALERTS if each.rule["labels"]["scope"] == "template"}


def test_every_alert_that_is_named_is_there() -> None:
    """A route or an inhibition of an alert that is gone would hide the mistake."""
    named = set(re.findall(r"Aibwatch\w+", FILE.read_text(encoding="utf-8")))

    assert named <= {each.name for each in ALERTS}


def _match(matchers: Iterable[str], labels: Mapping[str, str]) -> bool:
    """Whether labels fit every matcher, as Alertmanager would say."""
    parsed = [re.fullmatch(r'(\w+)(=~|=)"(.*)"', each) for each in matchers]
    return all(
        re.fullmatch(each[3] if each[2] == "=~" else re.escape(each[3]), labels.get(each[1], ""))
        for each in parsed
        if each
    )
