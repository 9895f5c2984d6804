"""The memory of what was asked."""

from datetime import timedelta

import pytest

from aibwatch.collect.question import RETRY_AFTER_MAX, Asked, Question, Subject
from aibwatch.model.fault import Fault, FaultKind
from builders import DAY, HOUR, MINUTE, NOON, SUBSCRIPTION

LIST = Question(Subject.LIST, SUBSCRIPTION, MINUTE)


def throttled(wait: timedelta | None) -> Fault:
    """Return a 429 that asks for so long a wait."""
    return Fault(FaultKind.THROTTLED, "slow down", 429, retry_after=wait)


@pytest.mark.parametrize(
    ("wait", "until"),
    [
        (timedelta(minutes=2), 2 * MINUTE),
        (timedelta(seconds=5), MINUTE),
        (timedelta(days=-1), MINUTE),
        (None, MINUTE),
        (timedelta.max, RETRY_AFTER_MAX),
    ],
    ids=["longer", "shorter", "nonsense", "none", "for ever"],
)
def test_retry_after_only_ever_puts_off(wait: timedelta | None, until: timedelta) -> None:
    """It never makes us ask sooner, and an absurd one blinds us only for a bounded time."""
    asked = Asked()

    asked.note(Subject.LIST, SUBSCRIPTION, throttled(wait), NOON)

    assert asked.next_at(LIST) == NOON + until
    assert asked.ready(LIST, NOON + until)


def test_what_was_put_off_by_our_own_budget_is_due_when_it_says() -> None:
    """Nothing was asked: a whole interval more would blind us for no reason."""
    asked = Asked()
    asked.note(Subject.LIST, SUBSCRIPTION, (), NOON)
    put_off = Fault(FaultKind.THROTTLED, "put off", retry_after=timedelta(seconds=2))

    asked.note(Subject.LIST, SUBSCRIPTION, put_off, NOON + MINUTE)

    assert asked.next_at(LIST) == NOON + timedelta(seconds=62)
    assert not asked.ready(LIST, NOON + timedelta(seconds=61))


def test_an_answer_ends_the_failing() -> None:
    """Only the last answer counts."""
    asked = Asked()
    asked.note(Subject.LIST, SUBSCRIPTION, throttled(None), NOON)

    asked.note(Subject.LIST, SUBSCRIPTION, (), NOON + MINUTE)

    assert asked.failed == set()


def test_what_is_long_past_is_forgotten() -> None:
    """Templates come and go; their memory must not grow for ever."""
    asked = Asked()
    asked.note(Subject.LIST, "old", throttled(HOUR), NOON)
    asked.note(Subject.LIST, SUBSCRIPTION, (), NOON + 2 * DAY)

    asked.forget(NOON + DAY)

    assert list(asked.at.values()) == [NOON + 2 * DAY]
    assert asked.failed == set()
    assert asked.not_before == {}
