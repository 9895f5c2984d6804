"""Images that must be held for what only Azure could tell."""

from collections import defaultdict
from collections.abc import Mapping

from aibwatch.model.fault import FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import DefinitionId, ImageName, name_of
from aibwatch.model.state import Sightings

NAMED = 3
"""How many others a reason names: if thousands share a definition, each would name thousands."""


def misconfigured(images: Mapping[ImageName, Image], sightings: Sightings) -> dict[ImageName, str]:
    """Return the images that are held, each with the reason and the remedy in words."""
    return sharing(images, sightings) | without_primary(images, sightings)


def without_primary(
    images: Mapping[ImageName, Image], sightings: Sightings
) -> dict[ImageName, str]:
    """Return the images whose primary is not there; a missing secondary is not ready, no more."""
    faults = sightings.faults.items()
    missing = {template for template, fault in faults if fault.kind is FaultKind.NOT_FOUND}
    return {
        image.name: f"there is no template {name_of(image.primary)}; create it or mend its id"
        for image in (images.values() if missing else ())
        if image.primary in missing
    }


def sharing(images: Mapping[ImageName, Image], sightings: Sightings) -> dict[ImageName, str]:
    """Return the images in mode auto that have a definition in common.

    Two images in mode auto whose primaries publish to one definition could each take the other's
    version for its own (PROMISES S18). A primary that was not seen yet is not judged.
    """
    sharing: defaultdict[DefinitionId, list[ImageName]] = defaultdict(list)
    for image in (each for each in images.values() if each.mode is Mode.AUTO):
        primary = sightings.templates.get(image.primary)
        if primary is not None and primary.definition:
            sharing[primary.definition].append(image.name)
    return {
        name: _says(definition, name, names)
        for definition, names in sharing.items()
        if len(names) > 1
        for name in names
    }


def _says(definition: DefinitionId, image: ImageName, sharing: list[ImageName]) -> str:
    others = [other for other in sharing[: NAMED + 1] if other != image][:NAMED]
    more = len(sharing) - 1 - len(others)
    named = ", ".join(sorted(others)) + (f" and {more} more" if more else "")
    does = "do" if others[1:] else "does"
    return (
        f"publishes to the definition {definition.rpartition('/')[2]} as {named} {does};"
        " give each image in mode auto a definition of its own"
    )
