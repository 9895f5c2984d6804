"""The user's own fleet takes the parts of a packaged scenario."""

import pytest

from aibwatch.cli.simulate.casting import Part, cast, recast
from aibwatch.errors import ConfigError
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.sim.scenario import Scenario, load
from builders import NORTH, SUBSCRIPTION, WEST

SCENARIO = load(
    """# a story
image web westeurope northeurope
image db  westeurope uksouth
db builds on Standard_F8s_v2
at 1m run web in westeurope
at 2m run db in westeurope
at 3m web in westeurope answers 500 to reads
at 4m uksouth recovers
at 5m somebody runs db in uksouth
expects failover of web
expects failover of db after 1m
"""
)
UK = Region("uksouth")
TYPE = "providers/microsoft.virtualmachineimages/imagetemplates"


def an_image(name: str, templates: int = 2) -> Image:
    """Return an image of the user's."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/mine"
    ids = (TemplateId(f"{group}/{TYPE}/{name}-{number}") for number in range(templates))
    return Image(ImageName(name), tuple(ids))


def played(*images: Image) -> Scenario:
    """Return the scenario as it happens to them."""
    return recast(SCENARIO, images, cast(SCENARIO, images))


def test_each_image_plays_the_next_part_over_again() -> None:
    """Its primary stands where that image's primary does."""
    images = [an_image("a"), an_image("b"), an_image("c", templates=3)]

    assert cast(SCENARIO, images) == (
        Part("a", "web", (WEST, NORTH)),
        Part("b", "db", (WEST, UK)),
        Part("c", "web", (WEST, NORTH, UK)),
    )


def test_their_own_templates_stand_in_the_world() -> None:
    """With the VM size of the part."""
    first, second = an_image("a"), an_image("b")

    found = played(first, second)

    assert found.images == {"a": first.templates, "b": second.templates}
    assert found.fleet.sizes == {"b": "Standard_F8s_v2"}


def test_what_happens_to_a_part_happens_to_all_who_play_it() -> None:
    """And to a region once, though nobody of theirs stands in it."""
    found = [each.says for each in played(an_image("a"), an_image("b"), an_image("c")).happenings]

    assert found == [
        "run a in westeurope",
        "run c in westeurope",
        "run b in westeurope",
        "a in westeurope answers 500 to reads",
        "c in westeurope answers 500 to reads",
        "uksouth recovers",
        "somebody runs b in uksouth",
    ]


def test_a_part_that_nobody_plays_is_left_out() -> None:
    """Also of what is expected."""
    found = played(an_image("a"))

    assert [each.says for each in found.happenings] == [
        "run a in westeurope",
        "a in westeurope answers 500 to reads",
        "uksouth recovers",
    ]
    assert set(found.expectation.failovers) == {"a"}


def test_what_happens_where_a_player_has_no_template_does_not_happen_to_it() -> None:
    """Its part has a secondary there, it has none."""
    found = [each.says for each in played(an_image("a"), an_image("b", templates=1)).happenings]

    assert "run b in westeurope" in found
    assert "somebody runs b in uksouth" not in found


def test_who_has_no_secondary_is_not_expected_to_move() -> None:
    """There is nowhere to go."""
    found = played(an_image("a", templates=1), an_image("b"))

    assert found.expectation.failovers == {"b": SCENARIO.expectation.failovers["db"]}


def test_more_templates_than_regions_are_refused() -> None:
    """The image is named, with what there is."""
    with pytest.raises(ConfigError, match="a: it has 4 templates, and the scenario only 3"):
        cast(SCENARIO, [an_image("a", templates=4)])
