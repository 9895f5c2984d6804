"""The measured availability: what counts in which window, and when a share is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aibwatch.model.entry import Entry, FailureJudged, RunSeen, Scored
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.template import RunState
from aibwatch.status.availability import ENOUGH, WINDOWS, Availability
from builders import (
    CAPACITY,
    DAY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    USER_BUILD,
    WEST,
    a_failure,
    a_run,
)

WEEK, MONTH = WINDOWS


def built(ended: datetime = NOON, seen: datetime | None = None) -> RunSeen:
    """Return a run that built in WEST."""
    run = a_run(started=ended - 30 * MINUTE, state=RunState.SUCCEEDED, ended=ended)
    return RunSeen(seen or ended, run, WEST, "recipe", "identities")


def failed(ended: datetime = NOON, says: Any = CAPACITY) -> FailureJudged:
    """Return a failure in WEST, by default the platform's."""
    return FailureJudged(ended, a_failure(ended=ended, classification=says))


def heard(*entries: Entry) -> Availability:
    """Return what is measured after these entries."""
    found = Availability()
    for entry in entries:
        found.hear(entry)
    return found


def window(measured: Availability, days: int, now: datetime = NOON) -> dict[str, Any]:
    """Return what is told of WEST over so many days."""
    told: Any = measured.told([WEST], now)
    (found,) = (each for each in told[0]["windows"] if each["days"] == days)
    assert isinstance(found, dict)
    return found


def minutes_before(count: int) -> list[datetime]:
    """Return so many instants before noon, a minute from each other."""
    return [NOON - number * MINUTE for number in range(count)]


def test_a_share_is_of_what_built_and_what_the_platform_failed() -> None:
    """The owner's own failures are told and say nothing of the region."""
    own = [failed(NOON - HOUR - number * MINUTE, USER_BUILD) for number in range(3)]
    goods = [built(each) for each in minutes_before(ENOUGH)]

    told = window(heard(*goods, failed(), *own), WEEK)

    assert told == {"days": 7, "ok": 10, "platform": 1, "user": 3, "share": 10 / 11}


@pytest.mark.parametrize(("count", "share"), [(0, None), (ENOUGH - 1, None), (ENOUGH, 1.0)])
def test_of_too_few_no_share_is_told(count: int, share: float | None) -> None:
    """One failure in three says nothing of a month; own failures do not make up for it."""
    own = [failed(NOON - HOUR - number * MINUTE, USER_BUILD) for number in range(ENOUGH)]

    told = window(heard(*own, *(built(each) for each in minutes_before(count))), MONTH)

    assert told["share"] == share


@pytest.mark.parametrize(
    ("age", "week", "month"),
    [
        (7 * DAY, 1, 1),
        (7 * DAY + HOUR, 0, 1),
        (30 * DAY, 0, 1),
        (30 * DAY + HOUR, 0, 0),
    ],
)
def test_a_window_ends_to_the_hour(age: timedelta, week: int, month: int) -> None:
    """What was before it has no part in it."""
    measured = heard(built(NOON - age))

    assert window(measured, WEEK)["ok"] == week
    assert window(measured, MONTH)["ok"] == month


def test_what_is_found_late_counts_when_it_was() -> None:
    """The last runs that a new daemon finds may be old: they are no builds of this week."""
    old = NOON - 20 * DAY
    score = Score(a_failure(ended=old).key, WEST, old, Deed.HELD, Truth.PLATFORM)
    doubtful = failed(old, GENERIC)

    measured = heard(built(old, seen=NOON), doubtful, Scored(NOON, score))
    late = FailureJudged(NOON, a_failure(ended=old - HOUR, classification=CAPACITY))
    measured.hear(late)

    assert window(measured, WEEK) == window(heard(), WEEK)
    assert window(measured, MONTH)["ok"] == 1
    assert window(measured, MONTH)["platform"] == 2


def test_a_run_of_a_clock_that_is_ahead_is_of_now() -> None:
    """It would stand in every window for longer than it may."""
    measured = heard(built(NOON + 40 * DAY, seen=NOON))

    assert window(measured, MONTH, NOON + 31 * DAY)["ok"] == 0


def test_every_region_is_told_though_nothing_was_built_there() -> None:
    """That nothing is known of a secondary's region is news; regions do not mix."""
    told: Any = heard(built()).told([NORTH, WEST], NOON)

    assert [each["region"] for each in told] == [NORTH, WEST]
    assert [each["windows"][0]["ok"] for each in told] == [0, 1]


def test_forgetting_begins_anew() -> None:
    """A store that was compacted is read again as a whole."""
    measured = heard(built(), failed())
    measured.forget()
    measured.hear(failed())

    assert window(measured, WEEK) == {"days": 7, "ok": 0, "platform": 1, "user": 0, "share": None}


def test_memory_is_bounded_by_the_longest_window() -> None:
    """A daemon that runs for years keeps the hours of a month."""
    measured = heard(*(built(NOON + number * HOUR) for number in range(40 * 24)))

    assert len(measured._hours) == 24 * MONTH + 1
