"""Every case of the small scope holds every promise; each test says how many that are."""

from collections.abc import Callable, Iterable

import pytest

from aibwatch.model.failover import Outcome
from aibwatch.sim.checkers.all import judge
from simulation.scope import ALIKE, REPLIES, SECONDARY, Case, Fall, Small, pairs, singles, small

pytestmark = pytest.mark.long
STEPS = 18
"""So many at least an answer has, and what may happen at each."""
NEAR = 2
"""So many steps lie at most between a pause and an end that `make test` lets come together."""
ENDS = {Outcome.SUCCEEDED, Outcome.SUPERSEDED}
CASES = "cases of the whole small scope"
"""What `make soak` adds up, and the README tells."""
Note = Callable[[str, object], None]


def answers(*left_out: str) -> pytest.MarkDecorator:
    """Let a test have every answer, but for some, with a rerun and without."""
    answers = [
        pytest.param(reply, rerun, id=f"{reply}{', rerun' if rerun else ''}")
        for reply in REPLIES
        if reply not in left_out
        for rerun in (False, True)
    ]
    return pytest.mark.parametrize(("reply", "rerun"), answers)


def held(lived: Iterable[Small]) -> list[Small]:
    """Assert that every case keeps every promise and ends well, and return them."""
    lives = list(lived)
    for life in lives:
        if life.twin is None:
            assert (judge(life.trace), life.crashed) == ((), []), life.case
            ends = [each.outcome for each in life.trace.closed.values()]
            assert len(ends) == 1, life.case
            assert ends[0] in ENDS, life.case
    return lives


@answers()
@pytest.mark.parametrize("replicas", [1, 2])
def test_one_thing_at_any_step_keeps_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    replicas: int,
    record_property: Note,
) -> None:
    """A pause; or an end, after which of two daemons the other one takes over."""
    lives = held(singles(reply, rerun=rerun, replicas=replicas))

    record_property("cases of the small scope", len(lives))
    assert len(lives) >= 1 + STEPS * (2 if replicas == 1 else 4)
    for life in lives:
        if replicas > 1 and life.case.death and life.twin is None:
            leaders = {each.holder.partition(".")[0] for _, each in life.trace.terms}
            assert life.case.fall is Fall.DIES or leaders == {"1", "2"}
            assert life.trace.takeovers


@answers(*ALIKE)
@pytest.mark.parametrize("replicas", [1, 2])
def test_a_pause_near_an_end_keeps_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    replicas: int,
    record_property: Note,
) -> None:
    """Whichever of them is first."""
    lives = held(pairs(reply, rerun=rerun, replicas=replicas, near=NEAR))

    record_property("cases of the small scope", len(lives))
    assert len(lives) >= STEPS * 2 * NEAR * replicas


@pytest.mark.whole
@pytest.mark.timeout(1800)
@answers(*ALIKE)
@pytest.mark.parametrize("replicas", [1, 2])
def test_every_pause_with_every_end_keeps_the_promises(
    reply: str,
    rerun: bool,  # noqa: FBT001  pytest gives it by its name
    replicas: int,
    record_property: Note,
) -> None:
    """However far they are from each other."""
    lives = held(pairs(reply, rerun=rerun, replicas=replicas))
    alone = held(singles(reply, rerun=rerun, replicas=replicas))

    record_property(CASES, len(lives) + len(alone))
    assert len(lives) >= STEPS * STEPS * replicas


@pytest.mark.parametrize("reply", ALIKE)
def test_replies_that_are_alike_are_so_step_for_step(reply: str) -> None:
    """So that one of them may stand for the other where two things come together."""

    def told(reply: str) -> list[tuple[list[str], list[Outcome]]]:
        lives = singles(reply, rerun=False, replicas=2)
        return [(e.steps, [c.outcome for c in e.trace.closed.values()]) for e in lives]

    assert told(reply) == told(ALIKE[reply])


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
