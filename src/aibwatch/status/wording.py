"""Notification -> what a channel is sent. Pure.

Every value is escaped for where it goes, in templates of the owner's too: what Azure wrote, or who
gave an order, cannot ping a Slack channel, draw a link in Teams, or add a header to a mail.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime
from types import MappingProxyType

from aibwatch.model.chain import Head
from aibwatch.model.notification import ChannelKind, Notification
from aibwatch.model.secrets import without_secrets

TEXT_MAX = 3_000
"""Characters of a text: Slack cuts at 4,000, a card of Teams may have 28 KB."""
VALUE_MAX = 1_000
"""Characters of one value; evidence of many families can be long."""

DEFAULT = """\
{{ title }}
{%- if says %}
{{ says }}
{%- endif %}
{%- if version %}
version: {{ version }}
{%- endif %}
{{ at }} UTC, journal {{ head }}"""


def _slack(text: str) -> str:
    """Escape as https://docs.slack.dev/messaging/formatting-message-text#escaping says."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(text: str) -> str:
    """Take what makes links, images and emphasis of a card's Markdown for text."""
    return re.sub(r"([\\`*\[\]])", r"\\\1", text)


_ESCAPES: Mapping[ChannelKind, Callable[[str], str]] = MappingProxyType(
    {ChannelKind.SLACK: _slack, ChannelKind.TEAMS: _teams}
)
"""Elsewhere a text is plain: in JSON of a webhook, and in a mail."""


def plain(notification: Notification) -> Notification:
    """Return it without secrets, its values no longer than may be."""
    texts = {
        name: without_secrets(getattr(notification, name))[:VALUE_MAX]
        for name in ("title", "says", "image", "region", "version")
    }
    return replace(notification, **texts)  # type: ignore[arg-type]


def fields(notification: Notification, head: Head) -> dict[str, object]:
    """Return what a template may show, and a webhook is sent."""
    told = plain(notification)
    return {
        "id": told.id,
        "key": told.key,
        "event": str(told.news),
        "at": f"{told.at:%Y-%m-%d %H:%M:%S}",
        "title": told.title,
        "says": told.says,
        "image": told.image,
        "region": told.region,
        "failover": told.failover,
        "version": told.version,
        "resolved": told.resolved,
        "head": head.short,
        "entries": head.seq,
    }


def text(kind: ChannelKind, template: str, notification: Notification, head: Head) -> str:
    """Return the text of a notification. Raises ValueError if the template fails."""
    # Most daemons have nothing to tell when they start, and many no channel.
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    escape = _ESCAPES.get(kind, str)
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=lambda value: escape(str(value)),
    )
    try:
        told = environment.from_string(template).render(fields(notification, head))
    except (TemplateError, TypeError, ArithmeticError) as error:
        raise ValueError(str(error)) from error
    return told[:TEXT_MAX]


def webhook(told: str, notification: Notification, head: Head) -> bytes:
    """Return the body for a webhook: every field, and the text."""
    body = {**fields(notification, head), "at": notification.at.isoformat(), "text": told}
    return json.dumps(body).encode()


def slack(told: str) -> bytes:
    """Return the body for an incoming webhook of Slack; nothing is unfurled."""
    return json.dumps({"text": told, "unfurl_links": False, "unfurl_media": False}).encode()


def teams(told: str) -> bytes:
    """Return the body for a workflow of Teams: one Adaptive Card.

    Lines are blocks, as a card would draw one line of them.
    """
    blocks = [
        {"type": "TextBlock", "text": line, "wrap": True, **({} if at else {"weight": "Bolder"})}
        for at, line in enumerate(filter(None, told.splitlines()))
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]}).encode()


def mail(told: str, notification: Notification, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """Return the mail. Its id is the notification's, so that one that comes twice is seen to."""
    message = EmailMessage()
    title = plain(notification).title
    message["Subject"] = "aibwatch: " + " ".join(title.split())[:200]
    message["From"], message["To"] = sender, ", ".join(to)
    message["Date"] = format_datetime(notification.at)
    mark = re.sub(r"[^A-Za-z0-9.+-]", "-", notification.id)
    message["Message-ID"] = f"<{mark}@aibwatch.invalid>"
    message.set_content(told)
    return message
