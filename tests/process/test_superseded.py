"""What has come right by itself needs no answer: a newer run or version ends the failover."""

from aibwatch.model.names import DefinitionId
from aibwatch.sim import runs
from process.stage import GROUP, Stage


def test_a_primary_that_runs_again_before_the_act_is_let_be(stage: Stage) -> None:
    """Both failovers are open and held by a pause; only the one without a rerun is carried out."""
    again, spare = stage.image("again", "westeurope", "northeurope")
    still, secondary = stage.image("still", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.status().get("images"), "the images are known")
    stage.post("/api/v1/pause", {"reason": "wait"})
    stage.fails("westeurope")
    stage.begin(again, still)
    for image in ("again", "still"):
        stage.until(lambda image=image: stage.phase(image) == "choosing", f"{image}: held open")
    stage.fails(again, "stuck")
    stage.begin(again)
    stage.until(lambda: stage.outcomes("again") == ["superseded"], "its failover is closed")
    stage.post("/api/v1/resume", {})
    stage.until_built_elsewhere("still")
    stage.cycles()

    assert stage.requests(spare) == 0
    assert stage.reason("again") == "primary_running"
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_primary_that_runs_again_while_the_evidence_is_young_is_never_answered(
    stage: Stage,
) -> None:
    """The platform reruns one of two dropped builds within `debounce`: nothing is opened for it."""
    again, spare = stage.image("again", "westeurope", "northeurope")
    still, secondary = stage.image("still", "westeurope", "northeurope")
    stage.overrides = {"detection": {"debounce": "3s"}}
    stage.serve()

    stage.fails("westeurope")
    stage.begin(again, still)
    for image in ("again", "still"):
        stage.until_decided(image, "debouncing")
    stage.fails(again, "stuck")
    stage.begin(again)
    stage.until_built_elsewhere("still")
    stage.cycles()

    assert stage.outcomes("again") == []
    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_version_that_somebody_else_published_ends_the_failover(stage: Stage) -> None:
    """A person made the image by other means; the sibling's is still missing and is built."""
    made, spare = stage.image("made", "westeurope", "northeurope")
    missing, secondary = stage.image("missing", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.status().get("images"), "the images are known")
    stage.post("/api/v1/pause", {"reason": "wait"})
    stage.fails("westeurope")
    stage.begin(made, missing)
    for image in ("made", "missing"):
        stage.until(lambda image=image: stage.phase(image) == "choosing", f"{image}: held open")
    definition = f"{GROUP}/providers/Microsoft.Compute/galleries/golden/images/made".lower()
    stage.arm.do(lambda world: runs.publish(world, DefinitionId(definition)))
    stage.until(lambda: stage.outcomes("made") == ["superseded"], "its failover is closed")
    stage.post("/api/v1/resume", {})
    stage.until_built_elsewhere("missing")
    stage.cycles()

    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]
