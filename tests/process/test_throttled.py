"""Azure says how long to stay away: reads are put off so long, and acts come all the same."""

from datetime import timedelta

from aibwatch.sim.weather import Op
from process.stage import Stage


def test_reads_are_put_off_as_told_and_the_failure_is_answered_afterwards(stage: Stage) -> None:
    """One list gets a 429 with five seconds: so long no list, nor a read of one that builds."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    building, _ = stage.image("other", "westeurope", "northeurope")
    stage.fails(building, "stuck")
    stage.begin(building)
    stage.serve()
    stage.until(lambda: stage.run_states("image", "other") == ["Succeeded", "Running"], "it reads")
    stage.until(lambda: stage.arm.count("GET", building) > 1, "what builds is read alone")

    stage.answers("everywhere", "429", Op.LIST, times=1)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")

    reads = [each for each in stage.arm.requests if "/imagetemplates" in each.path.lower()]
    (told,) = (n for n, each in enumerate(reads) if each.status == 429)
    assert reads[told + 1].at - reads[told].at >= timedelta(seconds=4.5)
    assert stage.alive
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_run_request_that_is_throttled_began_nothing_and_the_next_secondary_is_asked(
    stage: Stage,
) -> None:
    """A 429 is a refusal: sure, unlike a lost answer; so nothing waits for `settle`."""
    primary, full, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    stage.serve()

    stage.answers(full, "429", Op.RUN)
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert (stage.requests(full), stage.began(full)) == (1, 0)
    assert (stage.requests(next_one), stage.began(next_one)) == (1, 1)
    assert len(stage.changes()) == 2
