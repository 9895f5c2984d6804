"""Which images tags make of the templates that nobody configured."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import Region
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.secondaries.tagged import GONE_AFTER, Tags
from builders import (
    DAY,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_policy,
    a_run,
    a_template,
    an_id,
    an_image,
)

ALL = Tags((), a_policy())
"""Where nothing is configured."""
GONE = Fault(FaultKind.NOT_FOUND, "no such template", 404)


def seen(name: str, region: Region, lineage: str = "web", **fields: object) -> Template:
    """Return a template that is tagged and never ran, but for what a test says."""
    bare = a_template(id=an_id(name), region=region, lineage=lineage, run=None)
    return replace(bare, **fields)


def sightings(*templates: Template) -> Sightings:
    """Return that these were read at noon."""
    found = Sightings(booted=NOON)
    for each in templates:
        found.templates[each.id], found.seen[each.id] = each, NOON
    return found


def names(images: tuple[Image, ...]) -> dict[str, list[str]]:
    """Return the names of each image's templates."""
    return {each.name: [one.rpartition("/")[2] for one in each.templates] for each in images}


def ordered(*templates: Template) -> list[str]:
    """Return the templates of the one image that they make."""
    (found,) = names(ALL.images(sightings(*templates), NOON)).values()
    return found


def test_what_is_tagged_alike_is_one_image_in_observe() -> None:
    """No tag says how far we may go."""
    found = ALL.images(sightings(seen("a", WEST), seen("b", NORTH)), NOON)

    assert names(found) == {"web": ["a", "b"]}
    assert found[0].mode is Mode.OBSERVE


def test_a_name_is_spelt_as_images_are_called() -> None:
    """Azure keeps the case of a tag's value, and allows what no image may be called."""
    found = ALL.images(sightings(seen("a", WEST, "Web Server")), NOON)

    assert names(found) == {"web-server": ["a"]}


def test_roles_and_priorities_say_the_order() -> None:
    """A secondary is never the primary while another is there."""
    templates = (
        seen("a", WEST, role="secondary", rank=2),
        seen("b", NORTH, role="secondary", rank=1),
        seen("c", Region("eastus"), role="primary"),
    )

    assert ordered(*templates) == ["c", "b", "a"]


def test_what_ran_last_is_no_reason_to_be_the_primary() -> None:
    """With each build it would be another one."""
    ran = a_run(template=an_id("b"), started=NOON)

    assert ordered(seen("a", WEST), seen("b", NORTH, run=ran)) == ["a", "b"]


def test_where_each_build_has_a_template_of_its_own_the_newest_counts() -> None:
    """Two of one region would fail together."""
    old, new = (
        seen(
            f"web-{each}", WEST, run=a_run(template=an_id(f"web-{each}"), started=NOON + each * DAY)
        )
        for each in (1, 2)
    )

    assert ordered(old, new, seen("north", NORTH)) == ["north", "web-2"]


@pytest.mark.parametrize(
    "image",
    [an_image(), an_image(name="other", templates=(an_id("other"), WEB)), an_image(drill=WEB)],
)
def test_what_is_configured_is_as_it_is_configured(image: Image) -> None:
    """Neither its name nor its templates make another image."""
    found = Tags([image], a_policy()).images(sightings(a_template(id=WEB, lineage="web")), NOON)

    assert found == ()


def test_a_template_more_joins_no_configured_image() -> None:
    """Its owner says in the configuration which templates may be run."""
    configured = an_image(name="web", templates=(WEB, WEB_NORTH))

    found = Tags([configured], a_policy()).images(sightings(seen("c", WEST)), NOON)

    assert found == ()


def test_a_canary_is_no_image() -> None:
    """It is run to learn of a region, whatever it is tagged."""
    policy = a_policy(canaries=((WEST, an_id("a")),))

    assert Tags((), policy).images(sightings(seen("a", WEST)), NOON) == ()


def test_what_is_not_tagged_is_no_image() -> None:
    """`aibwatch init` proposes those, for their owner to judge."""
    assert ALL.images(sightings(seen("a", WEST, "")), NOON) == ()


@pytest.mark.parametrize(
    ("fault", "after", "stays"),
    [
        (GONE, GONE_AFTER, True),
        (GONE, GONE_AFTER + timedelta(seconds=1), False),
        (Fault(FaultKind.PLATFORM, "HTTP 500", 500), 9 * GONE_AFTER, True),
    ],
)
def test_what_is_gone_for_a_day_is_no_image(fault: Fault, after: timedelta, *, stays: bool) -> None:
    """What cannot be read may well be there: a region in an outage answers nothing."""
    found = sightings(seen("a", WEST))
    found.faults[an_id("a")] = fault

    assert bool(ALL.images(found, NOON + after)) is stays


def test_what_was_never_seen_since_the_start_and_is_not_found_is_gone() -> None:
    """The journal remembers templates that were deleted long ago."""
    found = sightings(seen("a", WEST))
    found.seen.clear()
    before = ALL.images(found, NOON)
    found.faults[an_id("a")] = GONE

    assert names(before) == {"web": ["a"]}
    assert ALL.images(found, NOON) == ()
