"""What only Azure knows to be wrong makes its image red and held, and never stops the daemon.

Beside each such image one that is right fails with it, and is built.
"""

from process.stage import Stage


def test_two_images_with_one_definition_are_red_and_held_and_both_are_named(stage: Stage) -> None:
    """Each could take the other's version for its own, so neither is built elsewhere."""
    one, _ = stage.image("one", "westeurope", "northeurope")
    two, _ = stage.image("two", "westeurope", "northeurope", publishes_to="one")
    right, secondary = stage.image("right", "westeurope", "northeurope")
    stage.serve()

    stage.fails("westeurope")
    stage.begin(one, two, right)
    stage.until_built_elsewhere("right")
    stage.until(lambda: "misconfigured" in stage.held_by("one"), "one is held")
    stage.until(lambda: "misconfigured" in stage.held_by("two"), "two is held")
    stage.cycles()

    for image, other in (("one", "two"), ("two", "one")):
        found = stage.of(image)
        assert found["standing"]["level"] == "bad"
        assert f"as {other} does" in found["misconfigured"]
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_secondary_in_the_primarys_own_region_is_red_and_not_asked(stage: Stage) -> None:
    """Only Azure knows where a template lives; a region cannot stand in for itself."""
    (near,) = stage.image("near", "westeurope")
    beside = stage.template("beside", "westeurope", publishes_to="near")
    stage.images["near"]["templates"].append(beside)
    right, secondary = stage.image("right", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.lacks("near", beside), "the secondary is red")

    stage.fails("westeurope")
    stage.begin(near, right)
    stage.until_built_elsewhere("right")
    stage.until_decided("near", "no_candidate")
    stage.cycles()

    assert any("as the primary does" in each for each in stage.lacks("near", beside))
    assert stage.of("near")["standing"]["level"] == "bad"
    assert (stage.requests(beside), stage.requests(secondary)) == (0, 1)
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_secondary_that_does_not_exist_is_red_and_not_asked(stage: Stage) -> None:
    """The image is held, and says which template is not there."""
    primary, gone = stage.image("image", "westeurope", "northeurope")
    right, secondary = stage.image("right", "westeurope", "northeurope")
    stage.arm.do(lambda world: world.remove_template(gone))
    stage.serve()

    stage.fails("westeurope")
    stage.begin(primary, right)
    stage.until_built_elsewhere("right")
    stage.until_decided("image", "no_candidate")
    stage.cycles()

    assert any("there is no template" in each for each in stage.lacks("image", gone))
    assert stage.of("image")["standing"]["level"] == "bad"
    assert stage.changes() == [f"POST {secondary}/run"]


def test_a_primary_that_does_not_exist_makes_its_image_red_until_it_is_there(
    stage: Stage,
) -> None:
    """The others are watched as ever; made at last, it is watched too."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    right, other = stage.image("right", "westeurope", "northeurope")
    stage.arm.do(lambda world: world.remove_template(primary))
    stage.serve()

    stage.until(lambda: stage.of("image")["misconfigured"], "the image is red")
    red = stage.of("image")
    stage.fails("westeurope")
    stage.begin(right)
    stage.until_built_elsewhere("right")
    stage.cycles()
    before = stage.changes()
    stage.template("image", "westeurope")
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the primary is there")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    stage.cycles()

    assert red["standing"]["level"] == "bad"
    assert "image-westeurope" in red["misconfigured"]
    assert before == [f"POST {other}/run"]
    assert stage.of("image")["misconfigured"] is None
    assert stage.changes() == [f"POST {other}/run", f"POST {secondary}/run"]
