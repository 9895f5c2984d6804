"""What must be there before a draft is deployed, or before it can build, each with its command."""

from collections.abc import Iterator

from aibwatch.model.blueprint import Blueprint, Dependency, Part
from aibwatch.model.body import Body
from aibwatch.model.names import Region, ResourceId, group_of, region, scope_of, subscription_of
from aibwatch.model.relocation import Draft, Requirement
from aibwatch.secondaries.recipe import blueprint, written

PRIVATE = "--private-link-service-network-policies Disabled"
"""Without it the service cannot reach the build VM (image-builder-networking.md)."""
DELEGATED = "--delegations Microsoft.ContainerInstance/containerGroups"

_ROLES = {
    Part.DEFINITION: ("Compute Gallery Artifacts Publisher", "publish to its definition"),
    Part.SOURCE: ("Reader", "read its source"),
    Part.SUBNET: ("Network Contributor", "join its subnet"),
}
"""What the template's identity does with what, and the narrowest built-in role for it
(learn.microsoft.com/azure/virtual-machines/linux/image-builder-permissions-cli)."""


def requirements(draft: Draft, primary: Body) -> list[Requirement]:
    """Return what a draft needs, in the order in which it is made."""
    there = region(str(written(draft.body)["location"]))
    home = region(str(written(primary).get("location") or ""))
    had, plan = blueprint(primary), blueprint(draft.body)
    used = {each.names for each in had.rests_on}
    found = [*_group(draft, primary, there), *_terms(plan)]
    for each in plan.rests_on:
        found += _needed(each, there, home, new=each.names not in used)
    new = [each.names for each in _bearers(plan) if each.names not in used]
    found += [role for each in new for role in _roles(each, plan)]
    return list(dict.fromkeys(found))


def _group(draft: Draft, primary: Body, there: Region) -> Iterator[Requirement]:
    template = draft.body.template
    if scope_of(template) != scope_of(primary.template):
        where = f"--location {there} --subscription {subscription_of(template)}"
        command = f"az group create --name {group_of(template)} {where}"
        yield Requirement(Part.STAGING, scope_of(template), "its resource group", command)


def _terms(plan: Blueprint) -> Iterator[Requirement]:
    if plan.plan:
        offered = plan.plan
        names = f"{offered.publisher}:{offered.product}:{offered.plan}"
        options = f"--publisher {offered.publisher} --offer {offered.product} --plan {offered.plan}"
        says = "the terms of its source, accepted in the subscription"
        yield Requirement(Part.SOURCE, names, says, f"az vm image terms accept {options}")


def _needed(each: Dependency, there: Region, home: Region, *, new: bool) -> Iterator[Requirement]:
    part, names, parts = each.part, each.names, _segments(each.names)
    match part:
        case Part.IDENTITY if new:
            says = "an identity"
            yield Requirement(part, names, says, f"az identity create {_named(parts)} {_at(there)}")
        case Part.SUBNET if new:
            yield _subnet(each, there)
        case Part.DEFINITION if new:
            says = "a definition of the primary's OS, generation and state, its gallery not at home"
            command = (
                f"az sig image-definition create --resource-group {parts.get('resourcegroups')}"
                f" --gallery-name {parts.get('galleries')}"
                f" --gallery-image-definition {parts.get('images')} --publisher <publisher>"
                " --offer <offer> --sku <sku> --os-type <Linux|Windows>"
            )
            yield Requirement(part, names, f"{says} in {home}", command)
        case Part.DEFINITION:
            yield Requirement(part, names, f"the primary's definition, at home outside {home}")
        case Part.SOURCE:
            yield _source(each, there)
        case Part.SCRIPT | Part.STORE:
            yield Requirement(part, names, f"an address that works while {home} is out")
        case Part.STAGING:
            yield Requirement(part, names, f"if the group is there: empty, and in {there}")
        case _:
            return


def _bearers(plan: Blueprint) -> Iterator[Dependency]:
    """Yield the identities that the service builds as; those of the build VM are its owner's."""
    for each in plan.rests_on:
        if each.part is Part.IDENTITY and each.path.startswith("$.identity"):
            yield each


def _roles(identity: ResourceId, plan: Blueprint) -> Iterator[Requirement]:
    principal = f'"$(az identity show --ids {identity} --query principalId --output tsv)"'
    who = f"--assignee-principal-type ServicePrincipal --assignee-object-id {principal}"
    for each in plan.rests_on:
        if each.part in _ROLES:
            role, what = _ROLES[each.part]
            command = f'az role assignment create --role "{role}" --scope {each.names} {who}'
            yield Requirement(Part.IDENTITY, each.names, f"its identity may {what}", command)


def _subnet(each: Dependency, there: Region) -> Requirement:
    parts, container = _segments(each.names), each.path.endswith("containerInstanceSubnetId")
    command = (
        f"az network vnet subnet create --resource-group {parts.get('resourcegroups')}"
        f" --vnet-name {parts.get('virtualnetworks')} --name {parts.get('subnets')}"
        f" --address-prefixes <prefix> {DELEGATED if container else PRIVATE}"
    )
    kind = "a subnet for its containers" if container else "a subnet for its VM"
    return Requirement(each.part, each.names, f"{kind}, in a network in {there}", command)


def _source(each: Dependency, there: Region) -> Requirement:
    parts = _segments(each.names)
    if "galleries" not in parts:
        return Requirement(each.part, each.names, f"a copy of the managed image, in {there}")
    command = (
        f"az sig image-version update --resource-group {parts.get('resourcegroups')}"
        f" --gallery-name {parts['galleries']} --gallery-image-definition {parts.get('images')}"
        f" --gallery-image-version {parts.get('versions')}"
        f" --add publishingProfile.targetRegions name={there}"
    )
    return Requirement(each.part, each.names, f"its source, replicated to {there}", command)


def _segments(resource: str) -> dict[str, str]:
    """Return the names in an ARM id by the kinds before them."""
    segments = resource.strip("/").split("/")
    return dict(zip(segments[::2], segments[1::2], strict=False))


def _named(parts: dict[str, str]) -> str:
    name = parts.get("userassignedidentities")
    return f"--name {name} --resource-group {parts.get('resourcegroups')}"


def _at(there: Region) -> str:
    return f"--location {there}"
