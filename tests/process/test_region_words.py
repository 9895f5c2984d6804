"""An operator's word on a region: evidence beside one other family, and the end of an incident."""

from process.stage import Stage


def test_a_word_moves_what_failed_and_nothing_else_and_a_clear_ends_it_at_once(
    stage: Stage,
) -> None:
    """One image whose failure nothing else explains; its sibling that is well stays at home."""
    failed = stage.template("failed", "westeurope")
    secondary = stage.template("failed", "northeurope", built=False)
    options = {"mode": "auto", "evidence": "strict"}
    stage.images["failed"] = {"name": "failed", "templates": [failed, secondary], **options}
    stage.image("well", "westeurope", "northeurope")
    stage.overrides = {"detection": {"healthy_delay": "1h"}}
    stage.serve()

    stage.until(lambda: stage.health("westeurope") == "healthy", "westeurope is read")
    order = {"region": "westeurope", "out": True, "reason": "the portal is dark", "actor": "kim"}
    said, _ = stage.post("/api/v1/region", order)
    stage.until(lambda: stage.health("westeurope") == "degraded", "the word degrades it")
    stage.cycles()
    alone = stage.changes()
    stage.fails(failed)
    stage.begin(failed)
    stage.until_built_elsewhere("failed")
    stage.kill()
    stage.serve()
    stage.until(lambda: stage.health("westeurope") == "outage", "the outage outlives a restart")
    cleared, _ = stage.post("/api/v1/region", {"region": "westeurope", "out": False})
    stage.until(lambda: stage.health("westeurope") == "healthy", "it is well at once")

    assert (said, cleared) == (200, 200)
    assert alone == []
    assert stage.reason("well") == "nothing_failed"
    assert stage.changes() == [f"POST {secondary}/run"]
