"""All that secondaries rest on, read once: each answer brings questions, until there are none."""

from collections.abc import Sequence
from datetime import datetime

from aibwatch.collect.sightings import absorb
from aibwatch.diagnose.runs import notice_runs
from aibwatch.journal.fold import apply
from aibwatch.model.image import Image
from aibwatch.model.names import ResourceId, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.observation import (
    BodySeen,
    GeographiesSeen,
    Observation,
    OfferSeen,
    ResourceSeen,
    RightSeen,
    SupplySeen,
)
from aibwatch.model.policy import Policy
from aibwatch.model.resource import parent_of
from aibwatch.model.state import Sightings, State
from aibwatch.ports import Azure
from aibwatch.secondaries.checklist import Checklist
from aibwatch.secondaries.copies import notice_copies

ROUNDS = 8
"""From a template to its definition and gallery, or to its subnet, network and what is round that,
it is four steps; each kind of answer may be left for a next time once."""


async def read_all(
    azure: Azure,
    fleet: Sequence[Image],
    policy: Policy,
    sightings: Sightings,
    subscriptions: Sequence[str],
    now: datetime,
) -> Checklist:
    """Ask for all that the secondaries of a fleet rest on, and check every one.

    Nothing is kept: the state is that of a journal that begins with this look.
    """
    checklist, state = Checklist(fleet, policy), State()
    for entry in notice_runs(list(sightings.templates.values()), state, now, policy.signatures):
        apply(state, entry)
    told: list[Observation] = [
        GeographiesSeen(now, each, await azure.geographies(each)) for each in subscriptions
    ]
    for _ in range(ROUNDS):
        absorb(sightings, told)
        for entry in notice_copies(told, state):
            apply(state, entry)
        checklist.renew((), sightings, now, state=state)
        told = await _asked(azure, checklist.needs, sightings, now)
        if not told:
            break
    return checklist


async def _asked(
    azure: Azure, needs: Needs, sightings: Sightings, now: datetime
) -> list[Observation]:
    """Return the answers to what was not asked yet, be they faults."""
    seen = sightings
    told: list[Observation] = [
        SupplySeen(now, each, await azure.supply(each))
        for each in needs.bases
        if each not in seen.supplies
    ]
    told += [
        RightSeen(now, each, await azure.may_run(each))
        for each in needs.scopes
        if each not in seen.rights
    ]
    told += [
        OfferSeen(now, subscription, region, await azure.offer(subscription, region, sizes))
        for subscription, region, sizes in needs.offers
        if (subscription, region) not in seen.offers
    ]
    bodies = [each for each in needs.bodies if each not in seen.bodies]
    if bodies:
        told += [BodySeen(now, *each) for each in (await azure.bodies(bodies)).items()]
    things = [each for each in needs.resources if each not in seen.resources]
    if things:
        told += [ResourceSeen(now, *each) for each in (await azure.resources(things)).items()]
    return told


async def read_outputs(azure: Azure, sightings: Sightings) -> None:
    """Read what a failover will have to read when its run is over, while nothing depends on it.

    Of one template of each resource group and of one definition of each gallery. The answers do
    not matter, only whether they are refused, which is for who observes the requests.
    """
    templates = {scope_of(each.id): each for each in sightings.templates.values() if each.outputs}
    for template in templates.values():
        await azure.publication(template)
    galleries = {parent_of(ResourceId(each)): each for each in sightings.definitions}
    for definition in galleries.values():
        await azure.versions(definition)
