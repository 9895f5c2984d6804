"""May this image be built and kept where a secondary would build and keep it (PROMISES S28)?"""

from collections.abc import Iterable

from aibwatch.model.gallery import Definition
from aibwatch.model.geography import geography_of, only_here
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, Region, name_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template

PLACES_RIGHT = "Microsoft.Resources/subscriptions/locations/read"


def residency(template: Template, image: Image, sightings: Sightings) -> Item:
    """Check every region that the secondary would touch. What is unread counts as not allowed."""
    needed, unread = _touched(template, sightings)
    allowed, uncertain = _allowed(image, sightings)
    if needed <= allowed and not unread:  # of nearly all
        return item(Check.RESIDENCY, Colour.GREEN, f"only in {_listed(needed)}")
    unplaced = _unplaced(needed - allowed, image, sightings)
    outside = needed - allowed - _in_geographies(image, sightings) - unplaced
    if outside and uncertain:
        says = f"whether {_listed(outside)} is allowed is not known: {'; '.join(uncertain)}"
        return item(Check.RESIDENCY, Colour.UNKNOWN, says)
    if outside:
        says = f"it would put data in {_listed(outside)}; {_remedy(image, sightings)}"
        return item(Check.RESIDENCY, Colour.RED, says)
    if unplaced:
        says = f"the geography of {_listed(unplaced)} is not known; allow it in allowed_regions"
        return item(Check.RESIDENCY, Colour.UNKNOWN, f"{says}, or grant {PLACES_RIGHT}")
    if unread:
        return item(Check.RESIDENCY, Colour.UNKNOWN, "; ".join(unread))
    return item(Check.RESIDENCY, Colour.GREEN, f"only in {_listed(needed)}")


def _in_geographies(image: Image, sightings: Sightings) -> set[Region]:
    """Return the regions that lie in an allowed geography; what lies nowhere is `_unplaced`."""
    allowed = {each.casefold() for each in image.allowed_geographies}
    known = sightings.geographies.values() if allowed else ()
    return {each.region for each in known if each.geography.casefold() in allowed}


def _unplaced(regions: Iterable[Region], image: Image, sightings: Sightings) -> set[Region]:
    """Return the regions that may lie in an allowed geography, as nobody knows where they lie."""
    if not image.allowed_geographies:
        return set()
    return {each for each in regions if not geography_of(each, sightings)}


def _remedy(image: Image, sightings: Sightings) -> str:
    primary = sightings.templates.get(image.primary)
    alone = only_here(primary.region, sightings) if primary else ""
    return alone or "allow it in allowed_regions or allowed_geographies, or move its outputs"


def _listed(regions: Iterable[Region]) -> str:
    return ", ".join(sorted(regions))


def _touched(template: Template, sightings: Sightings) -> tuple[set[Region], list[str]]:
    """Return the regions where a template builds and publishes, and what could not be read."""
    regions = {template.region, *template.targets}
    if template.definition is None:
        return regions, []
    home = _home(template.definition, sightings)
    if isinstance(home, str):
        return regions, [home]
    return {*regions, home.home}, []


def _allowed(image: Image, sightings: Sightings) -> tuple[frozenset[Region], list[str]]:
    """Return where the image may be, and what would have to be read to be sure of it.

    Without a list of its own: where its templates live, and where its primary publishes already.
    """
    if image.allowed_regions or image.allowed_geographies:
        return image.allowed_regions, []
    regions: set[Region] = set()
    missing: list[str] = []
    for each in image.templates:
        template = sightings.templates.get(each)
        if template is None:
            missing.append(f"{name_of(each)} was not seen yet")
        elif each == image.primary:
            touched, unread = _touched(template, sightings)
            regions |= touched
            missing += unread
        else:
            regions.add(template.region)
    return frozenset(regions), missing


def _home(definition: DefinitionId, sightings: Sightings) -> Definition | str:
    """Return a definition, or in words why its home region is not known."""
    answer = sightings.definitions.get(definition)
    name = definition.rpartition("/")[2]
    if answer is None:
        return f"the image definition {name} was not read yet"
    if isinstance(answer, Definition):
        return answer
    return f"the image definition {name} could not be read ({answer}); grant read on its gallery"
