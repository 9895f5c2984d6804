"""A secondary that could not build, or not publish, is passed over and named; a sound one builds.

Each test has two images that fail alike; what is taken from the first image's secondary is not
taken from the other's, which is asked.
"""

from aibwatch.sim.weather import Op
from process.stage import Stage


def outage(stage: Stage, *images: str) -> None:
    """Let West Europe fail, and a build of each image with it."""
    stage.fails("westeurope")
    for each in images:
        stage.begin(stage.images[each]["templates"][0])


def test_a_secondary_whose_gallery_lives_in_the_failed_region_is_passed_over(stage: Stage) -> None:
    """The next secondary, whose gallery lives elsewhere, takes the build at once (S27, L5)."""
    _, bound, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    _, sound, spare = stage.image("sibling", "westeurope", "northeurope", "uksouth")
    stage.publishes_through("westeurope", bound)
    stage.serve()

    outage(stage, "image", "sibling")
    stage.until_built_elsewhere("image", "sibling")
    stage.cycles()

    home, path = stage.lacks("image", bound)
    assert "golden_westeurope/image is at home in westeurope" in home
    assert "template -> definition golden_westeurope/image (westeurope)" in path
    assert (stage.requests(bound), stage.requests(next_one)) == (0, 1)
    assert (stage.requests(sound), stage.requests(spare)) == (1, 0)
    assert len(stage.changes()) == 2


def test_without_another_secondary_the_hold_names_the_gallery_until_it_is_moved(
    stage: Stage,
) -> None:
    """No run, and the reason in `held_by`; the gallery is moved, and the failure is answered."""
    (_, bound), _ = (
        stage.image(each, "westeurope", "northeurope") for each in ("image", "sibling")
    )
    stage.publishes_through("westeurope", bound)
    stage.serve()

    outage(stage, "image", "sibling")
    stage.until_built_elsewhere("sibling")
    stage.until_decided("image", "no_candidate")
    stage.cycles()
    (hold,) = stage.of("image")["held_by"]
    before = stage.requests(bound)
    stage.publishes_through("northeurope", bound)
    stage.until_built_elsewhere("image")

    assert "is at home in westeurope, as the primary is" in hold["says"]
    assert (before, stage.requests(bound)) == (0, 1)


def test_a_gallery_home_that_the_owner_tolerates_holds_nothing(stage: Stage) -> None:
    """He knows why: say, its region is not really the one that fails."""
    _, bound = stage.image("image", "westeurope", "northeurope", tolerate=["gallery_home"])
    _, held = stage.image("sibling", "westeurope", "northeurope")
    stage.publishes_through("westeurope", bound, held)
    stage.serve()

    outage(stage, "image", "sibling")
    stage.until_built_elsewhere("image")
    stage.until_decided("sibling", "no_candidate")
    stage.cycles()

    assert (stage.requests(bound), stage.requests(held)) == (1, 0)


def test_a_secondary_whose_source_its_region_does_not_offer_is_passed_over(stage: Stage) -> None:
    """The build would fail at its begin; the sibling builds from the same thing in uksouth."""
    _, without, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    _, sound, spare = stage.image("sibling", "westeurope", "uksouth", "northeurope")
    stage.withdraws_source(without)
    stage.serve()

    outage(stage, "image", "sibling")
    stage.until_built_elsewhere("image", "sibling")
    stage.cycles()

    (lack,) = stage.lacks("image", without)
    assert "that it builds from is not in northeurope" in lack
    assert (stage.requests(without), stage.requests(next_one)) == (0, 1)
    assert (stage.requests(sound), stage.requests(spare)) == (1, 0)


def test_a_secondary_that_we_may_not_run_is_passed_over(stage: Stage) -> None:
    """Nobody is asked for what would be refused."""
    _, forbidden, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    _, sound, spare = stage.image("sibling", "westeurope", "northeurope", "uksouth")
    stage.arm.do(lambda world: world.forbidden.add(forbidden))
    stage.serve()

    outage(stage, "image", "sibling")
    stage.until_built_elsewhere("image", "sibling")
    stage.cycles()

    (lack,) = stage.lacks("image", forbidden)
    assert "Microsoft.VirtualMachineImages/imageTemplates/run/action" in lack
    assert (stage.requests(forbidden), stage.requests(next_one)) == (0, 1)
    assert (stage.requests(sound), stage.requests(spare)) == (1, 0)


def test_rights_that_cannot_be_read_hold_nothing_and_a_refusal_leads_on(stage: Stage) -> None:
    """Not denied for all we know, so it is asked, once; refused, so the next one is."""
    _, forbidden, next_one = stage.image("image", "westeurope", "northeurope", "uksouth")
    stage.arm.do(lambda world: world.forbidden.add(forbidden))
    stage.answers("everywhere", "403", Op.RIGHTS)
    stage.serve()

    outage(stage, "image")
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert stage.lacks("image", forbidden) == []
    assert (stage.requests(forbidden), stage.requests(next_one)) == (1, 1)


def test_sources_that_cannot_be_read_hold_and_name_the_right_until_they_can(stage: Stage) -> None:
    """Unknown on a gating item holds (S26)."""
    _, secondary = stage.image("image", "westeurope", "northeurope")
    stage.answers("northeurope", "403", Op.SOURCES)
    stage.serve()

    outage(stage, "image")
    stage.until_decided("image", "no_candidate")
    stage.cycles()
    (hold,) = stage.of("image")["held_by"]
    before = stage.requests(secondary)
    stage.answers_again("northeurope")
    stage.until_built_elsewhere("image")

    assert "grant Microsoft.Compute/locations/publishers" in hold["says"]
    assert (before, stage.requests(secondary)) == (0, 1)
