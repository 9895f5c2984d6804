"""Reading what a person orders: strictly, and refusing in words."""

import json
import re
from datetime import timedelta

import pytest

from aibwatch.status.orders import (
    REASON_MAX,
    Known,
    OrderError,
    PauseOrder,
    ResumeOrder,
    read_pause,
    read_resume,
)
from builders import NOON

KNOWN = Known(images={"web", "db"}, regions={"westeurope"}, now=NOON)


def body(**fields: object) -> bytes:
    """Return the body of an order."""
    return json.dumps(fields).encode()


def test_a_reason_alone_pauses_everything() -> None:
    """Only the reason is required."""
    assert read_pause(body(reason=" move "), KNOWN) == PauseOrder("all", "move", None)


def test_all_fields_are_read() -> None:
    """A scope of one image, until an instant."""
    order = read_pause(body(reason="x", scope="image:web", until="2026-03-02T14:00:00Z"), KNOWN)

    assert order == PauseOrder("image:web", "x", NOON + timedelta(hours=2))


def test_a_region_may_be_given_by_its_display_name() -> None:
    """One region has one scope, however it is written."""
    assert read_pause(body(reason="x", scope="region:West Europe"), KNOWN).scope == (
        "region:westeurope"
    )
    assert read_resume(body(scope="region:West Europe")).scope == "region:westeurope"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (b"\xff\xfe\xfa", "the body is no JSON"),
        (b"[" * 60_000, "the body is no JSON"),
        (b"[]", "must be a JSON object"),
        (body(), "needs a `reason`"),
        (body(reason="  "), "needs a `reason`"),
        (body(reason=7), "`reason` must be a text"),
        (body(reason="x" * (REASON_MAX + 1)), "longer than 500"),
        (body(reason="x", scop="all"), "unknown field 'scop'; there are reason, scope, until"),
        (body(reason="x", scope="everything"), "a scope is all, image:<name> or region:<name>"),
        (body(reason="x", scope="all:web"), "unknown scope 'all:web'"),
        (body(reason="x", scope="image:wbe"), "unknown image 'wbe'; there are: db, web"),
        (body(reason="x", scope="image:"), "unknown image ''"),
        (body(reason="x", scope="region:mars"), "unknown region 'mars'; there are: westeurope"),
        (body(reason="x", until="tomorrow"), "must be an ISO 8601 time"),
        (body(reason="x", until="2026-03-02T14:00:00"), "must say its time zone"),
        (body(reason="x", until="2026-03-02T12:00:00Z"), "is past; it is 2026-03-02T12:00:00Z"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(given: bytes, says: str) -> None:
    """Nothing is guessed: the message names the thing and what would do."""
    with pytest.raises(OrderError, match=re.escape(says)):
        read_pause(given, KNOWN)


def test_an_empty_resume_resumes_everything() -> None:
    """Nothing is required to resume."""
    assert read_resume(b"") == ResumeOrder("all", "")


def test_what_is_no_longer_configured_can_still_be_resumed() -> None:
    """A pause must not outlive the configuration that named its image."""
    assert read_resume(body(scope="image:gone")).scope == "image:gone"


def test_a_resume_knows_no_until() -> None:
    """A field of the other order is a misunderstanding."""
    with pytest.raises(OrderError, match="unknown field 'until'"):
        read_resume(body(until="2026-03-02T14:00:00Z"))
