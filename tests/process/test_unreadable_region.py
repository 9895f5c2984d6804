"""Reads that fail tell nothing about runs: neither that one failed nor that one did not."""

import pytest

from aibwatch.sim.weather import Op
from process.stage import Stage


@pytest.mark.parametrize(
    ("place", "ops", "health"),
    [("westeurope", [Op.READ], "degraded"), ("everywhere", [Op.READ, Op.LIST], "unknown")],
    ids=["of their region", "of everything"],
)
def test_builds_whose_reads_answer_500_are_not_failed(
    stage: Stage, place: str, ops: list[Op], health: str
) -> None:
    """Reads fail from a moment when the builds run until both have ended well.

    That is one family at most, and none where nothing can be read. A failure after that is
    answered.
    """
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    other, _ = stage.image("other", "westeurope", "northeurope")
    stage.fails("westeurope", "stuck")
    stage.serve()

    stage.begin(primary, other)
    stage.until(lambda: stage.run_states("image", "other") == ["Running"] * 2, "the builds run")
    stage.answers(place, "500", *ops)
    stage.until(lambda: stage.health("westeurope") == health, "the region is ill")
    dark = stage.changes(), stage.run_states("image", "other")
    stage.release(primary, other)
    stage.answers_again(place)
    stage.until(lambda: stage.run_states("image", "other") == ["Succeeded"] * 2, "reads work")
    stage.cycles(3)
    good = stage.changes()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert dark == ([], ["Running"] * 2)
    assert good == []
    assert stage.changes() == [f"POST {secondary}/run"]


@pytest.mark.parametrize("silent", [False, True], ids=["graph answers", "graph is silent too"])
def test_a_region_that_goes_dark_after_its_failures_were_read_is_answered(
    stage: Stage, *, silent: bool
) -> None:
    """Lists leave the region out and reads of it fail, but a failed run once read is a fact."""
    fleet = [stage.image(f"image-{n}", "westeurope", "northeurope") for n in range(3)]
    stage.overrides = {"detection": {"debounce": "2500ms"}}
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(primary for primary, _ in fleet))
    names = [f"image-{n}" for n in range(3)]
    stage.until(lambda: stage.run_states(*names) == ["Failed"] * 3, "the failures were read")
    lit = stage.changes()
    stage.answers("westeurope", "503", Op.READ)
    if silent:
        stage.answers("everywhere", "503", Op.GRAPH)
    stage.until_built_elsewhere(*names)
    stage.cycles()

    assert lit == []
    assert not any(stage.is_readable(name) for name in names)
    assert [(stage.requests(p), stage.requests(s)) for p, s in fleet] == [(0, 1)] * 3
    assert [stage.began(s) for _, s in fleet] == [1] * 3
