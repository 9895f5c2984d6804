"""No phase waits for ever: when its deadline is, and that past it what the table says is done."""

from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.failover.deadlines import ANSWER_WITHIN, deadline
from aibwatch.failover.decide import decide
from aibwatch.model.decision import Close, Decision, Move, Reason
from aibwatch.model.failover import AT_DEADLINE, Event, Failover, Phase
from aibwatch.model.names import Token
from aibwatch.model.policy import PUBLISH_DEADLINE
from aibwatch.model.state import View
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import failover_id
from builders import DAY, HOUR, MINUTE, NOON, WEB, WEB_NORTH, a_failover, a_failure, a_run
from views import NOW, TWO_SECONDARIES, a_view

OPENED = a_failover(id=failover_id(TWO_SECONDARIES.name, a_failure().key))
REQUESTED = replace(
    OPENED,
    phase=Phase.REQUESTED,
    since=NOW,
    target=WEB_NORTH,
    token=Token("t0"),
    first_sent=NOW,
    last_sent=NOW,
)
RUN = RunKey(WEB_NORTH, NOW + MINUTE)
ITS = {
    Phase.CHOOSING: (OPENED, NOON + 12 * HOUR),
    Phase.REQUESTED: (REQUESTED, NOW + ANSWER_WITHIN),
    Phase.STARTING: (replace(REQUESTED, phase=Phase.STARTING), NOW + 4 * HOUR + 30 * MINUTE),
    Phase.BUILDING: (
        replace(REQUESTED, phase=Phase.BUILDING, run=RUN),
        NOW + 4 * HOUR + 31 * MINUTE,
    ),
    Phase.PUBLISHING: (
        replace(REQUESTED, phase=Phase.PUBLISHING, run=RUN),
        NOW + PUBLISH_DEADLINE,
    ),
}
"""For each phase a failover in it, and when it must be over."""


def in_phase(failover: Failover) -> View:
    """Return a view in which this failover is open, and its run goes on if it has one."""
    view = a_view(failover)
    if failover.run:
        run = a_run(template=WEB_NORTH, started=RUN.started, state=RunState.RUNNING, ended=None)
        view.state.runs[WEB_NORTH] = run
    del view.sightings.seen[WEB_NORTH]
    return view


def decided(phase: Phase, now: datetime) -> Decision:
    """Return what is decided in a phase at `now`."""
    return decide(TWO_SECONDARIES, in_phase(ITS[phase][0]), now)


@pytest.mark.parametrize("phase", ITS)
def test_each_phase_has_its_deadline(phase: Phase) -> None:
    """The decision carries it, so that whoever looks can tell that it is stuck."""
    failover, until = ITS[phase]

    assert deadline(failover, in_phase(failover)) == until
    assert decided(phase, until).deadline == until


@pytest.mark.parametrize("phase", ITS)
def test_past_its_deadline_a_phase_ends_as_the_table_says(phase: Phase) -> None:
    """At the deadline it still waits; a second later it is moved or closed (PROMISES L3)."""
    until = ITS[phase][1]

    before, after = decided(phase, until), decided(phase, until + MINUTE / 60)

    assert not isinstance(before.action, Close | Move)
    match AT_DEADLINE[phase]:
        case Event.CLOSED:
            assert isinstance(after.action, Close)
        case event:
            assert after.action == Move(OPENED.id, event)


def test_a_request_whose_answer_nobody_writes_down_is_settled_by_reading() -> None:
    """Who sent it may be gone: it counts as unclear, never as not sent (PROMISES S2)."""
    decision = decided(Phase.REQUESTED, NOW + ANSWER_WITHIN + MINUTE)

    assert decision.reason is Reason.ANSWER_OVERDUE
    assert decision.action == Move(OPENED.id, Event.UNCLEAR)


def test_without_its_failure_a_failover_chooses_no_longer_than_for_any() -> None:
    """Then it ends at once by what is decided; the bound holds whatever that is."""
    view = a_view(OPENED)
    del view.state.failures[WEB]

    assert deadline(OPENED, view) == NOON + 2 * HOUR


def test_what_is_not_open_has_no_deadline() -> None:
    """Only a failover under way can be stuck."""
    assert decide(TWO_SECONDARIES, a_view(), NOW + DAY).deadline is None
