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


def test_of_what_failed_while_the_daemon_was_away_only_the_young_is_answered(
    stage: Stage,
) -> None:
    """Ten minutes ago is young, three hours ago is not, whenever it is first read."""
    old, _ = stage.image("old", "westeurope", "northeurope")
    young, secondary = stage.image("young", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_state("young") == "Succeeded", "the past is read")
    stage.stop()

    stage.failed_before(old, timedelta(hours=3))
    stage.failed_before(young, timedelta(minutes=10))
    stage.serve()
    stage.until_built_elsewhere("young")
    stage.cycles()

    assert stage.reason("old") == "too_old"
    assert stage.changes() == [f"POST {secondary}/run"]
