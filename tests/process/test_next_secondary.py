"""A secondary that cannot take a build is passed over; the next one takes it at once."""

from datetime import timedelta

from aibwatch.model.template import ProvisioningState
from process.stage import Stage


def test_a_secondary_busy_since_before_the_failure_is_passed_over(stage: Stage) -> None:
    """A person builds on the first secondary; the sibling's, which is idle, is asked."""
    primary, busy, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    sibling, idle, spare = stage.image("sibling", "westeurope", "northeurope", "uksouth")
    stage.fails(busy, "stuck")
    stage.begin(busy)
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary, sibling)
    stage.until_built_elsewhere("image", "sibling")
    stage.cycles()

    assert (stage.requests(busy), stage.requests(next_one)) == (0, 1)
    assert (stage.requests(idle), stage.requests(spare)) == (1, 0)
    assert len(stage.changes()) == 2


def test_a_secondary_that_is_not_provisioned_is_passed_over(stage: Stage) -> None:
    """The last submission of the first secondary failed; the sibling's succeeded."""
    primary, broken, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    sibling, sound, spare = stage.image("sibling", "westeurope", "northeurope", "uksouth")
    stage.arm.do(lambda world: world.submit(broken, ProvisioningState.FAILED))
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary, sibling)
    stage.until_built_elsewhere("image", "sibling")
    stage.cycles()

    assert any("provisioning state is Failed" in each for each in stage.lacks("image", broken))
    assert (stage.requests(broken), stage.requests(next_one)) == (0, 1)
    assert (stage.requests(sound), stage.requests(spare)) == (1, 0)
    assert len(stage.changes()) == 2


def test_with_no_secondary_that_can_take_it_an_image_waits_until_one_can(stage: Stage) -> None:
    """Its only secondary is busy; somebody cancels the run there, and the failure is answered."""
    primary, busy = stage.image("image", "westeurope", "northeurope")
    sibling, idle = stage.image("sibling", "westeurope", "northeurope")
    stage.fails(busy, "stuck")
    stage.begin(busy)
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary, sibling)
    stage.until_built_elsewhere("sibling")
    stage.until_decided("image", "no_candidate")
    stage.cycles()
    before = stage.changes()
    stage.works(busy)
    stage.cancels(busy)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert before == [f"POST {idle}/run"]
    assert stage.changes() == [f"POST {idle}/run", f"POST {busy}/run"]


def test_a_secondary_that_a_person_starts_just_before_the_request_is_adopted(stage: Stage) -> None:
    """ARM answers a conflict: somebody runs it, so the run answers the failure; none is added."""
    primary, secondary, spare = stage.image("image", "westeurope", "northeurope", "uksouth")
    stage.overrides = {"detection": {"debounce": "2s"}}
    stage.fails(secondary, "stuck")
    stage.arm.do(lambda world: world.weather.lags.update({"northeurope": timedelta(minutes=1)}))
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_decided("image", "debouncing")
    stage.begin(secondary)
    stage.until(lambda: stage.requests(secondary) == 1, "the secondary is asked")
    stage.arm.do(lambda world: world.weather.lags.clear())
    stage.until(lambda: stage.phase("image") == "building", "the person's run is adopted")
    stage.release(secondary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert stage.began(secondary) == 0
    assert stage.requests(spare) == 0
    assert stage.changes() == [f"POST {secondary}/run"]
