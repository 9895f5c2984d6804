"""Every case of the small scope holds every promise; each test says how many that are."""

import sys
from collections.abc import Callable, Iterable

import pytest

from aibwatch.model.failover import Outcome
from aibwatch.sim.checkers.all import judge
from simulation.scope import REPLIES, SECONDARY, Case, Fall, Small, cases, falls, small

pytestmark = pytest.mark.long
FEWEST, FEWEST_FALLS = 100, 50
"""Cases of one answer: some eighteen steps at least, and what may happen at each."""
ENDS = {Outcome.SUCCEEDED, Outcome.SUPERSEDED}
ANSWERS = [
    pytest.param(reply, rerun, id=f"{reply}{', rerun' if rerun else ''}")
    for reply in REPLIES
    for rerun in (False, True)
]


def held(lived: Iterable[tuple[Case, Small]]) -> list[Small]:
    """Assert that every case keeps every promise and ends well, and return them."""
    lives = []
    for case, life in lived:
        lives.append(life)
        assert (judge(life.trace), life.crashed) == ((), []), case
        ends = [each.outcome for each in life.trace.closed.values()]
        assert len(ends) == 1, case
        assert ends[0] in ENDS, case
    return lives


@pytest.mark.parametrize(("reply", "rerun"), ANSWERS)
def test_deaths_and_pauses_around_a_request_keep_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    record_property: Callable[[str, object], None],
) -> None:
    """One image, one failure, one answer: an operator pauses at any step, and it dies at any."""
    lives = held(cases(reply, rerun=rerun))

    record_property("cases of the small scope", len(lives))
    assert len(lives) >= FEWEST


@pytest.mark.whole
@pytest.mark.parametrize(("reply", "rerun"), ANSWERS)
def test_every_death_with_every_pause_keeps_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    record_property: Callable[[str, object], None],
) -> None:
    """However far they are from each other."""
    lives = held(cases(reply, rerun=rerun, near=sys.maxsize))

    record_property("cases of the whole small scope", len(lives))
    assert len(lives) >= FEWEST


@pytest.mark.parametrize(("reply", "rerun"), ANSWERS)
def test_the_other_replica_takes_over_wherever_the_leader_ends(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    record_property: Callable[[str, object], None],
) -> None:
    """At each step the leader dies, for a moment or for good, or stands still beyond its lease."""
    lives = held(falls(reply, rerun=rerun))

    record_property("cases of the small scope with two replicas", len(lives))
    assert len(lives) >= FEWEST_FALLS
    for life in lives:
        leaders = {each.holder.partition(".")[0] for _, each in life.trace.terms}
        assert life.case.fall is Fall.DIES or not life.case.death or leaders == {"1", "2"}
        assert life.trace.takeovers or not life.case.death


@pytest.mark.parametrize("reply", REPLIES)
def test_the_power_goes_with_the_daemon(reply: str) -> None:
    """What was not durable is lost at any step, and still nothing is built twice, or forgotten."""
    steps = len(small(Case(reply)).steps)

    for death in range(1, steps + 1):
        case = Case(reply, death=death, power=True)
        life = small(case)
        assert (judge(life.trace), life.crashed) == ((), []), case
        outcomes = {each.outcome for each in life.trace.closed.values()}
        assert outcomes == {Outcome.SUCCEEDED}, case


def test_the_scope_is_what_it_says() -> None:
    """Each answer is really given, so that its cases are cases of it."""
    begun = {
        reply: [a.began is not None for a in small(Case(reply)).trace.asked] for reply in REPLIES
    }

    assert begun == {
        "accepted": [True],
        "refused": [False, True],
        "504, and it runs": [True],
        "504, and nothing runs": [False, True],
        "conflict": [False],
        "throttled": [False, True],
        "reset, and it runs": [True],
        "reset, and nothing runs": [False, True],
    }
    again = small(Case("504, and nothing runs")).trace.asked
    assert [each.target for each in again] == [SECONDARY, SECONDARY], "a resend goes to the same"
