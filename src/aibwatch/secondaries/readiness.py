"""What is green and what is red about one secondary, each with what was seen and the remedy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from aibwatch.model.fault import FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, name_of
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import (
    HOLDING,
    TOLERABLE,
    Check,
    Colour,
    Item,
    Readiness,
    item,
    together,
)
from aibwatch.model.state import Sightings
from aibwatch.model.template import ProvisioningState, RunState, Template
from aibwatch.secondaries.belongings import identity, staging
from aibwatch.secondaries.building import permission, source
from aibwatch.secondaries.crowd import quota
from aibwatch.secondaries.drift import no_drift
from aibwatch.secondaries.grounds import UNREAD, Grounds, Known, Lack, blueprint_of
from aibwatch.secondaries.independence import independence
from aibwatch.secondaries.network import subnet
from aibwatch.secondaries.numbers import version_free
from aibwatch.secondaries.offered import registered, vm_size
from aibwatch.secondaries.proven import recent_drill, roles, scripts, triggers
from aibwatch.secondaries.publishing import distribute_target, gallery_home
from aibwatch.secondaries.residency import residency
from aibwatch.secondaries.zones import zones

_PASSING = frozenset({ProvisioningState.CREATING, ProvisioningState.UPDATING})


def drift_of(grounds: Grounds) -> Item:
    """Check that it builds the same as the primary (PROMISES S29)."""
    return no_drift(grounds.image, grounds.template.id, grounds.known.blueprints or {})


CHECKS: Mapping[Check, Callable[[Grounds], Item]] = MappingProxyType(
    {
        Check.IDENTITY: identity,
        Check.SUBNET: subnet,
        Check.STAGING: staging,
        Check.INDEPENDENCE: independence,
        Check.NO_DRIFT: drift_of,
        Check.VM_SIZE: vm_size,
        Check.VERSION_FREE: version_free,
        Check.ROLES: roles,
        Check.QUOTA: quota,
        Check.SCRIPTS: scripts,
        Check.REGISTERED: registered,
        Check.ZONES: zones,
        Check.TRIGGERS: triggers,
        Check.RECENT_DRILL: recent_drill,
    }
)
"""The items that rest on what the template's owner wrote."""

BUILT = frozenset({Check.ROLES, Check.REGISTERED, Check.RECENT_DRILL})
"""Of those, the ones that a good build changes too. Few, cheap, and so never kept."""


def assess(  # noqa: PLR0913, PLR0917  what is looked at, and what is kept of it
    image: Image,
    target: TemplateId,
    sightings: Sightings,
    policy: Policy,
    now: datetime,
    known: Known = UNREAD,
    resting: tuple[Item, ...] | None = None,
) -> Readiness:
    """Check one secondary of `image`. What could not be seen is unknown, and holds (S26).

    `resting` is what `resting_items` said last, from who knows that owners wrote nothing since.
    """
    exists = _exists(target, sightings, policy, now)
    template = sightings.templates.get(target)
    if template is None or exists.colour is not Colour.GREEN:
        rest = tuple(_unseen(check) for check in Check if check is not Check.SECONDARY_EXISTS)
        return Readiness(target, together(exists, *rest))
    items: tuple[Item, ...] = (
        exists,
        _provisioned(template),
        _idle(template),
        _other_region(template, image, sightings),
        residency(template, image, sightings),
        distribute_target(template, image, sightings, policy, now),
        gallery_home(template, image, sightings, known.out),
        source(template, sightings, policy, now),
        permission(template, image, sightings, policy, now),
        *resting_items(template, image, sightings, known, policy, now, resting),
    )
    if image.tolerate:
        items = tuple(_tolerated(each, image) for each in items)
    return Readiness(target, together(*items))


def resting_items(  # noqa: PLR0913, PLR0917  what is looked at, and what is kept of it
    template: Template,
    image: Image,
    sightings: Sightings,
    known: Known,
    policy: Policy,
    now: datetime,
    kept: tuple[Item, ...] | None = None,
) -> tuple[Item, ...]:
    """Check all that rests on what the template's owner wrote; nothing where nobody reads that.

    `kept` is what was said last and, but for `BUILT`, would be said again.
    """
    if known.blueprints is None:
        return ()
    blueprint = blueprint_of(template, sightings, known)
    if isinstance(blueprint, Lack):
        return tuple(item(check, Colour.UNKNOWN, blueprint.says) for check in CHECKS)
    grounds = Grounds(image, template, blueprint, sightings, known, policy, now)
    if kept is None:
        return together(*(check(grounds) for check in CHECKS.values()))
    return together(
        *(CHECKS[each.check](grounds) if each.check in BUILT else each for each in kept)
    )


def assess_home(image: Image, sightings: Sightings, policy: Policy, now: datetime) -> Readiness:
    """Check whether the primary could build when a person comes home (PROMISES S37).

    It is what its owner made it: only what no order may accept is asked.
    """
    target = image.primary
    exists = _exists(target, sightings, policy, now)
    template = sightings.templates.get(target)
    if template is None or exists.colour is not Colour.GREEN:
        return Readiness(target, (exists,))
    home = residency(template, image, sightings)
    return Readiness(target, together(exists, _provisioned(template), _idle(template), home))


def _tolerated(found: Item, image: Image) -> Item:
    """Return an item that its owner accepts as it is: worth mending, holds nothing."""
    holds = found.colour in HOLDING
    if not holds or found.check not in TOLERABLE & image.tolerate:
        return found
    return replace(found, colour=Colour.YELLOW, says=f"tolerated: {found.says}")


def _exists(target: TemplateId, sightings: Sightings, policy: Policy, now: datetime) -> Item:
    check = Check.SECONDARY_EXISTS
    name = name_of(target)
    fault = sightings.faults.get(target)
    if fault and fault.kind is FaultKind.NOT_FOUND:
        return item(check, Colour.RED, f"there is no template {name}; create it from the primary")
    seen = sightings.seen.get(target)
    if seen is None or target not in sightings.templates:
        why = f": {fault}" if fault else ""
        return item(check, Colour.UNKNOWN, f"{name} was not seen yet{why}; it must be readable")
    if now - seen > policy.readiness_max_age:
        when = f"{seen:%Y-%m-%d %H:%M} UTC"
        return item(check, Colour.UNKNOWN, f"{name} was last read at {when}; it must be readable")
    return item(check, Colour.GREEN, "the template is there")


def _unseen(check: Check) -> Item:
    return item(check, Colour.UNKNOWN, "the template itself could not be seen")


def _provisioned(template: Template) -> Item:
    check = Check.PROVISIONED
    state = template.provisioning
    if state is ProvisioningState.SUCCEEDED:
        return item(check, Colour.GREEN, "provisioned")
    if state is ProvisioningState.UNKNOWN:
        return item(check, Colour.UNKNOWN, "its provisioning state is none that is known")
    why = f" ({template.provisioning_error})" if template.provisioning_error else ""
    remedy = "wait until it is done" if state in _PASSING else "delete and create it again"
    return item(check, Colour.RED, f"its provisioning state is {state}{why}; {remedy}")


def _idle(template: Template) -> Item:
    check = Check.IDLE
    run = template.run
    if run is None:
        return item(check, Colour.GREEN, "idle, it never ran")
    if run.state is RunState.UNKNOWN:
        return item(check, Colour.UNKNOWN, "the state of its last run is none that is known")
    if template.busy:
        since = f"{run.started:%Y-%m-%d %H:%M} UTC"
        return item(check, Colour.RED, f"busy since {since} ({run.state}); wait for its end")
    return item(check, Colour.GREEN, f"idle, its last run is {run.state}")


def _other_region(template: Template, image: Image, sightings: Sightings) -> Item:
    check = Check.OTHER_REGION
    primary = sightings.templates.get(image.primary)
    if primary is None:
        says = f"the region of the primary {name_of(image.primary)} was not seen yet"
        return item(check, Colour.UNKNOWN, says)
    if primary.region == template.region:
        says = f"it lives in {template.region} as the primary does; move it to another region"
        return item(check, Colour.RED, says)
    return item(check, Colour.GREEN, f"in {template.region}, the primary in {primary.region}")
