"""Notification -> alerts as Alertmanager takes them by its API v2. Pure.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml: an alert is known by its
labels, and is over once `endsAt` has come. So what is over has the labels of what began. Names and
labels are those of deploy/prometheus/alerts.yaml where that has an alert of the same, so that the
routes of deploy/alertmanager serve both.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from aibwatch.model.notification import News, Notification
from aibwatch.status.plain import Object
from aibwatch.status.wording import plain

STANDS = timedelta(days=7)
"""So long an alert stands whose end is never told: a daemon that is taken away resolves nothing."""
PASSES = timedelta(hours=1)
"""So long one stands that tells of a moment, such as the end of a drill."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of news is as an alert."""

    name: str
    severity: str
    scope: str = "image"


_INCIDENT = Form("AibwatchRegionOutage", "critical", "region")
_FAILOVER = Form("AibwatchFailoverStarted", "info")

FORMS: Mapping[News, Form] = MappingProxyType(
    {
        News.INCIDENT_OPENED: _INCIDENT,
        News.INCIDENT_CLOSED: _INCIDENT,
        News.FAILOVER_ADVISED: Form("AibwatchFailoverAdvised", "warning"),
        News.FAILOVER_STARTED: _FAILOVER,
        News.FAILOVER_SUCCEEDED: _FAILOVER,
        News.FAILOVER_FAILED: _FAILOVER,
        News.FAILOVER_HELD: Form("AibwatchFailoverHeld", "critical"),
        News.SECONDARY_RED: Form("AibwatchSecondaryNotReady", "warning"),
        News.IMAGE_STALE: Form("AibwatchImageStale", "warning"),
        News.DRILL_RESULT: Form("AibwatchDrillResult", "info"),
        News.NEEDS_HUMAN: Form("AibwatchNeedsHuman", "critical"),
    }
)
MOMENTS: Mapping[News, Form] = MappingProxyType(
    {
        News.FAILOVER_FAILED: Form("AibwatchFailoverFailed", "critical"),
        News.DRILL_RESULT: FORMS[News.DRILL_RESULT],
        News.FAILOVER_ADVISED: FORMS[News.FAILOVER_ADVISED],
    }
)
"""What has no end that is told: it stands for a while by itself."""


def alerts(told: str, notification: Notification) -> bytes:
    """Return the body of a POST to `/api/v2/alerts`."""
    return json.dumps(list(_alerts(told, plain(notification)))).encode()


def _alerts(told: str, notification: Notification) -> Iterator[Object]:
    at, news = notification.at, notification.news
    moment = MOMENTS.get(news)
    if moment:
        yield {**_alert(told, notification, moment), **_span(at, at + PASSES)}
    if FORMS[news] == moment:
        return
    # One that is over begins with its end where it was never told that it is: nobody is paged.
    ends = _span(at, at + STANDS) if not notification.resolved else {"endsAt": at.isoformat()}
    yield {**_alert(told, notification, FORMS[news]), **ends}


def _span(starts: datetime, ends: datetime) -> Object:
    return {"startsAt": starts.isoformat(), "endsAt": ends.isoformat()}


def _alert(told: str, notification: Notification, form: Form) -> Object:
    labels = {
        "alertname": form.name,
        "severity": form.severity,
        "scope": form.scope,
        "key": notification.key,
        "image": notification.image,
        "location": notification.region,
    }
    return {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {"summary": notification.title, "description": told},
    }
