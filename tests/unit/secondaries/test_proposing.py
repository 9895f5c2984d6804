"""Which templates are proposed as one image, and which of them as its primary."""

from dataclasses import replace

import pytest

from aibwatch.model.names import DefinitionId, Region
from aibwatch.model.proposal import Likeness, Proposal
from aibwatch.model.template import Template
from aibwatch.secondaries.proposing import propose, stem
from builders import DAY, EAST, NOON, NORTH, WEST, a_run, a_template, an_id


def seen(name: str, region: Region, **fields: object) -> Template:
    """Return a template that is like no other but by what a test says."""
    bare = a_template(
        id=an_id(name), region=region, recipe=name, definition=None, lineage="", run=None
    )
    return replace(bare, **fields)


def names(proposals: tuple[Proposal, ...]) -> dict[str, list[str]]:
    """Return the names of each image's templates."""
    return {each.name: [one.id.rpartition("/")[2] for one in each.templates] for each in proposals}


@pytest.mark.parametrize(
    ("name", "region", "expected"),
    [
        ("web-westeurope", WEST, "web"),
        ("westeurope-web", WEST, "web"),
        ("web.weu", WEST, "web"),
        ("web_we", WEST, "web"),
        ("web-eus2", Region("eastus2"), "web"),
        ("web-2022", WEST, "web-2022"),
        ("win-2022", Region("westindia"), "win-2022"),
        ("web-neu", WEST, "web-neu"),
        ("web-w", WEST, "web-w"),
        ("web-est", WEST, "web-est"),
        ("westeurope", WEST, ""),
    ],
)
def test_a_name_says_the_image_without_its_region(name: str, region: Region, expected: str) -> None:
    """Its own region only: another one in it is a part of the name."""
    assert stem(name, region) == expected


def test_equal_names_but_for_the_region_are_one_image() -> None:
    """What is in doubt is told: the owner decides."""
    (found,) = propose([seen("web-weu", WEST), seen("web-neu", NORTH)])

    assert (found.name, found.likeness) == ("web", Likeness.NAME)
    assert found.doubts == ("their recipes differ",)


def test_two_in_one_region_are_no_image() -> None:
    """A secondary beside its primary would fail with it."""
    found = propose([seen("web-a", WEST, recipe="r"), seen("web-b", WEST, recipe="r")])

    assert names(found) == {"web-a": ["web-a"], "web-b": ["web-b"]}
    assert [each.likeness for each in found] == [Likeness.NONE, Likeness.NONE]


def test_a_recipe_pairs_what_its_name_does_not() -> None:
    """The weakest sign that is a sign."""
    (found,) = propose([seen("blue", WEST, recipe="r"), seen("green", NORTH, recipe="r")])

    assert (found.likeness, found.doubts) == (Likeness.RECIPE, ())


def test_a_definition_goes_before_names() -> None:
    """Both publish versions of one thing; a third of the same name does not."""
    one = DefinitionId("/galleries/golden/images/Base_Image")
    found = propose(
        [
            seen("web-weu", WEST, definition=one),
            seen("other-neu", NORTH, definition=one),
            seen("web-eus", EAST),
        ]
    )

    assert names(found) == {"base_image": ["other-neu", "web-weu"], "web": ["web-eus"]}


def test_what_its_owner_tagged_goes_before_everything() -> None:
    """Even two in one region: he said so, and is told what that means."""
    found = propose(
        [
            seen("a", WEST, lineage="Golden Image!", role="secondary"),
            seen("b", WEST, lineage="Golden Image!"),
            seen("c", NORTH, lineage="Golden Image!", role="primary"),
            seen("a-neu", NORTH),
        ]
    )

    assert names(found) == {"golden-image": ["c", "b", "a"], "a": ["a-neu"]}
    assert "several are in one region, and would fail together" in found[0].doubts


def test_two_tags_are_two_images_however_alike() -> None:
    """Each is alone, and called as it is tagged."""
    found = propose([seen("web-weu", WEST, lineage="x"), seen("web-neu", NORTH, lineage="y")])

    assert names(found) == {"x": ["web-weu"], "y": ["web-neu"]}


def test_the_primary_is_what_is_tagged_so_then_ranked_then_what_ran_last() -> None:
    """One that never ran comes last."""
    late, early = (a_run(started=NOON - each * DAY) for each in (1, 2))
    regions = (Region(f"region{at}") for at in range(5))
    fields = ({"run": early}, {"run": late}, {}, {"rank": 7}, {"role": "primary"})
    (found,) = propose(
        seen(f"web-{at}", region, lineage="web", **each)
        for at, (region, each) in enumerate(zip(regions, fields, strict=True))
    )

    assert names((found,)) == {"web": ["web-4", "web-3", "web-1", "web-0", "web-2"]}


def test_equal_names_get_their_group_and_then_a_number() -> None:
    """Names of images are unique, whatever templates are called."""
    one, other = seen("web", WEST), seen("web", WEST)
    other = replace(other, id=an_id("web", "99999999-2222-3333-4444-555555555555"))
    elsewhere = replace(one, id=one.id.replace("/images/", "/blue/"))

    found = propose([one, other, elsewhere])

    assert [each.name for each in found] == ["web-blue", "web-images", "web-images-2"]


def test_a_tag_that_no_image_may_be_called_by_is_made_one() -> None:
    """Up to 63 plain characters; what leaves nothing is called so."""
    found = propose([seen("a", WEST, lineage="ä" * 99), seen("b", WEST, lineage="X" * 99)])

    assert [each.name for each in found] == ["image", "x" * 63]
