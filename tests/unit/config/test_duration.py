"""Durations are read exactly, and nothing that is none is taken for one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibwatch.config.duration import LONGEST, SHORTEST, parse, render


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("500ms", timedelta(milliseconds=500)),
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("100ms", SHORTEST),
        ("3650d", LONGEST),
        (" 30s ", timedelta(seconds=30)),
    ],
)
def test_every_unit_is_read(text: str, meant: timedelta) -> None:
    """Each documented form means what the documentation says."""
    assert parse(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        5,
        5.0,
        None,
        True,
        "s",
        "-5s",
        "1.5h",
        "1h30m",
        "5 s",
        "5S",
        "5m\n5m",
        "\u0665s",
        [],
    ],
)
def test_what_has_no_number_and_unit_is_refused(text: object) -> None:
    """A bare number has no unit, and a guess would be off by a factor of 60."""
    with pytest.raises(ValueError, match="is no duration; write a whole number and a unit"):
        parse(text)


@pytest.mark.parametrize("text", ["0s", "99ms", "3651d", "999999999999d", "87601h"])
def test_what_is_out_of_bounds_is_refused_with_the_bounds(text: str) -> None:
    """Nothing works below 100 ms, and nothing overflows above ten years."""
    with pytest.raises(ValueError, match="a duration is between 100ms and 3650d"):
        parse(text)


@given(st.integers(min_value=100, max_value=LONGEST // timedelta(milliseconds=1)))
def test_what_is_rendered_is_read_back(milliseconds: int) -> None:
    """`config show` prints what can be pasted into a file again."""
    duration = timedelta(milliseconds=milliseconds)

    assert parse(render(duration)) == duration


def test_the_largest_unit_that_divides_is_shown() -> None:
    """People read 2h sooner than 7200s."""
    assert render(timedelta(hours=2)) == "2h"
    assert render(timedelta(seconds=150)) == "150s"


def test_what_cannot_be_written_is_not_rendered() -> None:
    """A rounded duration would be a wrong one."""
    with pytest.raises(ValueError, match="parts of a millisecond"):
        render(timedelta(microseconds=1))
