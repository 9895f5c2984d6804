"""That a template built here before is evidence; that it never did forbids to blame the region."""

from process.stage import Stage


def test_one_failure_of_an_unchanged_template_alone_in_its_region_is_answered_once(
    stage: Stage,
) -> None:
    """Its error and its history agree; an image of another region, which is well, is let be."""
    primary, secondary = stage.image("alone", "westeurope", "northeurope")
    stage.image("elsewhere", "uksouth", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("alone")
    stage.cycles()

    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.began(secondary) == 1


def test_with_two_regions_in_all_one_bad_region_is_believed(stage: Stage) -> None:
    """One image and its two regions are all there is; half of what is known is bad, and it acts."""
    primary, secondary = stage.image("alone", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("alone")
    stage.cycles()

    assert {each["name"] for each in stage.status()["regions"]} == {"westeurope", "northeurope"}
    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.began(secondary) == 1


def test_a_template_that_never_succeeded_is_held_while_its_sibling_is_answered(
    stage: Stage,
) -> None:
    """Both fail alike in one region; only the one that built there before is built elsewhere."""
    new, spare = stage.image("new", "westeurope", "northeurope", built=False)
    old, secondary = stage.image("old", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(new, old)
    stage.until_built_elsewhere("old")
    stage.cycles()

    assert stage.reason("new") == "never_succeeded"
    assert "never_succeeded" in stage.held_by("new")
    assert (stage.requests(spare), stage.began(spare)) == (0, 0)
    assert stage.changes() == [f"POST {secondary}/run"]


def test_an_image_alone_that_never_succeeded_is_held_until_it_once_did(stage: Stage) -> None:
    """Nobody else fails; its next build here is good, and the failure after that is answered."""
    primary, secondary = stage.image("new", "westeurope", "northeurope", built=False)
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_decided("new", "never_succeeded")
    stage.cycles()
    before = stage.changes()
    stage.works("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.run_state("new") == "Succeeded", "the primary built")
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("new")

    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
