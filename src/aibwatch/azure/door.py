"""`open_azure`: the real Azure behind `ports.Azure`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

from azure.core.credentials_async import AsyncTokenCredential

from aibwatch.azure.activity import ActivityLog
from aibwatch.azure.arm import Arm
from aibwatch.azure.bodies import Bodies
from aibwatch.azure.cloud import choose_cloud
from aibwatch.azure.credentials import Tokens, open_credential
from aibwatch.azure.gallery import Gallery
from aibwatch.azure.gate import Gate
from aibwatch.azure.graph import Graph
from aibwatch.azure.health import Health
from aibwatch.azure.imagebuilder import ImageBuilder
from aibwatch.azure.logs import BuildLogs
from aibwatch.azure.meter import RequestObserver, Unobserved
from aibwatch.azure.offers import Offers
from aibwatch.azure.places import Places
from aibwatch.azure.resources import Resources
from aibwatch.azure.rights import Rights
from aibwatch.azure.selftest import SelfTest
from aibwatch.azure.settings import AzureSettings
from aibwatch.azure.staging import Staging
from aibwatch.azure.supplies import Supplies
from aibwatch.azure.transport import choose_proxy, open_session
from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    Region,
    ResourceId,
    Scope,
    TemplateId,
)
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import Run, Template
from aibwatch.ports import Reply


class RealAzure:
    """`ports.Azure` over ARM. Never raises for what Azure does."""

    def __init__(self, arm: Arm, storage: AsyncTokenCredential, order_seconds: float) -> None:
        """Put the adapters on one door to ARM; `storage` gives the tokens for blobs."""
        self._arm, self._storage, self._order_seconds = arm, storage, order_seconds
        self._builder = ImageBuilder(arm, order_seconds)
        self._gallery = Gallery(arm)
        self._supplies = Supplies(arm, self._gallery)
        self._rights = Rights(arm)
        self._places = Places(arm, monotonic)
        self._bodies = Bodies(arm, self._builder.revisions)
        self._resources = Resources(arm)
        self._offers = Offers(arm, self._places)
        self._health = Health(arm, self._places)
        self._graph = Graph(arm)
        self._staging = Staging(arm)
        self._logs = BuildLogs(arm, storage)
        self._activity = ActivityLog(arm)
        self._selftest = SelfTest(arm)

    def for_acts(self) -> "RealAzure":
        """Return the same Azure, for reads for which a request waits (PROMISES S25)."""
        return RealAzure(self._arm.for_acts(), self._storage, self._order_seconds)

    def permit(self, may_start: frozenset[TemplateId]) -> None:
        """Be able to run and cancel exactly these from now on (PROMISES S36, S42)."""
        self._arm.permit(may_start)

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List all templates of a subscription, all pages, or say why not."""
        return await self._builder.templates(subscription)

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one template."""
        return await self._builder.template(template)

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Send one run request, once; the gate lets it pass if it is ordered."""
        return await self._builder.start(template, ordered=ordered)

    async def cancel(self, template: TemplateId) -> Reply:
        """Send one cancel request, once."""
        return await self._builder.cancel(template)

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read a definition."""
        return await self._gallery.definition(definition)

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """List a definition's versions with their replication."""
        return await self._gallery.versions(definition)

    async def publication(self, template: Template) -> Publication | Fault:
        """Read what the last run of a template put out."""
        return await self._gallery.publication(template)

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Read in which regions a base can be had."""
        return await self._supplies.supply(base)

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Read whether we may run the templates in a scope."""
        return await self._rights.may_run(scope)

    async def bodies(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body | Fault]:
        """Read what the owners of templates wrote."""
        return await self._bodies.bodies(templates)

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Read many resources."""
        return await self._resources.resources(resources)

    async def offer(self, subscription: str, region: Region, sizes: Sequence[str]) -> Offer | Fault:
        """Read what a region offers a subscription."""
        return await self._offers.offer(subscription, region, sizes)

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Read where the regions of a subscription lie."""
        return await self._places.geographies(subscription)

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events of a subscription."""
        return await self._health.events(subscription)

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues of the public status page."""
        return await self._health.emerging()

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Return the last runs that Resource Graph knows."""
        return await self._graph.last_runs(templates)

    async def account_region(self, account: str) -> Region | Fault | None:
        """Return where Resource Graph says that a storage account is."""
        return await self._graph.account_region(account)

    async def staging_groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """List the groups that the service made, by Resource Graph."""
        return await self._staging.groups(subscription)

    async def build_log(self, template: Template) -> BuildLog:
        """Read the log of the last run of a template."""
        return await self._logs.build_log(template)

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """List the tries at starting a run that the Activity Log tells of."""
        return await self._activity.attempts(subscription, since)

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Return Azure's own time."""
        return await self._selftest.azure_time(subscription)

    async def close(self) -> None:
        """Close connections and credential."""
        await self._arm.close()


async def open_azure(
    settings: AzureSettings,
    may_start: frozenset[TemplateId] = frozenset(),
    observer: RequestObserver | None = None,
) -> RealAzure:
    """Return Azure as `settings` say, able to run and cancel exactly `may_start` (PROMISES S36).

    Nothing is sent yet. The proxy is looked up and the CA file read once, here. Call it inside
    the running loop. Raises ConfigError if the settings cannot be used.
    """
    cloud = choose_cloud(settings)
    credential = open_credential(settings, cloud)
    proxy = choose_proxy(cloud.endpoint, settings.proxy)
    session = open_session(proxy, settings.ca_file)
    gate = Gate(cloud.endpoint, may_start)
    watching = observer or Unobserved()
    tokens = Tokens(credential, monotonic, watching)
    arm = Arm(cloud, tokens, session, gate, watching, settings.call_seconds)
    # Apart, so that an issuer that gives none for Storage does not fail requests to ARM with it.
    of_storage = Tokens(credential, monotonic, watching, "storage")
    return RealAzure(arm, of_storage, settings.order_seconds)
