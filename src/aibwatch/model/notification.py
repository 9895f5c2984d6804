"""What aibwatch tells people by itself, through the channels that the configuration names."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class News(StrEnum):
    """What a notification is about; also the values of `notify[].events`."""

    INCIDENT_OPENED = "incident_opened"
    INCIDENT_CLOSED = "incident_closed"
    FAILOVER_ADVISED = "failover_advised"
    FAILOVER_STARTED = "failover_started"
    FAILOVER_SUCCEEDED = "failover_succeeded"
    FAILOVER_FAILED = "failover_failed"
    FAILOVER_HELD = "failover_held"
    SECONDARY_RED = "secondary_red"
    IMAGE_STALE = "image_stale"
    DRILL_RESULT = "drill_result"
    NEEDS_HUMAN = "needs_human"


class ChannelKind(StrEnum):
    """How a channel is spoken to."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    EMAIL = "email"
    ALERTMANAGER = "alertmanager"


@dataclass(frozen=True, slots=True)
class Notification:
    """One change of state, told once. A value: `status.bulletin` makes it."""

    id: str
    """Of this change: whoever gets it twice can tell."""
    key: str
    """What changed; that it is over has the same."""
    news: News
    at: datetime
    title: str
    says: str = ""
    image: str = ""
    region: str = ""
    failover: str = ""
    version: str = ""
    """ARM id of the version that wins, where one was made."""
    resolved: bool = False
    """What it is about is over."""


FIELDS = frozenset(
    {
        *("id", "key", "event", "at", "title", "says", "image", "region", "failover", "version"),
        *("resolved", "head", "entries"),
    }
)
"""What the words of a notification are made of: what a webhook is sent, and a template may show."""
