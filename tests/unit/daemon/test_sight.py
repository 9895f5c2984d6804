"""How long a leader that is blind stays, and how often it gives way."""

from datetime import timedelta

from aibwatch.daemon.sight import Sight
from builders import NOON

MINUTE = timedelta(minutes=1)


def test_who_sees_again_in_time_does_not_give_way() -> None:
    """However often it is blind for less than the patience."""
    blind = False
    sight = Sight(lambda: blind, patience=2 * MINUTE)

    for n in range(10):
        blind = n % 2 == 1
        now = NOON + n * MINUTE
        sight.look(now)
        assert not sight.gives_way(now)


def test_who_is_blind_gives_way_when_it_has_lasted_and_again_each_time_twice_as_long() -> None:
    """Where nobody sees, the lead goes round ever more seldom."""
    sight = Sight(lambda: True, patience=2 * MINUTE)
    gave_way = []

    for n in range(60):
        now = NOON + n * MINUTE
        sight.look(now)
        if sight.gives_way(now):
            gave_way.append(n)

    assert gave_way == [2, 4, 8, 16, 32]


def test_who_was_blind_for_long_gives_way_as_soon_as_it_leads() -> None:
    """The patience counts from the blindness, not from the lead; after it, all begins anew."""
    blind = True
    sight = Sight(lambda: blind, patience=2 * MINUTE)

    sight.look(NOON)
    assert sight.gives_way(NOON + 50 * MINUTE)
    blind = False
    sight.look(NOON + 51 * MINUTE)
    blind = True
    sight.look(NOON + 52 * MINUTE)

    assert not sight.gives_way(NOON + 53 * MINUTE)
    assert sight.gives_way(NOON + 54 * MINUTE)
