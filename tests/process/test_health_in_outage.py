"""An outage of Azure is the daemon's working day: its health stays green, and it waits."""

import pytest

from process.stage import Stage

PROBES = ("/livez", "/readyz", "/startupz")


@pytest.mark.parametrize(
    "trouble", ["500", "502", "503", "401", "403", "429", "html", "reset", "silence"]
)
def test_while_azure_answers_nothing_well_the_probes_are_green_and_nothing_is_done(
    stage: Stage, trouble: str
) -> None:
    """A build fails meanwhile and nobody can know; when Azure answers again it gets its run."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is read")

    stage.answers("everywhere", trouble)
    stage.fails("westeurope")
    stage.begin(primary)
    before = len(stage.arm.requests)
    stage.until(lambda: len(stage.arm.requests) >= before + 3, "the outage is met")
    stage.until(lambda: stage.arm.do(lambda w: not w.templates[primary].busy), "it failed")
    probes = [stage.get(path)[0] for path in PROBES]
    dark = stage.alive, stage.run_state("image") == "Failed", stage.changes()
    stage.answers_again("everywhere")
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert probes == [200, 200, 200]
    assert dark == (True, False, [])
    assert stage.changes() == [f"POST {secondary}/run"]
