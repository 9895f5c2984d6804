"""What a template rests on, each with the place in its body that says so."""

import re
from collections.abc import Iterator, Mapping

from aibwatch.model.blueprint import Dependency, Part
from aibwatch.model.names import ResourceId
from aibwatch.secondaries.canonical import step
from aibwatch.secondaries.shape import Json, address

_PLACES: tuple[tuple[re.Pattern[str], Part], ...] = tuple(
    (re.compile(pattern.replace(".", r"\.").replace("[]", r"\[\d+\]")), part)
    for pattern, part in (
        ("$.properties.vmProfile.userAssignedIdentities[]", Part.IDENTITY),
        ("$.properties.vmProfile.vnetConfig.subnetId", Part.SUBNET),
        ("$.properties.vmProfile.vnetConfig.containerInstanceSubnetId", Part.SUBNET),
        ("$.properties.stagingResourceGroup", Part.STAGING),
        ("$.properties.distribute[].galleryImageId", Part.DEFINITION),
        ("$.properties.distribute[].uri", Part.STORE),
        ("$.properties.source.imageVersionId", Part.SOURCE),
        ("$.properties.source.imageId", Part.SOURCE),
        ("$.properties.customize[].scriptUri", Part.SCRIPT),
        ("$.properties.customize[].sourceUri", Part.SCRIPT),
        ("$.properties.validate.inVMValidations[].scriptUri", Part.SCRIPT),
        ("$.properties.validate.inVMValidations[].sourceUri", Part.SCRIPT),
    )
    for pattern in (f"\\{pattern}",)
)
_BY_ADDRESS = frozenset({Part.SCRIPT, Part.STORE})


def dependencies(body: Mapping[str, Json]) -> Iterator[Dependency]:
    """Yield what a body names, in order of path; equal things at two places are two."""
    identity = body.get("identity")
    named = identity.get("userAssignedIdentities") if isinstance(identity, dict) else None
    for each in sorted(named) if isinstance(named, dict) else ():
        path = step("$.identity.userAssignedIdentities", each)
        yield Dependency(Part.IDENTITY, path, _resource(each))
    for path, text in sorted(_texts(body.get("properties"), "$.properties")):
        part = next((part for place, part in _PLACES if place.fullmatch(path)), None)
        if part is not None and text.strip():
            yield Dependency(part, path, _named(part, text))


def _named(part: Part, text: str) -> ResourceId:
    if part in _BY_ADDRESS:
        return ResourceId(str(address(text.partition("?")[0])))
    whole = _resource(text)
    return ResourceId(whole.partition("/versions/")[0]) if part is Part.DEFINITION else whole


def _resource(text: str) -> ResourceId:
    return ResourceId(text.strip().lower().rstrip("/"))


def _texts(value: Json, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text below a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, step(path, str(name)))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _texts(each, f"{path}[{at}]")
