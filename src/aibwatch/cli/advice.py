"""What is allowed and would be regretted in an outage, over a fleet as a whole; for `check`."""

from collections.abc import Iterable, Iterator, Sequence

from aibwatch.cli.finding import Finding
from aibwatch.model.drill import Drills
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import TemplateId, group_of, subscription_of
from aibwatch.model.readiness import Colour
from aibwatch.model.state import Sightings

NAMED = 3
"""So many are named; of more it is the number that tells."""


def advice(fleet: Sequence[Image], drills: Drills, sightings: Sightings) -> Iterator[Finding]:
    """Yield what holds nothing up today: yellow, and no trouble."""
    templates = [sightings.templates.get(each) for image in fleet for each in image.templates]
    regions = {each.region if each else None for each in templates}
    if len(fleet) > 1 and len(regions) == 1 and None not in regions:
        (only,) = regions
        says = f"all templates are in {only}: while it is out nothing is built anywhere"
        yield Finding("regions", Colour.YELLOW, says)
    never = [each.name for each in fleet if each.mode is Mode.AUTO and not _rehearsed(each, drills)]
    if never:
        says = (
            f"{_named(never)}: in auto, and never rehearsed; set drills.schedule and a drill"
            " template (docs/drills.md), so that an outage is not the first time"
        )
        yield Finding("drills", Colour.YELLOW, says)


def too_many(fleet: Sequence[Image], most: int) -> Iterator[Finding]:
    """Yield that some templates have no series of their own, where `most` of them may."""
    count = len({each for image in fleet for each in image.watched})
    if count > most:
        says = (
            f"{count} templates are watched, and only {most} have series: raise"
            " metrics.max_templates, as on the rest there is no alert"
        )
        yield Finding("metrics", Colour.YELLOW, says)


def too_wide(subscription: str, fleet: Sequence[Image], canaries: Iterable[TemplateId]) -> Finding:
    """Return what to make of a right to run every template of a subscription.

    It takes one only for what aibwatch starts by itself, and for what people order.
    """
    auto = [each for image in fleet if image.mode is Mode.AUTO for each in image.secondaries]
    home = [image.primary for image in fleet if image.schedule]
    drill = [image.drill for image in fleet if image.drill]
    started = (*auto, *home, *drill, *canaries)
    groups = {group_of(each) for each in started if subscription_of(each) == subscription}
    where = _named(sorted(groups)) if groups else "none, as aibwatch starts nothing there by itself"
    says = (
        "aibwatch may run every template of it; give the role `act` only on the groups with what"
        f" it is to start: {where} (docs/permissions.md)"
    )
    return Finding(f"role in {subscription}", Colour.YELLOW, says)


def _rehearsed(image: Image, drills: Drills) -> bool:
    somewhere = image.drill is not None or (drills.on_secondaries and bool(image.secondaries))
    return drills.schedule is not None and somewhere


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
