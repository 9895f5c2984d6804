"""Every case of the small scope holds every promise; each test says how many that are."""

from collections import Counter
from collections.abc import Callable

import pytest

from aibwatch.model.failover import Outcome
from aibwatch.sim.checkers.all import judge
from simulation.scope import REPLIES, SECONDARY, Case, cases, small

pytestmark = pytest.mark.long
FEWEST = 200
"""Cases of one answer: some eighteen steps at least, and a pause or none at each."""


@pytest.mark.parametrize("rerun", [False, True], ids=["no rerun", "rerun"])
@pytest.mark.parametrize("reply", REPLIES)
def test_every_death_and_every_pause_around_a_request_keeps_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    record_property: Callable[[str, object], None],
) -> None:
    """One image, one failure, one answer: an operator pauses at any step, and it dies at any."""
    count, ends = 0, Counter[Outcome]()
    for case, life in cases(reply, rerun=rerun):
        count += 1
        assert (judge(life.trace), life.crashed) == ((), []), case
        assert len(life.trace.closed) == 1, case
        ends.update(each.outcome for each in life.trace.closed.values())

    record_property("cases of the small scope", count)
    assert count >= FEWEST
    assert ends.keys() <= {Outcome.SUCCEEDED, Outcome.SUPERSEDED}


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
