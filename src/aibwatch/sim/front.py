"""The front desk: what Azure answers to each request, before the answer takes a form.

Both faces ask here, so both have the same faults. An answer is a thing of the World or a Trouble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from aibwatch.model.names import (
    DefinitionId,
    Region,
    TemplateId,
    group_of,
    name_of,
    subscription_of,
)
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.gallery import SimDefinition, SimVersion
from aibwatch.sim.operations import Operation
from aibwatch.sim.templates import Look, SimTemplate
from aibwatch.sim.trouble import MENU, Trouble, conflict, not_found
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Distortion, Op, Spell
from aibwatch.sim.world import World

KIND = "Microsoft.VirtualMachineImages/imageTemplates"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    templates: Sequence[SimTemplate]
    following: int | None
    """Where the next page begins; None if this is the last."""


def listed(world: World, subscription: str, group: str = "", start: int = 0) -> Page | Trouble:
    """Answer one page of a subscription's templates, or of one group of it.

    ARM composes the list from the regions: one that does not answer is missing from it (inferred).
    """
    trouble = admit(world, Op.LIST, subscription)
    if trouble is not None:
        return trouble
    templates = world.roster(subscription)
    if group:
        templates = [each for each in templates if group_of(each.id) == group]
    dark = _dark_regions(world)
    if dark:
        templates = [each for each in templates if each.region not in dark]
    end = start + world.page_size
    return Page(templates[start:end], end if end < len(templates) else None)


def read(world: World, template: TemplateId) -> SimTemplate | Trouble:
    """Answer a read of one template."""
    found = world.templates.get(template)
    places = (template, found.region) if found else (template,)
    trouble = admit(world, Op.READ, subscription_of(template), *places)
    return trouble or found or _missing(template)


def run(world: World, template: TemplateId, cause: Cause = Cause.REQUEST) -> Operation | Trouble:
    """Answer a run request; where the weather says so, the run begins though it is refused."""
    found = world.templates.get(template)
    if found is None:
        return _missing(template)
    subscription = subscription_of(template)
    spell = world.weather.strike(Op.RUN, template, found.region, subscription, EVERYWHERE)
    if spell is not None:
        return _struck(world, found, spell, cause)
    return (
        _throttle(world, subscription, write=True)
        or refusal(world, found, "run")
        or runs.begin(world, template, cause)
    )


def cancel(world: World, template: TemplateId) -> Trouble | None:
    """Answer a cancel request; None: it was accepted."""
    found = world.templates.get(template)
    if found is None:
        return _missing(template)
    trouble = admit(world, Op.CANCEL, subscription_of(template), template, found.region)
    if trouble is not None:
        return trouble
    if found.run is None or found.run.state is not RunState.RUNNING:
        return _conflict(world, found, "cancel")
    runs.cancel(world, template)
    return None


def definition(world: World, name: DefinitionId) -> SimDefinition | Trouble:
    """Answer a read of a gallery image definition, or of its versions."""
    found = world.galleries.get(name)
    places = (found.home,) if found else ()
    parts = name.split("/")
    trouble = admit(world, Op.GALLERY, parts[2], *places)
    gone = not_found("Microsoft.Compute/galleries/images", parts[-1], parts[4])
    return trouble or found or gone


def version(world: World, name: str) -> SimVersion | Trouble:
    """Answer a read of one gallery image version by its id."""
    wanted, _, number = name.partition("/versions/")
    found = definition(world, DefinitionId(wanted))
    if isinstance(found, Trouble):
        return found
    group = wanted.split("/")[4]
    return found.versions.get(number) or not_found(
        "Microsoft.Compute/galleries/images/versions", number, group
    )


def announced(world: World, subscription: str) -> Sequence[Announcement] | Trouble:
    """Answer the Service Health events of a subscription."""
    trouble = admit(world, Op.NOTICES, subscription)
    return trouble or [each for each in world.announcements if not each.emerging]


def emerging(world: World) -> Sequence[Announcement] | Trouble:
    """Answer the emerging issues of the public status page."""
    trouble = admit(world, Op.NOTICES, "")
    return trouble or [each for each in world.announcements if each.emerging]


def rows(
    world: World, subscription: str, templates: Sequence[TemplateId]
) -> Sequence[tuple[SimTemplate, Look]] | Trouble:
    """Answer Resource Graph's rows of some templates, each as it was some time ago."""
    trouble = admit(world, Op.GRAPH, subscription)
    if trouble is not None:
        return trouble
    then = world.now - world.graph_delay
    known = [world.templates[each] for each in templates if each in world.templates]
    return [(each, each.looked(then)) for each in known]


def distortion(world: World, template: SimTemplate) -> Distortion | None:
    """Return what is wrong inside the bodies of a template."""
    wrong = world.weather.distortions
    return wrong.get(template.id) or wrong.get(template.region) if wrong else None


def admit(world: World, op: Op, subscription: str, *places: str) -> Trouble | None:
    """Return what hinders a request before it reaches what it asks for."""
    spell = world.weather.strike(op, *places, subscription, EVERYWHERE)
    return spell.trouble if spell else _throttle(world, subscription, write=op is Op.CANCEL)


def refusal(world: World, template: SimTemplate, action: str) -> Trouble | None:
    """Return the conflict that forbids a template to run now."""
    ready = template.look.provisioning is ProvisioningState.SUCCEEDED
    return None if ready and not template.busy else _conflict(world, template, action)


def _conflict(world: World, template: SimTemplate, action: str) -> Trouble:
    state = template.run.state if template.run else "none"
    return conflict(action, template.look.provisioning, state, world.conflict_status)


def _struck(world: World, template: SimTemplate, spell: Spell, cause: Cause) -> Trouble:
    if spell.begins:
        conflicting = refusal(world, template, "run")
        if conflicting is not None:
            return conflicting
        runs.begin(world, template.id, cause)
    return spell.trouble


def _throttle(world: World, subscription: str, *, write: bool) -> Trouble | None:
    wait = world.take(subscription, write=write)
    if wait is None:
        return None
    full = MENU["429"]
    return Trouble(full.status, full.code, full.message, retry_after=ceil(wait))


def _dark_regions(world: World) -> set[Region]:
    return {
        Region(place)
        for (place, op), spell in world.weather.spells.items()
        if op is Op.READ and spell.trouble.dark and spell.constant
    }


def _missing(template: TemplateId) -> Trouble:
    return not_found(KIND, name_of(template), group_of(template))
