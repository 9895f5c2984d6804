"""When everything looks ill, the eye is more likely ill."""

from process.stage import Stage


def test_builds_that_fail_in_every_region_are_held_until_one_of_them_is_well(stage: Stage) -> None:
    """Suspicion is shown and nothing is started; a good build there lifts it, and one acts."""
    west, secondary = stage.image("west", "westeurope", "northeurope")
    north, _ = stage.image("north", "northeurope", "westeurope")
    stage.serve()

    stage.fails("everywhere")
    stage.begin(west, north)
    stage.until_decided("west", "self_suspect")
    stage.until_decided("north", "self_suspect")
    stage.until(lambda: stage.health("westeurope") == "outage", "the region is held to be out")
    stage.cycles()
    suspicion, before = stage.status()["suspicion"], stage.changes()
    stage.works("everywhere")
    stage.fails("westeurope")
    stage.begin(north)
    stage.until_built_elsewhere("west")
    stage.cycles(3)

    assert suspicion["reason"] == "self_suspect"
    assert "2 of 2 known regions" in suspicion["says"]
    assert before == []
    assert stage.status()["suspicion"] is None
    assert stage.changes() == [f"POST {secondary}/run"]
