"""An image that was not built needs a human until one says that he has seen it."""

from typing import Any

from process.stage import Stage

NEEDS = 'aibwatch_image_needs_human{image="web"}'


def test_what_failed_elsewhere_too_needs_a_human_until_he_acknowledges(stage: Stage) -> None:
    """Told by the status and the metric, over a restart; then by neither."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.fails("northeurope")
    stage.begin(primary)
    stage.until(lambda: needs(stage), "the failover failed and is told")
    stage.kill()
    stage.serve()
    stage.until(lambda: needs(stage), "it is told after a restart")
    told = needs(stage)
    stage.until(lambda: f"{NEEDS} 1.0" in stage.get("/metrics")[1], "the metric is 1")
    seen, _ = stage.post("/api/v1/ack", {"image": "web", "reason": "mended", "actor": "kim"})
    again, says = stage.post("/api/v1/ack", {"image": "web"})
    stage.until(lambda: f"{NEEDS} 0.0" in stage.get("/metrics")[1], "the metric is 0")

    assert told["outcome"] == "failed"
    assert told["says"].endswith("then `aibwatch ack web`")
    assert (seen, again) == (200, 409)
    assert "no failover of web waits for a person" in says
    assert needs(stage) is None


def needs(stage: Stage) -> Any:
    """Return what the status says of the need of a human."""
    return stage.of("web").get("needs_human") if stage.status().get("images") else None
