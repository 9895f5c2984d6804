"""A drill by the real daemon: what leaves the process, and what is told of it."""

from aibwatch.model.names import TemplateId
from aibwatch.sim.body import distributions
from aibwatch.sim.world import World
from process.stage import Stage
from process.test_orders import command, until_ready


def rehearsable(stage: Stage) -> tuple[TemplateId, TemplateId]:
    """Add an image that is only observed, with a drill template; return its secondary and that."""
    drill = stage.template("web-drill", "northeurope", publishes_to="web")

    def exclude(world: World) -> None:
        for each in distributions(world.templates[drill].look.body):
            assert isinstance(each, dict)
            each["excludeFromLatest"] = True

    stage.arm.do(exclude)
    _, secondary = stage.image("web", "westeurope", "northeurope", mode="observe", drill=drill)
    return secondary, drill


def test_a_drill_runs_its_template_once_and_nothing_else(stage: Stage) -> None:
    """Over TLS, with the measured recovery in the status, and not while all is paused."""
    secondary, drill = rehearsable(stage)
    stage.serve()
    until_ready(stage, "web", secondary)
    stage.until(lambda: stage.of("web")["drill"]["ready"], "the drill template is ready")
    stage.post("/api/v1/pause", {"reason": "a freeze"})

    refused, _, why = command(stage, "drill", "web")
    stage.post("/api/v1/resume", {})
    code, told, _ = command(stage, "drill", "web", "--reason", "before the season")
    stage.until(lambda: stage.of("web")["drill"]["proven"], "the drill has ended well")
    last = stage.of("web")["drill"]["last"]

    assert (refused, code) == (2, 0)
    assert "all is paused" in why
    assert told.startswith("ordered: web is rehearsed in web-drill-northeurope (northeurope)")
    assert stage.changes() == [f"POST {drill}/run"]
    assert last["outcome"] == "succeeded"
    assert last["seconds"]["total"] > 0
    assert (
        'aibwatch_failovers_total{image="web",result="succeeded"} 0.0' in stage.get("/metrics")[1]
    )
