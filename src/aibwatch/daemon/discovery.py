"""Images by looking: the templates of subscriptions, listed once and proposed as images."""

from collections.abc import Sequence

from aibwatch.collect.sightings import absorb
from aibwatch.config.drilling import DrillsSection
from aibwatch.config.fleet import ImageSection
from aibwatch.config.schema import Settings
from aibwatch.config.sections import CanarySection
from aibwatch.daemon.clock import wall
from aibwatch.daemon.wiring import azure_of
from aibwatch.errors import AibwatchError, PermissionDeniedError, TemporaryError
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.geography import only_here
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName, subscription_of
from aibwatch.model.observation import GeographiesSeen, OfferSeen
from aibwatch.model.proposal import Proposal
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.secondaries.proposing import propose


async def discover(settings: Settings, subscriptions: Sequence[str]) -> tuple[Proposal, ...]:
    """Return the images that the templates of subscriptions could be of. It only reads.

    Raises PermissionDeniedError or TemporaryError if one of them cannot be listed: half a fleet
    would pair templates otherwise. ARM leaves regions out of a list whose provider is down, and
    nobody can tell.
    """
    azure = await azure_of(settings)
    found: list[Template] = []
    try:
        for subscription in dict.fromkeys(subscriptions):
            answer = await azure.templates(subscription)
            if isinstance(answer, Fault):
                raise unlisted(subscription, answer)
            found += answer
    finally:
        await azure.close()
    return propose(found)


async def nowhere_near(settings: Settings, proposals: Sequence[Proposal]) -> dict[ImageName, str]:
    """Return of images without a secondary why one would be in another geography, in words.

    Of one of which Azure does not tell enough, nothing.
    """
    alone = [(each.name, each.templates[0]) for each in proposals if each.is_alone]
    places = sorted({(subscription_of(each.id), each.region) for _, each in alone})
    azure = await azure_of(settings)
    seen = Sightings(booted=(now := wall()))
    try:
        for subscription, region in places:
            lie = await azure.geographies(subscription)
            absorb(seen, [GeographiesSeen(now, subscription, lie)])
            offer = await azure.offer(subscription, region, ())
            absorb(seen, [OfferSeen(now, subscription, region, offer)])
    finally:
        await azure.close()
    return {name: says for name, each in alone if (says := only_here(each.region, seen))}


def unlisted(subscription: str, fault: Fault) -> AibwatchError:
    """Return the error that the templates of a subscription cannot be listed."""
    says = f"the templates of subscription {subscription} cannot be listed"
    return refused(says, fault, "Microsoft.VirtualMachineImages/imageTemplates/read")


def refused(says: str, fault: Fault, right: str) -> AibwatchError:
    """Return the error that something of a subscription cannot be read, with what to do."""
    told = f"{says}: {fault}"
    if fault.kind in (FaultKind.AUTH, FaultKind.PERMISSION):
        return PermissionDeniedError(f"{told}; log in, or grant {right} (docs/permissions.md)")
    if fault.kind is FaultKind.NOT_FOUND:
        return TemporaryError(f"{told}; is its id right, and in this tenant?")
    return TemporaryError(f"{told}; try again")


def with_images(
    settings: Settings, proposals: Sequence[Proposal], subscriptions: Sequence[str]
) -> Settings:
    """Return settings that watch what is proposed in place of what was configured."""
    images = tuple(
        ImageSection(name=each.name, templates=tuple(one.id for one in each.templates))
        for each in proposals
    )
    return settings.model_copy(update={"images": images, "subscriptions": frozenset(subscriptions)})


def observing(settings: Settings) -> Settings:
    """Return settings under which nothing starts a run: image, schedule, drill, canary or order."""
    silent = {"mode": Mode.OBSERVE, "schedule": None, "drill": None}
    return settings.model_copy(
        update={
            "images": tuple(each.model_copy(update=silent) for each in settings.images),
            "canary": CanarySection(),
            "drills": DrillsSection(),
            "http": settings.http.model_copy(update={"token_file": None}),
        }
    )
