"""Reads that fail tell nothing about runs: neither that one failed nor that one did not."""

from datetime import timedelta

import pytest

from aibwatch.sim.weather import Op
from process.stage import Stage


def test_builds_that_cannot_be_read_are_not_failed(stage: Stage) -> None:
    """Reads answer 500 while two builds run to a good end; a failure after that is answered."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    other, _ = stage.image("other", "westeurope", "northeurope")
    stage.arm.do(lambda world: setattr(world, "build_time", timedelta(seconds=2)))
    stage.serve()

    stage.begin(primary, other)
    stage.until(lambda: stage.run_state("other") == "Running", "the builds run")
    stage.answers("westeurope", "500", Op.READ)
    stage.until(lambda: stage.health("westeurope") == "unknown", "the region is not known")
    stage.cycles()
    dark = stage.changes(), stage.run_state("image"), stage.run_state("other")
    stage.answers_again("westeurope")
    stage.until(lambda: stage.run_state("image") == "Succeeded", "reads work")
    stage.cycles()
    good = stage.changes()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert dark == ([], "Running", "Running")
    assert good == []
    assert stage.changes() == [f"POST {secondary}/run"]


@pytest.mark.parametrize("silent", [False, True], ids=["graph answers", "graph is silent too"])
def test_a_region_that_goes_dark_after_its_failures_were_read_is_answered(
    stage: Stage, *, silent: bool
) -> None:
    """Lists leave the region out and reads of it fail, but a failed run once read is a fact."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(3)]
    stage.overrides = {"detection": {"debounce": "1500ms"}}
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    for n in range(3):
        stage.until(lambda n=n: stage.run_state(f"image-{n}") == "Failed", f"image-{n} failed")
    lit = stage.changes()
    stage.answers("westeurope", "503", Op.READ)
    if silent:
        stage.answers("everywhere", "503", Op.GRAPH)
    stage.until_built_elsewhere(*(f"image-{n}" for n in range(3)))
    stage.cycles()

    assert lit == []
    assert not any(stage.is_readable(f"image-{n}") for n in range(3))
    assert [(stage.requests(p), stage.requests(s)) for p, s in fleet] == [(0, 1)] * 3
    assert [stage.began(s) for _, s in fleet] == [1] * 3
