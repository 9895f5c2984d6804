"""The advice of `check`: what is allowed, and would be regretted in an outage."""

import pytest

from aibwatch.cli.advice import advice
from aibwatch.cli.finding import Trouble
from aibwatch.model.drill import Drills
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.readiness import Colour
from aibwatch.model.schedule import Schedule
from builders import NORTH, WEB, WEB_NORTH, WEST, a_template, an_id, an_image, some_sightings

SCHEDULE = Schedule("0 3 * * 1", "UTC")
WEEKLY, INTO_LATEST = Drills(SCHEDULE), Drills(SCHEDULE, on_secondaries=True)
DRILL = an_id("web-drill")


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
