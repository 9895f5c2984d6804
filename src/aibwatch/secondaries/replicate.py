"""From a primary's body to the body of a secondary in another region, or of a drill template.

What is built stays as it is: the draft's recipe is the primary's. What is bound to a region gives
way to what a `Relocation` says. What nobody has said is missing, and named.
"""

import json
from collections.abc import Iterator
from copy import deepcopy

from aibwatch.model.body import Body
from aibwatch.model.names import ImageName, region
from aibwatch.model.relocation import Draft, Relocation
from aibwatch.secondaries.outputs import move_output
from aibwatch.secondaries.recipe import at, written
from aibwatch.secondaries.terms import Change, Object, Terms, objects

ROLES = frozenset({"aibwatch-image", "aibwatch-role", "aibwatch-priority"})
"""Tags by which templates are found; a drill template must not be taken for a secondary."""
READ_ONLY = ("provisioningState", "provisioningError", "lastRunStatus", "exactStagingResourceGroup")
"""Properties that only the service writes."""


def replicate(body: Body, image: ImageName, to: Relocation, *, drill: bool = False) -> Draft:
    """Return a template for the region of `to` that builds the same as `body`.

    A drill template publishes as a secondary does, but excluded from latest (PROMISES S38). Raises
    ValueError if the body is nonsense, or the new template can have no such name.
    """
    found = deepcopy(written(body))
    properties = found["properties"]
    if not isinstance(properties, dict):
        message = "its body has no properties"
        raise ValueError(message)  # noqa: TRY004  what is wrong is what was read
    terms = Terms(image, body.template, region(str(found.get("location") or "")), to, drill)
    changes = [*_beside(found, terms), *_inside(properties, terms)]
    text = json.dumps({**found, "location": to.region}, sort_keys=True, ensure_ascii=False)
    return Draft(
        body=Body(terms.name, text),
        changes=tuple(each.says for each in changes if each.says),
        missing=tuple(each.lacks for each in changes if each.lacks),
    )


def _beside(found: Object, terms: Terms) -> Iterator[Change]:
    """Change what stands beside the properties: identity and tags."""
    for name in ("id", "name", "type", "systemData"):
        found.pop(name, None)
    named = at(found, "identity", "userAssignedIdentities")
    if terms.to.identities:
        said = [terms.said(each) for each in terms.to.identities]
        found["identity"] = {"type": "UserAssigned", "userAssignedIdentities": _bare(said)}
        yield Change(f"it builds as {', '.join(said)}")
    elif isinstance(named, dict):
        # The service writes their principals into them, which nobody may send.
        found["identity"] = {"type": "UserAssigned", "userAssignedIdentities": _bare(named)}
        yield Change("it builds as the primary does, by identities that live where they do")
    tags = found.get("tags")
    for name in [each for each in tags or () if each.lower() in ROLES]:
        assert isinstance(tags, dict)
        if terms.drill:
            del tags[name]
        elif name.lower() == "aibwatch-role":
            tags[name] = "secondary"


def _bare(names: Iterator[str] | list[str] | Object) -> Object:
    return {each: {} for each in names}


def _inside(properties: Object, terms: Terms) -> Iterator[Change]:
    for name in READ_ONLY:
        properties.pop(name, None)
    yield from _network(properties, terms)
    yield from _source(properties, terms)
    yield from _staging(properties, terms)
    if properties.pop("autoRun", None):
        yield Change("autoRun is left out: a secondary builds only when it is asked to")
    for each in objects(properties.get("distribute")):
        yield from move_output(each, terms)


def _network(properties: Object, terms: Terms) -> Iterator[Change]:
    profile = properties.get("vmProfile")
    if not isinstance(profile, dict):
        return
    if profile.get("userAssignedIdentities") and terms.to.vm_identities:
        profile["userAssignedIdentities"] = [terms.said(each) for each in terms.to.vm_identities]
        yield Change(f"its VM builds as {', '.join(profile['userAssignedIdentities'])}")
    network = profile.get("vnetConfig")
    if isinstance(network, dict):
        yield from _subnet(network, "subnetId", terms.said(terms.to.subnet), "subnet")
        said = terms.said(terms.to.container_subnet)
        yield from _subnet(network, "containerInstanceSubnetId", said, "container_subnet")


def _subnet(network: Object, key: str, said: str, lacks: str) -> Iterator[Change]:
    """Name the subnet of the new region: a template cannot build in that of another one."""
    if not network.get(key):
        return
    if not said:
        yield Change("", lacks)
        return
    network[key] = said
    yield Change(f"{key} is {said}")


def _source(properties: Object, terms: Terms) -> Iterator[Change]:
    """Name the managed image of the new region; other sources are the same in each."""
    source = properties.get("source")
    if not isinstance(source, dict):
        return
    source.pop("exactVersion", None)
    if not source.get("imageId"):
        return
    if not terms.to.source and terms.in_group_of_primary:
        yield Change("", "source")
        return
    source["imageId"] = terms.said(terms.to.source) or terms.moved(str(source["imageId"]))
    yield Change(f"it builds from {source['imageId']}")


def _staging(properties: Object, terms: Terms) -> Iterator[Change]:
    """Name a staging group: none is for two templates."""
    said = terms.said(terms.to.staging)
    if said and not (terms.drill and "{name}" not in terms.to.staging):
        properties["stagingResourceGroup"] = said
        yield Change(f"it builds in the group {said}")
    elif properties.pop("stagingResourceGroup", None):
        yield Change("it builds in a group of the service's own making")
