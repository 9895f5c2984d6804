"""What a channel is sent: escaped for where it goes, with the head of the chain, no secrets."""

import json
from dataclasses import replace

import pytest

from aibwatch.model.chain import Head
from aibwatch.model.notification import FIELDS, ChannelKind, News, Notification
from aibwatch.status import wording
from aibwatch.status.wording import DEFAULT, TEXT_MAX, text
from builders import NOON

HEAD = Head(7, "abcdef0123456789" * 4)
ENDED = Notification(
    "closed:f1",
    "failover:f1",
    News.FAILOVER_SUCCEEDED,
    NOON,
    "web: built <!channel> & [a](https://b)",
    "it *says* so",
    image="web",
    version="/galleries/g/versions/1.0.1",
    resolved=True,
)


def test_what_a_template_may_show_is_what_a_webhook_is_sent() -> None:
    """The configuration refuses a template that shows anything else."""
    assert wording.fields(ENDED, HEAD).keys() == FIELDS


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_channel_is_told_the_version_and_the_head(kind: ChannelKind) -> None:
    """In the default words (PROMISES S39)."""
    told = text(kind, DEFAULT, ENDED, HEAD)

    assert "1.0.1" in told
    assert "abcdef012345" in told


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ChannelKind.SLACK, "web: built &lt;!channel&gt; &amp; [a](https://b) *"),
        (ChannelKind.TEAMS, r"web: built <!channel> & \[a\](https://b) *"),
        (ChannelKind.WEBHOOK, "web: built <!channel> & [a](https://b) *"),
    ],
)
def test_values_are_escaped_for_the_channel_and_the_template_is_not(
    kind: ChannelKind, expected: str
) -> None:
    """A title cannot call a whole Slack channel; the owner's own signs are his."""
    assert text(kind, "{{ title }} *", ENDED, HEAD) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{{ title.__class__.__mro__ }}",
        "{% for x in says.__globals__ %}{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_but_the_values(template: str) -> None:
    """It is sandboxed, and a name that is none is an error."""
    with pytest.raises(ValueError, match=r"undefined|unsafe|no attribute"):
        text(ChannelKind.WEBHOOK, template, ENDED, HEAD)


def test_a_text_has_its_bound() -> None:
    """A channel cuts or refuses what is longer."""
    long = replace(ENDED, says="x" * 9_000)

    assert len(text(ChannelKind.SLACK, DEFAULT + "{{ title * 200 }}", long, HEAD)) == TEXT_MAX


def test_no_secret_is_told() -> None:
    """Neither in a text nor in a field, wherever it came from (PROMISES S39)."""
    planted = replace(
        ENDED, says="GET https://a.blob/x?sv=1&sig=CANARYSIGNATURE Bearer CANARYTOKEN1234"
    )

    told = text(ChannelKind.WEBHOOK, DEFAULT, planted, HEAD)
    body = wording.webhook(told, planted, HEAD).decode()

    assert "CANARY" not in told + body
    assert "[redacted]" in body


def test_a_webhook_is_sent_every_field() -> None:
    """With the instant as machines read it."""
    body = json.loads(wording.webhook("a text", ENDED, HEAD))

    assert body["event"] == "failover_succeeded"
    assert (body["id"], body["key"], body["resolved"]) == ("closed:f1", "failover:f1", True)
    assert (body["at"], body["text"]) == ("2026-03-02T12:00:00+00:00", "a text")
    assert (body["head"], body["entries"]) == ("abcdef012345", 7)


def test_a_card_has_a_block_for_each_line() -> None:
    """The first one bold; a card would draw them as one."""
    body = json.loads(wording.teams("one\n\ntwo"))

    [attachment] = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [each["text"] for each in attachment["content"]["body"]] == ["one", "two"]


def test_a_mail_has_one_line_of_subject_whatever_the_title() -> None:
    """No title adds a header."""
    forged = replace(ENDED, title="web\r\nBcc: eve@example.com")

    mail = wording.mail("a text", forged, "aibwatch@example.com", ("ada@example.com",))

    assert mail["Subject"] == "aibwatch: web Bcc: eve@example.com"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<closed-f1@aibwatch.invalid>"
