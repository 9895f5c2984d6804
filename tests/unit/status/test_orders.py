"""Reading what a person orders: strictly, and refusing in words."""

import json
import re
from datetime import timedelta

import pytest

from aibwatch.status.orders import (
    REASON_MAX,
    AckOrder,
    Known,
    OrderError,
    PauseOrder,
    RegionOrder,
    ResumeOrder,
    read_ack,
    read_pause,
    read_region,
    read_resume,
)
from builders import NOON, WEST

KNOWN = Known(images={"web", "db"}, regions={WEST}, now=NOON)


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
        (
            body(reason="x", scop="all"),
            "unknown field 'scop'; there are reason, scope, until,",
        ),
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


def test_who_orders_may_say_who_he_is() -> None:
    """Every order takes an actor; of one who names none the caller's address is taken."""
    assert read_pause(body(reason="x", actor=" kim "), KNOWN).actor == "kim"
    assert read_resume(body(actor="kim")).actor == "kim"
    assert read_resume(b"").actor == ""


@pytest.mark.parametrize("actor", ["monitor", "x" * 101, 7])
def test_nobody_is_called_as_the_monitors_or_by_a_novel(actor: object) -> None:
    """A person's pause must not look like that of a broken promise."""
    with pytest.raises(OrderError, match="`actor` must be"):
        read_pause(body(reason="x", actor=actor), KNOWN)


def test_a_word_that_a_region_is_out_may_have_an_end() -> None:
    """The region may be given by its display name."""
    until = "2026-03-02T18:00:00Z"
    given = body(region="West Europe", out=True, reason="dark", until=until, actor="kim")

    evening = NOON + timedelta(hours=6)
    expected = RegionOrder(WEST, out=True, reason="dark", until=evening, actor="kim")
    assert read_region(given, KNOWN) == expected


def test_a_word_that_a_region_is_well_needs_no_reason() -> None:
    """It only takes away."""
    expected = RegionOrder(WEST, out=False, reason="")

    assert read_region(body(region=WEST, out=False), KNOWN) == expected


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (body(out=True, reason="x"), "unknown region ''; there are: westeurope"),
        (body(region="mars", out=True, reason="x"), "unknown region 'mars'"),
        (body(region=WEST, reason="x"), "`out` must be true (the region is out) or false"),
        (body(region=WEST, out="yes", reason="x"), "`out` must be true"),
        (body(region=WEST, out=True), "an outage that is declared needs a `reason`"),
        (body(region=WEST, out=True, reason="x", until="2026-03-02T12:00:00Z"), "is past"),
        (body(region=WEST, out=False, until="2026-03-02T18:00:00Z"), "needs no end"),
        (body(region=WEST, out=False, why="x"), "unknown field 'why'"),
    ],
)
def test_a_word_that_cannot_be_understood_is_refused(given: bytes, says: str) -> None:
    """Nothing is guessed: a word that is misread might move a fleet."""
    with pytest.raises(OrderError, match=re.escape(says)):
        read_region(given, KNOWN)


def test_everybodys_pause_is_meant_only_if_it_is_said() -> None:
    """A field that is left out, or empty, means one's own."""
    assert not read_resume(b"").everybodys
    assert read_resume(body(owner="all")).everybodys
    with pytest.raises(OrderError, match="`owner` may be all"):
        read_resume(body(owner="kim"))


def test_an_acknowledgement_names_an_image_that_there_is() -> None:
    """With a reason, or without."""
    assert read_ack(body(image="web", reason="mended"), KNOWN) == AckOrder("web", "mended")
    with pytest.raises(OrderError, match="unknown image ''; there are: db, web"):
        read_ack(b"{}", KNOWN)


def test_what_a_person_writes_loses_its_secrets() -> None:
    """The page shows it at once; the journal would cut it out only later (PROMISES S39)."""
    order = read_pause(body(reason="see https://a.blob/x?sig=CANARYSIGNATURE"), KNOWN)

    assert order.reason == "see https://a.blob/x?sig=[redacted]"
