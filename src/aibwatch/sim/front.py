"""The front desk: what Azure answers to each request, before the answer takes a form.

Both faces ask here, so both have the same faults. An answer is a thing of the World or a Trouble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    Region,
    Scope,
    TemplateId,
    group_of,
    name_of,
    scope_of,
    subscription_of,
)
from aibwatch.model.supply import region_of
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import activity, runs, staging
from aibwatch.sim.activity import DAEMON, SimAttempt
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.gallery import SimDefinition, SimVersion
from aibwatch.sim.operations import Operation
from aibwatch.sim.staging import SimGroup, SimLog
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


def run(
    world: World, template: TemplateId, cause: Cause = Cause.REQUEST, caller: str = DAEMON
) -> Operation | Trouble:
    """Answer a run request; where the weather says so, the run begins though it is refused."""
    found = world.templates.get(template)
    if found is None:
        return _missing(template)
    forbidden = caller == DAEMON and template in world.forbidden
    answer = MENU["403"] if forbidden else _run(world, found, cause)
    activity.note(world.attempts, template, caller, answer, world.now)
    return answer


def _run(world: World, found: SimTemplate, cause: Cause) -> Operation | Trouble:
    subscription = subscription_of(found.id)
    spell = world.weather.strike(Op.RUN, found.id, found.region, subscription, EVERYWHERE)
    if spell is not None:
        return _struck(world, found, spell, cause)
    return (
        _throttle(world, subscription, write=True)
        or refusal(world, found, "run")
        or runs.begin(world, found.id, cause)
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
    found = None if name in world.withdrawn else world.galleries.get(name)
    places = (found.home,) if found else ()
    parts = name.split("/")
    trouble = admit(world, Op.GALLERY, parts[2], *places)
    gone = not_found("Microsoft.Compute/galleries/images", parts[-1], parts[4])
    return trouble or _forbidden(world, name) or found or gone


def _forbidden(world: World, name: str) -> Trouble | None:
    """Return the answer about what aibwatch may not read, whether it is there or not."""
    return MENU["403"] if name in world.estate.hidden else None


def version(world: World, name: str) -> SimVersion | Trouble:
    """Answer a read of one gallery image version by its id."""
    wanted, _, number = name.partition("/versions/")
    found = definition(world, DefinitionId(wanted))
    if isinstance(found, Trouble):
        return found
    group = wanted.split("/")[4]
    gone = not_found("Microsoft.Compute/galleries/images/versions", number, group)
    known = gone if name in world.withdrawn else found.versions.get(number) or gone
    return _forbidden(world, name) or known


def offered(world: World, base: BaseId) -> bool | Trouble:
    """Answer whether a marketplace image is offered in the region of its id."""
    trouble = admit(world, Op.SOURCES, _subscription(base), region_of(base))
    return trouble or base not in world.withdrawn


def managed(world: World, base: BaseId) -> Region | Trouble:
    """Answer where a managed image lives."""
    home = None if base in world.withdrawn else world.managed.get(base)
    trouble = admit(world, Op.SOURCES, _subscription(base), *filter(None, (home,)))
    gone = not_found("Microsoft.Compute/images", base.rpartition("/")[2], base.split("/")[4])
    return trouble or _forbidden(world, base) or home or gone


def latest(world: World, name: DefinitionId) -> SimVersion | Trouble:
    """Answer the version that `latest` stands for: the newest that was wholly made."""
    found = definition(world, name)
    if isinstance(found, Trouble):
        return found
    made = [each for each in found.versions.values() if each.state is ProvisioningState.SUCCEEDED]
    gone = not_found("Microsoft.Compute/galleries/images/versions", "latest", name.split("/")[4])
    return max(made, key=lambda each: each.published, default=gone)


def may_run(world: World, scope: Scope) -> bool | Trouble:
    """Answer whether aibwatch may run a template, or every one of a group or subscription."""
    trouble = admit(world, Op.RIGHTS, _subscription(scope), scope)
    if trouble is not None:
        return trouble
    if scope == f"/subscriptions/{_subscription(scope)}":
        return world.estate.wide and not world.forbidden
    return not any(scope in (each, scope_of(each)) for each in world.forbidden)


def announced(world: World, subscription: str) -> Sequence[Announcement] | Trouble:
    """Answer the Service Health events of a subscription."""
    trouble = admit(world, Op.NOTICES, subscription)
    return trouble or [each for each in world.announcements if not each.emerging]


def emerging(world: World) -> Sequence[Announcement] | Trouble:
    """Answer the emerging issues of the public status page."""
    trouble = admit(world, Op.NOTICES, "")
    return trouble or [each for each in world.announcements if each.emerging]


def staged(world: World, subscription: str, group: str) -> SimTemplate | Trouble:
    """Answer whose staging group this is, by its ARM id in any case."""
    trouble = admit(world, Op.SUBSCRIPTION, subscription)
    if trouble is not None:
        return trouble
    wanted = group.lower()
    found = (
        each
        for each in world.roster(subscription)
        if staging.group(each.id, each.name).lower() == wanted
    )
    gone = f"Resource group '{group.rpartition('/')[2]}' could not be found."
    return next(found, None) or Trouble(404, "ResourceGroupNotFound", gone)


def staging_groups(world: World, subscription: str) -> Sequence[SimGroup] | Trouble:
    """Answer Resource Graph's rows of staging groups: those of templates, and what was left."""
    trouble = admit(world, Op.GRAPH, subscription)
    if trouble is not None:
        return trouble
    known = [
        SimGroup(
            each.id,
            each.name,
            each.region,
            each.look.created,
            each.run.started if each.run and each.run.state is RunState.RUNNING else None,
        )
        for each in world.roster(subscription)
    ]
    left = (each for each in world.left if subscription_of(each.template) == subscription)
    return [*known, *left]


def resolves(world: World, template: SimTemplate) -> bool:
    """Return whether the storage account of a template has a name in DNS."""
    return not world.weather.nameless & {template.id, template.region, EVERYWHERE}


def logs(world: World, account: str) -> Sequence[SimLog] | Trouble:
    """Answer a request to a storage account with the logs in it."""
    found = next(
        (each for each in world.templates.values() if staging.account(each.id) == account), None
    )
    if found is None:
        return Trouble(404, "ResourceNotFound", "The specified account does not exist.")
    spell = world.weather.strike(
        Op.LOGS, found.id, found.region, subscription_of(found.id), EVERYWHERE
    )
    return spell.trouble if spell else tuple(found.logs)


def attempts(world: World, subscription: str, since: datetime) -> Sequence[SimAttempt] | Trouble:
    """Answer what the Activity Log shows of requests to run templates."""
    trouble = admit(world, Op.ACTIVITY, subscription)
    until = world.now - world.activity_delay
    return trouble or activity.shown(world.attempts, subscription, since, until)


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


def account(world: World, name: str) -> Region | Trouble | None:
    """Answer Resource Graph's row of a storage account."""
    return admit(world, Op.GRAPH, "") or world.accounts.get(name)


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


def _subscription(resource: str) -> str:
    return resource.split("/")[2]


def _dark_regions(world: World) -> set[Region]:
    return {
        Region(place)
        for (place, op), spell in world.weather.spells.items()
        if op is Op.READ and spell.trouble.dark and spell.constant
    }


def _missing(template: TemplateId) -> Trouble:
    return not_found(KIND, name_of(template), group_of(template))
