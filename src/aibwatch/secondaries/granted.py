"""What a template's identity needs besides being there, and whether it was granted that.

What the service does with the template's identity: it publishes the version, and joins the build VM
to the subnet (learn.microsoft.com/azure/virtual-machines/linux/image-builder-permissions-cli).
"""

from collections.abc import Iterator, Mapping

from aibwatch.model.blueprint import Part
from aibwatch.model.names import ResourceId
from aibwatch.model.resource import Resource
from aibwatch.secondaries.grounds import Grounds
from aibwatch.secondaries.kinds import titled

RIGHT = "Microsoft.Authorization/roleAssignments/read"

_NEEDED = (
    (Part.DEFINITION, "publishes_in", "Microsoft.Compute/galleries/images/versions/write"),
    (Part.SUBNET, "joins_in", "Microsoft.Network/virtualNetworks/subnets/join/action"),
)
"""Of a thing of which part: the word of `Resource.told`, and the action."""

_ABOVE = "/providers/microsoft.management/"
"""Of a management group nobody tells us what is below it."""


def ungranted(grounds: Grounds) -> tuple[str, ...] | None:
    """Return what the template's identity was not granted, each action with what it is for.

    None if that cannot be said, as its assignments were not all shown to us.
    """
    told = _grants(grounds)
    needed = list(_needed(grounds))
    if not told or not needed:
        return None
    lacks = []
    for name, word, action in needed:
        scopes = [each for grant in told for each in grant[word].split(",") if each]
        if any(_covers(each, name) for each in scopes):
            continue
        if any(each.startswith(_ABOVE) for each in scopes):
            return None
        lacks.append(f"{action} on {titled(name)}")
    return tuple(lacks)


def _grants(grounds: Grounds) -> list[Mapping[str, str]]:
    """Return what is told of the grants of each identity of the template; none if not of all."""
    bearers = [
        each.names
        for each in grounds.blueprint.rests_on
        if each.part is Part.IDENTITY and each.path.startswith("$.identity")
    ]
    read = [grounds.resource(each) for each in bearers]
    told = [each.told for each in read if isinstance(each, Resource)]
    words = {word for _, word, _ in _NEEDED}
    complete = len(told) == len(bearers) and all(words <= each.keys() for each in told)
    return told if complete else []


def _needed(grounds: Grounds) -> Iterator[tuple[ResourceId, str, str]]:
    for part, word, action in _NEEDED:
        for each in grounds.named(part):
            yield each.names, word, action


def _covers(scope: str, name: ResourceId) -> bool:
    return f"{name}/".startswith(f"{scope.rstrip('/')}/")
