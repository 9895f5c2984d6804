"""The advice of `check`: what is allowed, and would be regretted in an outage."""

from dataclasses import replace

import pytest

from aibwatch.cli.advice import advice, too_many, too_wide
from aibwatch.cli.finding import Trouble
from aibwatch.model.drill import Drills
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, TemplateId, template_id
from aibwatch.model.readiness import Colour
from aibwatch.model.schedule import Schedule
from builders import (
    NORTH,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    WEST,
    a_template,
    an_id,
    an_image,
    some_sightings,
)

SCHEDULE = Schedule("0 3 * * 1", "UTC")
WEEKLY, INTO_LATEST = Drills(SCHEDULE), Drills(SCHEDULE, on_secondaries=True)
DRILL = an_id("web-drill")
OTHER = "22222222-2222-2222-2222-222222222222"


def in_group(group: str) -> TemplateId:
    """Return the id of a template in a resource group."""
    return template_id(an_id("web").replace("/resourcegroups/images/", f"/resourcegroups/{group}/"))


def told(*fleet: Image, drills: Drills = INTO_LATEST, place: Region = NORTH) -> dict[str, str]:
    """Return what is said, by what it is about, where the secondary is in `place`."""
    sightings = some_sightings(
        a_template(id=WEB, region=WEST), a_template(id=WEB_NORTH, region=place)
    )
    found = list(advice(fleet, drills, sightings))
    assert {(each.colour, each.trouble) for each in found} <= {(Colour.YELLOW, Trouble.NONE)}
    return {each.what: each.says for each in found}


@pytest.mark.parametrize(
    ("image", "drills", "advised"),
    [
        (an_image(), Drills(), True),
        (an_image(), WEEKLY, True),
        (an_image(), INTO_LATEST, False),
        (an_image(drill=DRILL), WEEKLY, False),
        (an_image(drill=DRILL), Drills(), True),
        (an_image(mode=Mode.ADVISE), Drills(), False),
        (an_image(templates=(WEB,), mode=Mode.AUTO), INTO_LATEST, True),
    ],
)
def test_who_acts_by_himself_should_have_rehearsed_it(
    image: Image, drills: Drills, *, advised: bool
) -> None:
    """By a schedule and on something: a drill template, or a secondary if that is allowed."""
    assert ("drills" in told(image, drills=drills)) is advised


def test_many_images_are_told_in_one_line() -> None:
    """The first of them by name."""
    fleet = [an_image(name=ImageName(f"web-{number}")) for number in range(5)]

    says = told(*fleet, drills=Drills())["drills"]

    assert says.startswith("web-0, web-1, web-2 and 2 more: in auto, and never rehearsed")
    assert told(*fleet[:3], drills=Drills())["drills"].startswith("web-0, web-1, web-2: in auto")


def test_a_fleet_in_one_region_goes_down_as_a_whole() -> None:
    """Of one image alone its own line says it."""
    fleet = [an_image(name=ImageName(each)) for each in ("web", "db")]

    assert told(*fleet, place=WEST)["regions"].startswith("all templates are in westeurope")
    assert told(*fleet) == {}
    assert told(fleet[0], place=WEST) == {}


def test_what_was_not_seen_may_be_elsewhere() -> None:
    """So nothing is said of a fleet of which a template could not be read."""
    fleet = [an_image(name=ImageName(each)) for each in ("web", "db")]

    for seen in (some_sightings(a_template(id=WEB, region=WEST)), some_sightings()):
        assert list(advice(fleet, INTO_LATEST, seen)) == []


def test_a_canary_elsewhere_builds_no_image() -> None:
    """It is seen as well, and does not count."""
    alone = an_image(templates=(WEB,), mode=Mode.OBSERVE)
    seen = some_sightings(
        a_template(id=WEB, region=WEST), a_template(id=an_id("canary"), region=NORTH)
    )

    (finding,) = advice([alone, replace(alone, name=ImageName("db"))], INTO_LATEST, seen)

    assert finding.says.startswith("all templates are in westeurope")


def test_templates_beyond_the_limit_of_metrics_are_told_by_number() -> None:
    """Drill templates count as well; where all have series nothing is said."""
    fleet = [an_image(drill=DRILL), an_image(name=ImageName("db"), templates=(an_id("db"),))]

    (finding,) = too_many(fleet, 3)

    assert (finding.what, finding.colour, finding.trouble) == (
        "metrics",
        Colour.YELLOW,
        Trouble.NONE,
    )
    assert finding.says.startswith("4 templates are watched, and only 3 have series: raise")
    assert list(too_many(fleet, 4)) == []


NOTHING = "none, as aibwatch starts nothing there by itself"


@pytest.mark.parametrize(
    ("image", "where"),
    [
        (an_image(), "north"),
        (an_image(drill=in_group("rehearsal")), "north, rehearsal"),
        (an_image(mode=Mode.ADVISE), NOTHING),
        (an_image(mode=Mode.ADVISE, drill=in_group("rehearsal")), "rehearsal"),
        (an_image(mode=Mode.ADVISE, schedule=SCHEDULE), "west"),
    ],
)
def test_a_right_to_run_everything_is_too_much(image: Image, where: str) -> None:
    """The groups with what aibwatch starts are enough, and are named."""
    moved = replace(image, templates=(in_group("west"), in_group("north")))

    finding = too_wide(SUBSCRIPTION, [moved], [])

    assert (finding.colour, finding.trouble) == (Colour.YELLOW, Trouble.NONE)
    assert finding.says.endswith(f" to start: {where} (docs/permissions.md)")


def test_canaries_are_started_and_other_subscriptions_are_none_of_this_one() -> None:
    """Each has roles of its own."""
    image = an_image(templates=(WEB, an_id("web-north", OTHER)))

    assert f": {NOTHING}" in too_wide(SUBSCRIPTION, [image], []).says
    assert ": canaries (" in too_wide(SUBSCRIPTION, [image], [in_group("canaries")]).says
    assert ": images (" in too_wide(OTHER, [image], [in_group("canaries")]).says
