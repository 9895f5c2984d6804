"""The table of the failover's moves, checked as a whole."""

import pytest

from aibwatch.failover.deadlines import DEADLINES
from aibwatch.failover.decide import IN_PHASE
from aibwatch.model.failover import AT_DEADLINE, CANNOT, TABLE, Event, Phase, step

UNDER_WAY = [phase for phase in Phase if phase is not Phase.CLOSED]


def reachable(start: Phase) -> set[Phase]:
    """Return every phase that some moves lead to from `start`, itself included."""
    found = {start}
    while more := {to for (phase, _), to in TABLE.items() if phase in found} - found:
        found |= more
    return found


def test_every_phase_can_be_reached() -> None:
    """No phase is decoration: a new failover, which is CHOOSING, can come to each."""
    assert reachable(Phase.CHOOSING) == set(Phase)


@pytest.mark.parametrize("phase", UNDER_WAY)
def test_no_phase_is_a_trap(phase: Phase) -> None:
    """From every phase the end can be reached."""
    assert Phase.CLOSED in reachable(phase)


@pytest.mark.parametrize("phase", UNDER_WAY)
def test_every_phase_can_be_closed_at_once_but_one(phase: Phase) -> None:
    """A request on its way must be answered, or recovered as unclear, before anything else."""
    closable = (phase, Event.CLOSED) in TABLE

    assert closable == (phase is not Phase.REQUESTED)


def test_every_answer_moves_a_request() -> None:
    """Whatever Azure answers has a row, and nothing but an answer has one."""
    rows = {event for phase, event in TABLE if phase is Phase.REQUESTED}

    assert rows == {Event.BEGAN, Event.REFUSED, Event.UNCLEAR}


def test_every_pair_is_answered() -> None:
    """Each is a move, or says why it cannot come; none is both."""
    every = {(phase, event) for phase in Phase for event in Event}

    assert TABLE.keys() | CANNOT.keys() == every
    assert not TABLE.keys() & CANNOT.keys()
    assert all(CANNOT.values())


def test_every_phase_but_the_last_has_a_deadline_and_a_way_out_past_it() -> None:
    """No wait is without a bound, and what ends it is a move (PROMISES L3)."""
    assert set(DEADLINES) == set(AT_DEADLINE) == set(IN_PHASE) == set(UNDER_WAY)
    assert all((phase, event) in TABLE for phase, event in AT_DEADLINE.items())


def test_every_event_moves_something() -> None:
    """No event is decoration."""
    assert {event for _, event in TABLE} == set(Event)


def test_the_end_is_the_end() -> None:
    """A closed failover never moves again."""
    assert not [event for phase, event in TABLE if phase is Phase.CLOSED]


def test_only_an_intent_leads_to_a_request() -> None:
    """Nothing is requested without its durable intent (PROMISES S3)."""
    leading = {row for row, to in TABLE.items() if to is Phase.REQUESTED}

    assert leading == {(Phase.CHOOSING, Event.INTENDED)}


def test_a_move_without_a_row_raises() -> None:
    """A move that cannot happen is an error that names both words, and why."""
    with pytest.raises(
        ValueError, match="a failover that is closed cannot be began: it has its outcome"
    ):
        step(Phase.CLOSED, Event.BEGAN)


def test_a_move_with_a_row_is_made() -> None:
    """The phase that the row names is returned."""
    assert step(Phase.CHOOSING, Event.INTENDED) is Phase.REQUESTED
