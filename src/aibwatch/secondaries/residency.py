"""May this image be built and kept where a secondary would build and keep it (PROMISES S28)?"""

from aibwatch.model.gallery import Definition
from aibwatch.model.image import Image
from aibwatch.model.names import DefinitionId, Region, name_of
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template


def residency(template: Template, image: Image, sightings: Sightings) -> Item:
    """Check every region that the secondary would touch. What is unread counts as not allowed."""
    needed, unread = _touched(template, sightings)
    allowed, uncertain = _allowed(image, sightings)
    outside = ", ".join(sorted(needed - allowed))
    if outside and uncertain:
        says = f"whether {outside} is allowed is not known: {'; '.join(uncertain)}"
        return item(Check.RESIDENCY, Colour.UNKNOWN, says)
    if outside:
        says = f"it would put data in {outside}; allow it in allowed_regions, or move its outputs"
        return item(Check.RESIDENCY, Colour.RED, says)
    if unread:
        return item(Check.RESIDENCY, Colour.UNKNOWN, "; ".join(unread))
    return item(Check.RESIDENCY, Colour.GREEN, f"only in {', '.join(sorted(needed))}")


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
    if image.allowed_regions:
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
