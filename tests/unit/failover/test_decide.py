"""The entrance: which question is asked in which phase."""

import pytest

from aibwatch.failover.decide import IN_PHASE, decide
from aibwatch.model.decision import Open, Reason
from aibwatch.model.failover import Phase
from aibwatch.model.names import ImageName
from builders import WEB, WEB_NORTH, a_failover, an_image
from views import NOW, TWO_SECONDARIES, a_view


def test_every_phase_under_way_is_asked_about() -> None:
    """An open failover always has somebody to decide about it."""
    assert set(IN_PHASE) == set(Phase) - {Phase.CLOSED}


def test_without_an_open_failover_a_failure_opens_one() -> None:
    """When nothing holds, the failure is answered."""
    decision = decide(TWO_SECONDARIES, a_view(), NOW)

    assert isinstance(decision.action, Open)
    assert decision.reason is Reason.PLATFORM_OUTAGE


def test_while_the_request_is_on_its_way_nothing_is_done() -> None:
    """Only its answer, or a restart, moves a request on."""
    failover = a_failover(phase=Phase.REQUESTED, target=WEB_NORTH, last_sent=NOW)

    decision = decide(TWO_SECONDARIES, a_view(failover), NOW)

    assert decision.action is None
    assert decision.reason is Reason.AWAITING_ANSWER
    assert decision.says == "asked web-north"


def test_another_images_failover_is_none_of_its_business() -> None:
    """An open failover is looked up by image."""
    other = an_image(name=ImageName("db"), templates=(WEB,))

    decision = decide(other, a_view(a_failover(), image=TWO_SECONDARIES), NOW)

    assert isinstance(decision.action, Open)


@pytest.mark.parametrize("phase", IN_PHASE)
def test_asking_twice_says_the_same(phase: Phase) -> None:
    """A decision changes nothing, so asking again gives it again."""
    failover = a_failover(
        phase=phase, target=WEB_NORTH, first_sent=NOW, last_sent=NOW, run=None, since=NOW
    )
    view = a_view(failover)
    view.state.runs[WEB_NORTH] = view.state.runs[WEB]

    first = decide(TWO_SECONDARIES, view, NOW)

    assert first == decide(TWO_SECONDARIES, view, NOW)
