"""What the owner did follows the template to any region, so it is never answered."""

import pytest

from process.stage import Stage


@pytest.mark.parametrize("count", [1, 4])
def test_a_customizers_failure_is_not_answered_however_often_it_happens(
    stage: Stage, count: int
) -> None:
    """Four at once look like a region and are none; a platform's failure beside them is seen."""
    fleet = [stage.image(f"mine-{n}", "westeurope", "northeurope") for n in range(count)]
    primary, secondary = stage.image("theirs", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope", "customizer")
    stage.begin(*(own for own, _ in fleet))
    for n in range(count):
        stage.until_decided(f"mine-{n}", "user_error")
    stage.cycles()
    before = stage.changes(), stage.health("westeurope")
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("theirs")
    stage.cycles()

    assert before == ([], "healthy")
    assert {stage.reason(f"mine-{n}") for n in range(count)} == {"user_error"}
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_canceled_run_is_not_answered(stage: Stage) -> None:
    """Somebody canceled one build of the region that fails; the failed one beside it is built."""
    canceled, _ = stage.image("canceled", "westeurope", "northeurope")
    failed, secondary = stage.image("failed", "westeurope", "northeurope")
    stage.serve()

    stage.fails(canceled, "canceled")
    stage.fails("westeurope")
    stage.begin(canceled, failed)
    stage.until_built_elsewhere("failed")
    stage.until_decided("canceled", "canceled")
    stage.cycles()

    assert stage.run_state("canceled") == "Canceled"
    assert stage.changes() == [f"POST {secondary}/run"]
