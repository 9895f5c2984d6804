"""Instants as Azure writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from aibwatch.azure.instants import http_date, instant

NOON = datetime(2025, 4, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-30T12:00:00Z", NOON),
        ("2025-04-30T12:00:00.841941367Z", NOON + timedelta(microseconds=841941)),
        ("2025-04-30T12:00:00.84194136Z", NOON + timedelta(microseconds=841941)),
        ("2025-04-30T12:00:00.8419413Z", NOON + timedelta(microseconds=841941)),
        ("2025-04-30T12:00:00", NOON),
        ("2025-04-30T14:00:00+02:00", NOON),
    ],
)
def test_every_spelling_of_an_instant_is_aware_utc(text: str, expected: datetime) -> None:
    """Seven to nine fractional digits are cut to microseconds; without an offset it is UTC."""
    found = instant(text)

    assert found == expected
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "0001-01-01T00:00:00Z",
        "not a date",
        5,
        datetime(1, 1, 1, tzinfo=UTC),
        "9999-99-99",
    ],
)
def test_what_is_no_instant_is_none(value: object) -> None:
    """Year 1 is the wire's "not yet"; junk must not be raised at anybody."""
    assert instant(value) is None


def test_a_datetime_of_the_sdk_is_brought_to_utc() -> None:
    """Models hand out naive datetimes for text without an offset, and aware ones of any zone."""
    elsewhere = timezone(timedelta(hours=2))

    assert instant(datetime(2025, 4, 30, 12)) == NOON  # noqa: DTZ001 - naive is the point
    assert instant(datetime(2025, 4, 30, 14, tzinfo=elsewhere)) == NOON


def test_a_date_header_is_read_and_junk_in_its_place_is_none() -> None:
    """The self-test rests on it."""
    assert http_date("Wed, 30 Apr 2025 12:00:00 GMT") == NOON
    assert http_date("yesterday") is None
    assert http_date(None) is None
