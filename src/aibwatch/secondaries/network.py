"""The subnets that a template builds in: there, in its region, and fit for a build.

Source of the rules: learn.microsoft.com, image-builder-json (vnetConfig), image-builder-networking.
A build VM on an owner's subnet is reached through a private link, unless the owner names a subnet
for the container that builds as well: that one must be delegated, another one, of one network.
"""

from collections.abc import Iterator

from aibwatch.model.blueprint import Dependency, Part
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.resource import Resource
from aibwatch.secondaries.belongings import listed
from aibwatch.secondaries.grounds import Grounds, Lack
from aibwatch.secondaries.kinds import titled

LINKED, ALONE = 4, 1
"""Addresses that a build takes: with a private link its VM, a proxy VM, a balancer and the link's
service have one each (counted from what the service deploys; Microsoft names no number)."""

DELEGATE = "microsoft.containerinstance/containergroups"


def subnet(grounds: Grounds) -> Item:
    """Check every subnet that a build would use."""
    check = Check.SUBNET
    named = tuple(each for each in grounds.blueprint.rests_on if each.part is Part.SUBNET)
    if not named:
        return item(check, Colour.GREEN, "the service makes its own network")
    answers = {each.names: grounds.resource(each.names) for each in named}
    red = [*_misplaced(grounds, answers), *_unfit(named, answers)]
    if red:
        return item(check, Colour.RED, listed(red))
    unknown = [each.says for each in answers.values() if isinstance(each, Lack)]
    if unknown:
        return item(check, Colour.UNKNOWN, listed(unknown))
    return item(check, Colour.GREEN, f"{listed(list(map(titled, answers)))}: there, and fit")


def _misplaced(grounds: Grounds, answers: dict[ResourceId, Resource | Lack]) -> Iterator[str]:
    place = grounds.template.region
    for name, answer in answers.items():
        if isinstance(answer, Lack):
            if answer.gone:
                yield f"{answer.says}; create it, or mend the template"
        elif answer.region and answer.region != place:
            yield f"{titled(name)} is in {answer.region}; name a subnet in {place}"


def _unfit(
    named: tuple[Dependency, ...], answers: dict[ResourceId, Resource | Lack]
) -> Iterator[str]:
    containers = [each for each in named if is_containers(each)]
    builds = [each for each in named if not is_containers(each)]
    for each in containers:
        yield from _container(each.names, answers[each.names])
        if each.names in {other.names for other in builds}:
            yield f"{titled(each.names)} is named for both; name another subnet for the container"
        elif [other for other in builds if network_of(other.names) != network_of(each.names)]:
            yield f"{titled(each.names)} is in another network; both subnets must be in one"
    for each in builds:
        yield from _building(each.names, answers[each.names], linked=not containers)


def _container(name: ResourceId, answer: Resource | Lack) -> Iterator[str]:
    if isinstance(answer, Lack):
        return
    to = answer.told.get("delegated_to", "")
    if DELEGATE not in to.lower():
        how = f"delegated to {to}" if to else "not delegated"
        yield f"{titled(name)} is {how}; delegate it to Microsoft.ContainerInstance/containerGroups"
    yield from _crowded(name, answer, ALONE)


def _building(name: ResourceId, answer: Resource | Lack, *, linked: bool) -> Iterator[str]:
    if isinstance(answer, Lack):
        return
    if linked and answer.told.get("private_link_policies", "").lower() == "enabled":
        yield f"{titled(name)} has private link service network policies; disable them there"
    if to := answer.told.get("delegated_to", ""):
        yield f"{titled(name)} is delegated to {to}, so it takes no VM; name another subnet"
    yield from _crowded(name, answer, LINKED if linked else ALONE)


def _crowded(name: ResourceId, answer: Resource, needed: int) -> Iterator[str]:
    free = answer.told.get("free", "")
    if free.isdecimal() and int(free) < needed:
        yield f"{titled(name)} has {free} addresses left, a build takes {needed}; make room"


def is_containers(dependency: Dependency) -> bool:
    """Whether a subnet is that of the container that builds, by where the template names it."""
    return dependency.path.lower().endswith("containerinstancesubnetid")


def network_of(subnet: ResourceId) -> str:
    """Return the network that a subnet is in."""
    return subnet.partition("/subnets/")[0]
