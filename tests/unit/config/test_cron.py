"""The times that a schedule names, across the nights on which clocks change."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from aibwatch.config.cron import last, problem, times
from aibwatch.model.schedule import Schedule

BERLIN = "Europe/Berlin"
NIGHTLY = Schedule("30 2 * * *", BERLIN)


def at(text: str) -> datetime:
    """Return an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "after", "following"),
    [
        (NIGHTLY, "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        (NIGHTLY, "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        (Schedule("0 3 * * 0"), "2026-03-03T00:00", ["2026-03-08T03:00", "2026-03-15T03:00"]),
        (Schedule("0 3 * * 7"), "2026-03-03T00:00", ["2026-03-08T03:00", "2026-03-15T03:00"]),
        (Schedule("30 2 * * *"), "2026-03-28T12:00", ["2026-03-29T02:30", "2026-03-30T02:30"]),
    ],
    ids=["an hour that is skipped", "an hour that comes twice", "Sunday", "Sunday too", "UTC"],
)
def test_each_time_comes_once(schedule: Schedule, after: str, following: list[str]) -> None:
    """02:30 exists not at all on one night of the year and twice on another."""
    assert list(islice(times(schedule, at(after)), 2)) == [at(each) for each in following]


def test_of_several_missed_times_the_latest_counts() -> None:
    """And none that is not due yet, nor the one that was taken already."""
    assert last(NIGHTLY, at("2026-05-01T00:30"), at("2026-05-04T00:29")) == at("2026-05-03T00:30")
    assert last(NIGHTLY, at("2026-05-01T00:30"), at("2026-05-02T00:29")) is None
    assert last(NIGHTLY, at("2026-05-01T00:30"), at("2026-05-02T00:30")) == at("2026-05-02T00:30")


@pytest.mark.parametrize("cron", ["", "* * *", "61 * * * *", "@daily", "0 0 31 2 *"])
def test_what_is_no_cron_expression_is_told(cron: str) -> None:
    """One that never comes is none either."""
    assert problem(cron)
    assert problem("30 2 * * 1-5") == ""
