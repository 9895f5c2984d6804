"""Images that must be held for what only Azure could tell."""

from collections import defaultdict
from collections.abc import Mapping

from aibwatch.model.fault import FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import DefinitionId, ImageName, name_of
from aibwatch.model.state import Sightings


def misconfigured(images: Mapping[ImageName, Image], sightings: Sightings) -> dict[ImageName, str]:
    """Return the images that are held, each with the reason and the remedy in words."""
    return _sharing(images, sightings) | _without_primary(images, sightings)


def _without_primary(
    images: Mapping[ImageName, Image], sightings: Sightings
) -> dict[ImageName, str]:
    """Return the images whose primary is not there; a missing secondary is not ready, no more."""
    faults = ((image, sightings.faults.get(image.primary)) for image in images.values())
    return {
        image.name: f"there is no template {name_of(image.primary)}; create it or mend its id"
        for image, fault in faults
        if fault is not None and fault.kind is FaultKind.NOT_FOUND
    }


def _sharing(images: Mapping[ImageName, Image], sightings: Sightings) -> dict[ImageName, str]:
    """Return the images in mode auto that have a definition in common.

    Two images in mode auto whose primaries publish to one definition could each take the other's
    version for its own (PROMISES S18). A primary that was not seen yet is not judged.
    """
    sharing: defaultdict[DefinitionId, list[ImageName]] = defaultdict(list)
    for image in images.values():
        primary = sightings.templates.get(image.primary)
        if image.mode is Mode.AUTO and primary is not None and primary.definition:
            sharing[primary.definition].append(image.name)
    return {
        name: _says(definition, [other for other in names if other != name])
        for definition, names in sharing.items()
        if len(names) > 1
        for name in names
    }


def _says(definition: DefinitionId, others: list[ImageName]) -> str:
    name = definition.rpartition("/")[2]
    return (
        f"publishes to the definition {name} as {', '.join(sorted(others))} does;"
        " give each image in mode auto a definition of its own"
    )
