"""Failures of long ago are history: somebody has dealt with them by now."""

from datetime import timedelta

from process.stage import Stage


def test_a_failure_older_than_max_failure_age_is_not_answered_and_a_fresh_one_is(
    stage: Stage,
) -> None:
    """Its region even has an incident, which makes no old failure young; its next failure is."""
    old, spare = stage.image("old", "westeurope", "northeurope")
    new, secondary = stage.image("new", "westeurope", "northeurope")
    stage.serve()

    stage.failed_before(old, timedelta(hours=3))
    stage.until_decided("old", "too_old")
    stage.fails("westeurope")
    stage.begin(new)
    stage.until_built_elsewhere("new")
    stage.cycles()
    before = stage.reason("old"), stage.changes()
    stage.begin(old)
    stage.until_built_elsewhere("old")
    stage.cycles()

    assert before == ("too_old", [f"POST {secondary}/run"])
    assert stage.changes() == [f"POST {secondary}/run", f"POST {spare}/run"]


def test_a_failure_from_before_the_first_start_is_not_answered(stage: Stage) -> None:
    """The daemon is new here; the failure of this morning stays, the one after it is answered."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    stage.cycles(2)
    stage.stop()

    stage.failed_before(primary, timedelta(hours=3))
    stage.serve()
    stage.until_decided("image", "too_old")
    stage.cycles()
    before = stage.changes()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
