"""Failures that no template shows as a run are judged and answered like those that one does."""

from aibwatch.sim.weather import Op
from process.stage import Stage


def test_a_pipeline_that_cannot_even_start_its_build_is_helped_once(stage: Stage) -> None:
    """Its request is answered 500, so no run comes to exist and only the Activity Log shows it.

    It tries three times; another image, which never built, is tried and held beside it.
    """
    primary, secondary = stage.image("web", "westeurope", "northeurope")
    unproven, spare = stage.image("new", "westeurope", "northeurope", built=False)
    stage.serve()

    stage.answers("westeurope", "500", Op.RUN)
    tries = [stage.tries(primary) for _ in range(3)] + [stage.tries(unproven)]
    stage.until_built_elsewhere("web")
    stage.until_decided("new", "never_succeeded")
    stage.cycles()

    assert tries == [500] * 4
    assert (stage.began(primary), stage.began(secondary)) == (0, 1)
    assert (stage.requests(secondary), stage.requests(spare)) == (1, 0)


def test_a_template_that_is_not_provisioned_by_the_service_s_own_error_is_answered(
    stage: Stage,
) -> None:
    """It built before; the owner's own mistake beside it is not answered."""
    good, secondary = stage.image("good", "westeurope", "northeurope")
    bad, spare = stage.image("bad", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.run_states("good", "bad") == ["Succeeded"] * 2, "both were read")
    stage.is_submitted(good, "ServerError", "Internal error occurred.")
    stage.is_submitted(bad, "BadSourceType", "The source is of no known type.")
    stage.until_built_elsewhere("good")
    stage.until_decided("bad", "user_error")
    stage.cycles()

    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]
