"""How long an image rests after it was answered."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from aibwatch.failover.cooldown import cooldown, rests
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.incident import Incident
from aibwatch.model.names import FailoverId, ImageName, IncidentId, OrderId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import View
from builders import (
    DAY,
    HOUR,
    NOON,
    WEB,
    WEB_NORTH,
    WEST,
    a_failover,
    a_failure,
    a_policy,
    a_template,
)
from views import NOW, TWO_SECONDARIES, a_view

an_ended = partial(
    a_failover,
    id=FailoverId("past"),
    phase=Phase.CLOSED,
    outcome=Outcome.FAILED,
    last_sent=NOON,
    closed=NOW,
)
"""A failover of `web` that asked a secondary and ended just now."""


def asked(view: View, now: datetime = NOW) -> Hold | None:
    """Return what the cooldown says."""
    return cooldown(TWO_SECONDARIES, a_failure(), view, now)


def ended(*instants: float, outcome: Outcome = Outcome.FAILED) -> list[Failover]:
    """Return failovers of half an hour that ended so many hours before NOW, in this order."""
    return [
        an_ended(
            id=FailoverId(f"f{number}"),
            outcome=outcome,
            opened=NOW - hours * HOUR - HOUR / 2,
            closed=NOW - hours * HOUR,
        )
        for number, hours in enumerate(instants)
    ]


def lasting(*failovers: Failover) -> list[timedelta]:
    """Return how long each rest is, oldest first."""
    return [lasts for _, lasts in rests(TWO_SECONDARIES, a_view(*failovers))]


def test_an_image_rests_after_a_failed_failover() -> None:
    """Six hours from the outcome, even within the same incident (PROMISES S21)."""
    view = a_view(an_ended(opened=NOW))

    hold = asked(view)

    assert hold is not None
    assert (hold.reason, hold.until) == (Reason.COOLDOWN, NOW + 6 * HOUR)
    assert hold.says == "failover past ended failed at 12:05Z; it rests for 6:00:00"
    assert asked(view, NOW + 6 * HOUR) is None


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.LATE_REPLICAS])
def test_within_an_incident_an_image_stays_in_its_secondary(outcome: Outcome) -> None:
    """Every new failure may be answered there, while it goes well (PROMISES S21)."""
    assert asked(a_view(an_ended(outcome=outcome, opened=NOW))) is None


def test_what_somebody_else_answered_holds_nothing_within_its_incident() -> None:
    """It did not fail, so the next failure may be answered; across incidents it rests (S21)."""
    within = an_ended(outcome=Outcome.SUPERSEDED, opened=NOW)
    before = an_ended(outcome=Outcome.SUPERSEDED, opened=NOON - HOUR)

    assert asked(a_view(within)) is None
    assert asked(a_view(before))


def test_a_success_in_an_earlier_incident_rests() -> None:
    """Across incidents the cooldown counts for good ones too."""
    assert asked(a_view(an_ended(outcome=Outcome.SUCCEEDED, opened=NOON - HOUR)))


def test_a_failover_that_never_asked_uses_up_no_cooldown() -> None:
    """What provably never began a run is free (PROMISES S21)."""
    assert asked(a_view(an_ended(outcome=Outcome.TIMED_OUT, last_sent=None))) is None


def test_a_failover_that_hopped_and_found_nobody_rests() -> None:
    """After a hop the request is off the record, but the secondary was tried."""
    hopped = an_ended(outcome=Outcome.NO_CANDIDATE, last_sent=None, tried=(WEB_NORTH,), since=NOON)

    assert asked(a_view(hopped))


def test_another_images_failover_cools_nothing() -> None:
    """Each image rests for itself."""
    assert asked(a_view(an_ended(image=ImageName("db")))) is None


def test_what_a_person_has_seen_rests_no_more() -> None:
    """An acknowledgement ends the cooldown: whoever looked may want it tried again."""
    assert asked(a_view(an_ended(acknowledged=NOW))) is None


def test_what_a_person_ordered_rests_nobody() -> None:
    """An order is not automation's own, so it uses up nothing of what bounds that."""
    order = Order(OrderId("0rder"), OrderKind.FAILOVER, ImageName("web"), NOON, "ada", "why")

    assert asked(a_view(an_ended(order=order))) is None


def test_each_answer_that_follows_soon_doubles_the_rest() -> None:
    """6 h, 12 h, 24 h, 48 h, and never more (PROMISES S21)."""
    in_a_row = ended(100, 93, 80, 54, 0)

    assert lasting(*in_a_row) == [each * HOUR for each in (6, 12, 24, 48, 48)]


def test_quiet_time_halves_the_rest_again() -> None:
    """As long as the rest once more without an answer: no longer than before; then shorter."""
    soon, later, much_later = ended(27, 20), ended(31, 18), ended(80, 72, 0)

    assert lasting(*soon) == [6 * HOUR, 12 * HOUR]
    assert lasting(*later) == [6 * HOUR, 6 * HOUR]
    assert lasting(*much_later) == [6 * HOUR, 12 * HOUR, 6 * HOUR]


def test_long_quiet_forgets_and_never_goes_below_the_first_rest() -> None:
    """A failover of last month makes no difference."""
    assert lasting(*ended(720, 0)) == [6 * HOUR, 6 * HOUR]


def test_a_longer_first_rest_is_not_shortened() -> None:
    """Who configures more than the bound gets that, each time."""
    view = replace(a_view(*ended(73, 0)), policy=a_policy(cooldown=3 * DAY))

    assert [lasts for _, lasts in rests(TWO_SECONDARIES, view)] == [3 * DAY, 3 * DAY]


def test_without_a_cooldown_nothing_rests() -> None:
    """Zero is allowed, and doubles to zero."""
    view = replace(a_view(*ended(1, 0)), policy=a_policy(cooldown=timedelta(0)))

    assert [lasts for _, lasts in rests(TWO_SECONDARIES, view)] == [timedelta(0), timedelta(0)]


def test_who_stayed_in_a_secondary_for_a_whole_incident_was_answered_once() -> None:
    """Good answers of one incident do not double the rest; those of the next one do."""
    view = a_view(*ended(30, 29, 28, 22, outcome=Outcome.SUCCEEDED))
    view.state.templates[WEB] = a_template()
    for name, opened, closed in (("one", 31, 27), ("two", 23, 21)):
        incident = IncidentId(name)
        at, end = NOW - opened * HOUR, NOW - closed * HOUR
        view.state.incidents[incident] = Incident(incident, WEST, at, at, (), closed=end)

    assert [lasts / HOUR for _, lasts in rests(TWO_SECONDARIES, view)] == [6, 6, 6, 12]


def test_the_last_of_several_cooldowns_is_named() -> None:
    """A good answer within the open incident takes nothing from the rest after a bad one."""
    good = an_ended(id=FailoverId("good"), outcome=Outcome.SUCCEEDED, opened=NOW)
    view = a_view(*ended(7, 0), good)

    hold = asked(view)

    assert hold is not None
    assert hold.until == NOW + 12 * HOUR
