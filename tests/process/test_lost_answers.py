"""An answer that was lost proves nothing: only reading the secondary tells whether a run began."""

from datetime import timedelta

import pytest

from aibwatch.model.entry import Answered
from aibwatch.model.failover import Event
from aibwatch.sim.weather import Distortion, Op
from process.stage import Stage


@pytest.mark.parametrize("answer", ["504", "500", "reset", "html", "cut"])
def test_a_run_that_began_behind_a_bad_answer_is_adopted_and_not_asked_for_again(
    stage: Stage, answer: str
) -> None:
    """One request in all; the image beside it, whose answer arrives, takes the usual course."""
    lost, unlucky = stage.image("lost", "westeurope", "northeurope")
    usual, lucky = stage.image("usual", "westeurope", "northeurope")
    stage.serve()

    stage.answers(unlucky, answer, Op.RUN, begins=True)
    stage.fails("westeurope")
    stage.begin(lost, usual)
    stage.until_built_elsewhere("lost", "usual")
    stage.cycles(12)

    assert len(stage.written(Answered, Event.UNCLEAR)) == 1
    assert (stage.requests(unlucky), stage.began(unlucky)) == (1, 1)
    assert (stage.requests(lucky), stage.began(lucky)) == (1, 1)
    assert len(stage.changes()) == 2


@pytest.mark.parametrize("answer", ["503", "reset"])
def test_a_request_that_began_nothing_is_sent_again_after_settle_and_not_before(
    stage: Stage, answer: str
) -> None:
    """The same secondary is asked twice, the second time `settle` after the answer was lost."""
    primary, secondary = stage.image("lost", "westeurope", "northeurope")
    usual, lucky = stage.image("usual", "westeurope", "northeurope")
    stage.serve()

    stage.answers(secondary, answer, Op.RUN, times=1)
    stage.fails("westeurope")
    stage.begin(primary, usual)
    stage.until_built_elsewhere("lost", "usual")
    stage.cycles()

    first, second = (
        each.at for each in stage.arm.requests if each.path.lower() == f"{secondary}/run"
    )
    assert (second - first).total_seconds() >= 1.5
    assert (stage.requests(secondary), stage.began(secondary)) == (2, 1)
    assert (stage.requests(lucky), stage.began(lucky)) == (1, 1)
    assert len(stage.changes()) == 3


def test_a_run_in_a_state_that_nobody_knows_is_no_proof_that_none_began(stage: Stage) -> None:
    """The answer is lost, and for longer than `settle` the secondary shows a puzzle: it waits."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.fails(secondary, "stuck")
    stage.arm.do(lambda world: world.weather.lags.update({"northeurope": timedelta(minutes=1)}))
    stage.serve()

    stage.answers(secondary, "504", Op.RUN, begins=True)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.requests(secondary) == 1, "the secondary is asked")
    stage.distorts(Distortion.STATES, "northeurope")
    stage.arm.do(lambda world: world.weather.lags.clear())
    stage.cycles(12)
    before = stage.phase("image"), stage.requests(secondary)
    stage.distorts(None, "northeurope")
    stage.until(lambda: stage.phase("image") == "building", "its run is found")
    stage.release(secondary)
    stage.until_built_elsewhere("image")

    assert before == ("starting", 1)
    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.began(secondary) == 1
