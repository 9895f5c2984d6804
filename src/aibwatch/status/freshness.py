"""When what a readiness item rests on was last read: of several things the one read longest ago."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from aibwatch.model.blueprint import Blueprint, Part
from aibwatch.model.names import ResourceId, Scope, TemplateId, scope_of, subscription_of
from aibwatch.model.readiness import Check
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template

_PARTS = {
    Check.IDENTITY: {Part.IDENTITY},
    Check.ROLES: {Part.IDENTITY},
    Check.SUBNET: {Part.SUBNET},
    Check.STAGING: {Part.STAGING},
    Check.SCRIPTS: {Part.SCRIPT},
    Check.INDEPENDENCE: set(Part) - {Part.SOURCE},
}
"""What a check reads of all that a template names."""

_OFFERED = {Check.VM_SIZE, Check.QUOTA, Check.REGISTERED, Check.ZONES}
_PUBLISHED = {Check.DISTRIBUTE_TARGET, Check.GALLERY_HOME, Check.RESIDENCY}

Freshness = Callable[[Check], datetime | None]


def freshness(
    template: TemplateId, sightings: Sightings, blueprints: Mapping[TemplateId, Blueprint]
) -> Freshness:
    """Return what tells of each check of a template when that was read; None: not yet, not all."""
    seen = sightings.templates.get(template)

    def tell(check: Check) -> datetime | None:
        times = [sightings.seen.get(template)]
        if seen is not None:
            times += _times(check, seen, sightings, blueprints.get(template))
        told = [each for each in times if each is not None]
        return min(told) if len(told) == len(times) else None

    return tell


def _times(
    check: Check, template: Template, sightings: Sightings, blueprint: Blueprint | None
) -> list[datetime | None]:
    if check in _OFFERED:
        place = subscription_of(template.id), template.region
        return [sightings.offers_seen.get(place)]
    if check in _PUBLISHED and template.definition:
        return [sightings.definitions_seen.get(template.definition)]
    if check is Check.SOURCE:
        return [sightings.supplies_seen.get(template.base)]
    if check is Check.PERMISSION:
        scopes = scope_of(template.id), Scope(template.id)
        return [sightings.rights_seen[each] for each in scopes if each in sightings.rights_seen]
    return _rested(check, sightings, blueprint) if check in _PARTS else []


def _rested(
    check: Check, sightings: Sightings, blueprint: Blueprint | None
) -> list[datetime | None]:
    if blueprint is None:
        return [None]
    named = (each.names for each in blueprint.rests_on if each.part in _PARTS[check])
    below = check is Check.INDEPENDENCE
    return [sightings.resources_seen.get(each) for each in _all(named, sightings, below=below)]


def _all(names: Iterable[ResourceId], sightings: Sightings, *, below: bool) -> set[ResourceId]:
    """Return these, and if asked for all below them; what is outside Azure is read by nobody."""
    found: set[ResourceId] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in sightings.resources:
            continue
        found.add(name)
        answer = sightings.resources[name]
        waiting += answer.rests_on if below and isinstance(answer, Resource) else ()
    return found
