"""Could a secondary be built: is there what it builds from, and may we run it (PROMISES S26)?"""

from datetime import datetime

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import Scope, scope_of
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.model.state import Sightings
from aibwatch.model.supply import BaseKind, Deprecation, Supply, kind_of, title
from aibwatch.model.template import Template

RUN = "Microsoft.VirtualMachineImages/imageTemplates/run/action"
RIGHT = "Microsoft.Authorization/permissions/read"

_VERSIONS = "Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read"
RIGHTS = {
    BaseKind.PLATFORM: _VERSIONS,
    BaseKind.GALLERY: "Microsoft.Compute/galleries/images/versions/read",
    BaseKind.MANAGED: "Microsoft.Compute/images/read",
}
"""What must be granted to read where each kind of base can be had."""

REMEDIES = {
    BaseKind.PLATFORM: "name a version that is offered there",
    BaseKind.GALLERY: "replicate it there, or name a version that is",
    BaseKind.MANAGED: "copy it there and name the copy",
}


def source(template: Template, sightings: Sightings, policy: Policy, now: datetime) -> Item:
    """Check that what a secondary builds from can be had in its region.

    A base of which nobody can say that is unknown, and holds.
    """
    check, base = Check.SOURCE, template.base
    kind, name, place = kind_of(base), title(base), template.region
    if kind is BaseKind.UNKNOWN:
        says = f"it builds from {name}, which this version cannot look up"
        return item(check, Colour.UNKNOWN, f"{says}; look yourself, and tolerate: [source]")
    answer = sightings.supplies.get(base)
    if isinstance(answer, Fault) and answer.kind is FaultKind.NOT_FOUND:
        says = f"the {kind} {name} that it builds from is not to be found for {place}"
        return item(check, Colour.RED, f"{says}; {REMEDIES[kind]}")
    if not isinstance(answer, Supply):
        why = f"could not be read ({answer})" if answer else "was not read yet"
        says = f"whether the {kind} {name} can be had in {place} {why}; grant {RIGHTS[kind]}"
        return item(check, Colour.UNKNOWN, says)
    seen = sightings.supplies_seen[base]
    if now - seen > policy.readiness_max_age:
        when = f"{seen:%Y-%m-%d %H:%M} UTC"
        says = f"whether the {kind} {name} can be had in {place} was last read at {when}"
        return item(check, Colour.UNKNOWN, f"{says}; it must be readable ({RIGHTS[kind]})")
    return _supplied(template, answer)


def _supplied(template: Template, answer: Supply) -> Item:
    """Judge by what is known of where a base can be had, and for how long."""
    check, base = Check.SOURCE, template.base
    kind, name, place = kind_of(base), title(base), template.region
    if place not in answer.regions:
        says = f"the {kind} {name} that it builds from is not in {place}"
        return item(check, Colour.RED, f"{says}; {REMEDIES[kind]}")
    if answer.deprecation is Deprecation.DONE:
        says = f"the {kind} {name} that it builds from is deprecated: no VM is made of it any more"
        return item(check, Colour.RED, f"{says}; name a newer version, in the primary too")
    if answer.deprecation is Deprecation.COMING:
        says = f"the {kind} {name} that it builds from will be deprecated"
        return item(check, Colour.YELLOW, f"{says}; name a newer version, in the primary too")
    return item(check, Colour.GREEN, f"its {kind} can be had in {place}")


def permission(
    template: Template, image: Image, sightings: Sightings, policy: Policy, now: datetime
) -> Item:
    """Check that we are not denied to run a secondary.

    What could not be read is no denial, so it holds nothing: the answer to the request itself
    would be refused, and the next secondary asked. Only what mode auto or a drill runs needs it.
    """
    check = Check.PERMISSION
    if image.mode is not Mode.AUTO and template.id != image.drill:
        return item(check, Colour.GREEN, "not needed: only mode auto runs it")
    scopes = (scope_of(template.id), Scope(template.id))
    group, alone = (_lately(each, sightings, policy, now) for each in scopes)
    if group is True or alone is True:
        return item(check, Colour.GREEN, "aibwatch may run it")
    if alone is False:
        says = f"aibwatch may not run it; grant {RUN} on its resource group"
        return item(check, Colour.RED, says)
    why = f"could not be read ({group}); grant {RIGHT}" if group else "was not read lately"
    return item(check, Colour.YELLOW, f"whether aibwatch may run it {why}")


def _lately(
    scope: Scope, sightings: Sightings, policy: Policy, now: datetime
) -> bool | Fault | None:
    """Return what was last told of a right, None if nothing was, or too long ago."""
    seen = sightings.rights_seen.get(scope)
    if seen is None or now - seen > policy.readiness_max_age:
        return None
    return sightings.rights[scope]
