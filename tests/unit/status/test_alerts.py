"""Notifications as alerts: what is over ends what began, and names are those of the rules."""

import json
from dataclasses import replace
from typing import Any

import pytest

from aibwatch.model.notification import ChannelKind, News, Notification
from aibwatch.status.alerts import FORMS, MOMENTS, PASSES, STANDS, alerts
from aibwatch.status.channel import Channel
from aibwatch.status.posting import place_of
from alerts.rules import ALERTS
from builders import HOUR, NOON

OPENED = Notification("o", "incident:i1", News.INCIDENT_OPENED, NOON, "it is out", region="west")
CLOSED = replace(OPENED, id="c", news=News.INCIDENT_CLOSED, at=NOON + HOUR, resolved=True)
STARTED = Notification("s", "failover:f1", News.FAILOVER_STARTED, NOON, "it builds", image="web")
FAILED = replace(STARTED, news=News.FAILOVER_FAILED, at=NOON + HOUR, resolved=True)
NEW = {"AibwatchFailoverAdvised", "AibwatchDrillResult"}
"""Alerts that no rule has."""


def sent(notification: Notification) -> list[dict[str, Any]]:
    """Return what Alertmanager is sent."""
    found: list[dict[str, Any]] = json.loads(alerts("the text", notification))
    return found


def test_what_is_over_ends_what_began() -> None:
    """An alert is known by its labels, all of them."""
    [began], [over] = sent(OPENED), sent(CLOSED)

    assert began["labels"] == over["labels"]
    assert began["labels"]["location"] == "west"
    assert began["annotations"] == {"summary": "it is out", "description": "the text"}
    assert began["endsAt"] == (NOON + STANDS).isoformat()
    assert over["endsAt"] == (NOON + HOUR).isoformat()
    assert "startsAt" not in over


def test_a_failover_that_failed_ends_its_alert_and_is_one_for_a_while() -> None:
    """Who is told when it began is told that it is over, and that it was for nothing."""
    [began], ended = sent(STARTED), sent(FAILED)
    spans = {each["labels"]["alertname"]: each["endsAt"] for each in ended}

    assert began["labels"] in [each["labels"] for each in ended]
    assert spans == {
        "AibwatchFailoverFailed": (NOON + HOUR + PASSES).isoformat(),
        "AibwatchFailoverStarted": (NOON + HOUR).isoformat(),
    }


@pytest.mark.parametrize("news", [News.DRILL_RESULT, News.FAILOVER_ADVISED])
def test_a_moment_stands_for_a_while(news: News) -> None:
    """Whether it is called over or not."""
    for resolved in (True, False):
        [alert] = sent(replace(STARTED, news=news, resolved=resolved))

        assert alert["endsAt"] == (NOON + PASSES).isoformat()


def test_every_news_has_a_form_with_the_labels_of_its_rule() -> None:
    """So that the routes of deploy/alertmanager serve both."""
    known = {(each.name, label) for each in ALERTS for label in each.rule["labels"].items()}
    forms = {*FORMS.values(), *MOMENTS.values()}

    assert set(FORMS) == set(News)
    assert {each.name for each in forms} - {name for name, _ in known} == NEW
    for form in forms:
        if form.name not in NEW:
            assert (form.name, ("scope", form.scope)) in known
            assert (form.name, ("severity", form.severity)) in known


@pytest.mark.parametrize("root", ["http://am:9093", "http://am:9093/", "http://am:9093/?x=1"])
def test_alerts_go_below_the_root(root: str) -> None:
    """However it is written."""
    place = place_of(Channel("a", ChannelKind.ALERTMANAGER, root))

    assert place.removesuffix("?x=1") == "http://am:9093/api/v2/alerts"


def test_no_secret_is_in_an_alert() -> None:
    """A signature that Azure quoted is none of Alertmanager's business."""
    [alert] = sent(replace(OPENED, title="https://a.b/c?sv=1&sig=CANARYSIGNATURE%3D"))

    assert "CANARY" not in json.dumps(alert)
