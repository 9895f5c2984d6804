"""What is allowed and would be regretted in an outage, over a fleet as a whole; for `check`."""

from collections.abc import Iterator, Sequence

from aibwatch.cli.finding import Finding
from aibwatch.model.drill import Drills
from aibwatch.model.image import Image, Mode
from aibwatch.model.readiness import Colour
from aibwatch.model.state import Sightings

NAMED = 3
"""So many images are named; of more it is the number that tells."""


def advice(fleet: Sequence[Image], drills: Drills, sightings: Sightings) -> Iterator[Finding]:
    """Yield what holds nothing up today: yellow, and no trouble."""
    regions = {each.region for each in sightings.templates.values()}
    if len(fleet) > 1 and len(regions) == 1:
        says = f"all templates are in {min(regions)}: while it is out nothing is built anywhere"
        yield Finding("regions", Colour.YELLOW, says)
    never = [each.name for each in fleet if each.mode is Mode.AUTO and not _rehearsed(each, drills)]
    if never:
        says = (
            f"{_named(never)}: in auto, and never rehearsed; set drills.schedule and a drill"
            " template (docs/drills.md), so that an outage is not the first time"
        )
        yield Finding("drills", Colour.YELLOW, says)


def _rehearsed(image: Image, drills: Drills) -> bool:
    somewhere = image.drill is not None or (drills.on_secondaries and bool(image.secondaries))
    return drills.schedule is not None and somewhere


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
