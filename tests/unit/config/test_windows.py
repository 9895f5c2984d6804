"""Windows of the week, as the clocks of their own time zone show."""

from datetime import datetime, time

import pytest

from aibwatch.config.windows import any_open, is_open
from aibwatch.model.drill import Window

SATURDAY = Window((5,), time(9), time(17), "Europe/Berlin")
NIGHT = Window((4,), time(22), time(4), "Europe/Berlin")
"""Of Friday, until Saturday."""


def at(text: str) -> datetime:
    """Return an instant of March 2026 in UTC: the 6th is a Friday, Berlin is an hour ahead."""
    return datetime.fromisoformat(f"2026-03-{text}+00:00")


@pytest.mark.parametrize(
    ("instant", "wanted"),
    [
        ("07T07:59", False),
        ("07T08:00", True),
        ("07T15:59", True),
        ("07T16:00", False),
        ("06T12:00", False),
        ("08T12:00", False),
    ],
)
def test_a_window_of_a_day(instant: str, *, wanted: bool) -> None:
    """The begin is in it, the end is not; the time zone is its own."""
    assert is_open(SATURDAY, at(instant)) == wanted


@pytest.mark.parametrize(
    ("instant", "wanted"),
    [
        ("06T20:59", False),
        ("06T21:00", True),
        ("07T02:59", True),
        ("07T03:00", False),
        ("06T02:00", False),
        ("07T22:00", False),
    ],
)
def test_a_window_over_midnight_is_of_the_day_on_which_it_begins(
    instant: str, *, wanted: bool
) -> None:
    """Friday's goes on early on Saturday, and Thursday has none."""
    assert is_open(NIGHT, at(instant)) == wanted


def test_one_open_window_is_enough_and_none_forbids_nothing() -> None:
    """Without any, it is open at any time."""
    assert any_open((), at("02T12:00"))
    assert any_open((NIGHT, SATURDAY), at("07T12:00"))
    assert not any_open((NIGHT, SATURDAY), at("02T12:00"))
