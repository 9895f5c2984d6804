"""Told to stop, the daemon finishes what it has begun, and leaves the rest to the next one."""

import signal

import pytest

from aibwatch.model.entry import Answered, Intended
from aibwatch.model.failover import Event
from aibwatch.sim.weather import Op
from process.stage import PATIENCE, Stage


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_well_and_a_restart_goes_on(
    stage: Stage, number: signal.Signals
) -> None:
    """Exit code 0 in the middle of a failover, whose build is then followed to its end."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.fails(secondary, "stuck")
    stage.serve()
    assert stage.daemon is not None

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.phase("image") == "building", "the secondary builds")
    stage.daemon.send_signal(number)
    code = stage.daemon.wait(PATIENCE)
    stage.serve()
    stage.works(secondary)
    stage.release(secondary)
    stage.until_built_elsewhere("image")

    assert code == 0
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_request_under_way_is_waited_for_and_written_down(stage: Stage) -> None:
    """Not ready while it waits, exit code 0 after it, and what became of it is in the journal."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    assert stage.daemon is not None

    stage.answers(secondary, "silence", Op.RUN, begins=True)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.requests(secondary) == 1, "the request is under way")
    stage.daemon.send_signal(signal.SIGTERM)
    stage.until(lambda: stage.get("/readyz")[0] == 503, "it says that it is draining")
    live, why, waiting = stage.get("/livez")[0], stage.get("/readyz")[1], stage.alive
    stage.answers_again(secondary)
    code = stage.daemon.wait(PATIENCE)
    answers = stage.written(Answered, Event.UNCLEAR)
    stage.serve()
    stage.until_built_elsewhere("image")

    assert (live, waiting, code) == (200, True, 0)
    assert "not_draining" in why
    assert len(stage.written(Intended)) == len(answers) == 1
    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.began(secondary) == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_second_signal_ends_it_at_once_and_nothing_is_built_twice(
    stage: Stage, number: signal.Signals, code: int
) -> None:
    """The request under way is not waited for; a restart finds its run."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    assert stage.daemon is not None

    stage.answers(secondary, "silence", Op.RUN, begins=True)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.requests(secondary) == 1, "the request is under way")
    stage.daemon.send_signal(number)
    stage.until(lambda: stage.get("/readyz")[0] == 503, "it is draining")
    stage.daemon.send_signal(number)
    ended = stage.daemon.wait(PATIENCE)
    stage.answers_again(secondary)
    stage.serve()
    stage.until_built_elsewhere("image")

    assert ended == code
    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.began(secondary) == 1
