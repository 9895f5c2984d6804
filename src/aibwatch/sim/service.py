"""The World's face in process: `ports.Azure` without a network, for simulations and tests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count

from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.failover import Event
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
    subscription_of,
)
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import ProvisioningState, Run, Template
from aibwatch.ports import Reply
from aibwatch.sim import activity, front, staging
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.bodies import bodies
from aibwatch.sim.buildlogs import NAMELESS, log_of, unread
from aibwatch.sim.faults import fault, reply
from aibwatch.sim.offers import offer
from aibwatch.sim.readings import NONSENSE, group_of, notice_of, run_of, template_of, version_of
from aibwatch.sim.regions import GEOGRAPHIES
from aibwatch.sim.resources import resources as read_resources
from aibwatch.sim.supplies import supply_of
from aibwatch.sim.templates import Look, SimTemplate
from aibwatch.sim.trouble import BROKEN, Manner, Trouble, not_found
from aibwatch.sim.weather import Distortion, Op
from aibwatch.sim.world import World

_DATED = (Manner.JSON, Manner.HTML, Manner.CUT)
"""Manners of answers whose headers can be read though the body is of no use."""


class SimulatedAzure:
    """Implements `ports.Azure` over a World. Time stands still within a call."""

    def __init__(self, world: World) -> None:
        """Look at `world`; whoever drives it advances it."""
        self._world = world
        self._requests = count(1)
        self._read: dict[TemplateId, tuple[Look, Distortion | None, Template | None]] = {}
        self._pages: dict[tuple[str, int], tuple[tuple[Look, ...], tuple[Template, ...]]] = {}

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List the templates of a subscription; what cannot be read in it is left out."""
        found: list[Template] = []
        start: int | None = 0
        while start is not None:
            page = front.listed(self._world, subscription, start=start)
            if isinstance(page, Trouble):
                return self._fault(page)
            found.extend(self._page(subscription, start, page.templates))
            start = page.following
        return tuple(found)

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one template."""
        found = front.read(self._world, template)
        if isinstance(found, Trouble):
            return self._fault(found)
        return self._template(found) or self._fault(NONSENSE)

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Send one run request; in process there is no gate to open."""
        del ordered
        return self.take(template)

    def take(self, template: TemplateId) -> Reply:
        """Take a run request that has arrived, and return the answer to it."""
        answer = front.run(self._world, template)
        if isinstance(answer, Trouble):
            return reply(answer, self._request())
        return Reply(Event.BEGAN, operation=answer.id, request_id=self._request())

    async def cancel(self, template: TemplateId) -> Reply:
        """Send one cancel request."""
        trouble = front.cancel(self._world, template)
        if trouble is not None:
            return reply(trouble, self._request())
        return Reply(Event.BEGAN, request_id=self._request())

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read a gallery image definition."""
        found = front.definition(self._world, definition)
        if isinstance(found, Trouble):
            return self._fault(found)
        return Definition(found.id, found.home)

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """List a definition's versions with their replication, oldest first."""
        found = front.definition(self._world, definition)
        if isinstance(found, Trouble):
            return self._fault(found)
        ordered = sorted(found.versions.values(), key=lambda each: each.published)
        return tuple(version_of(each, self._world.now) for each in ordered)

    async def publication(self, template: Template) -> Publication | Fault:
        """Read what the last good run of a template put out."""
        found = front.read(self._world, template.id)
        if isinstance(found, Trouble):
            return self._fault(found)
        made = [found.outputs[name] for name in template.outputs if name in found.outputs]
        if not made:
            return self._fault(not_found("runOutputs", "".join(template.outputs[:1]), ""))
        if "/versions/" not in made[0]:
            return Publication(None, provisioned=True, artifact=made[0])
        version = front.version(self._world, made[0])
        if isinstance(version, Trouble):
            return self._fault(version)
        provisioned = version.state is ProvisioningState.SUCCEEDED
        return Publication(version_of(version, self._world.now), provisioned, made[0])

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Read in which regions a base can be had."""
        found = supply_of(self._world, base)
        return self._fault(found) if isinstance(found, Trouble) else found

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Read whether aibwatch may run the templates in a scope."""
        found = front.may_run(self._world, scope)
        return self._fault(found) if isinstance(found, Trouble) else found

    async def bodies(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body | Fault]:
        """Read what the owners of templates wrote."""
        read = {name: known[2] for name, known in self._read.items()}
        listed = {name: each.revision for name, each in read.items() if each is not None}
        return bodies(self._world, templates, listed, self._fault)

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Read many resources."""
        return read_resources(self._world, resources, self._fault)

    async def offer(self, subscription: str, region: Region, sizes: Sequence[str]) -> Offer | Fault:
        """Read what a region offers a subscription."""
        return offer(self._world, subscription, region, sizes, self._fault)

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Read where the regions of a subscription lie."""
        trouble = front.admit(self._world, Op.SUBSCRIPTION, subscription)
        return self._fault(trouble) if trouble else tuple(GEOGRAPHIES.values())

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events."""
        found = front.announced(self._world, subscription)
        return self._fault(found) if isinstance(found, Trouble) else _notices(found)

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues."""
        found = front.emerging(self._world)
        return self._fault(found) if isinstance(found, Trouble) else _notices(found)

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Answer from Resource Graph: as things were some time ago."""
        subscription = subscription_of(templates[0]) if templates else ""
        rows = front.rows(self._world, subscription, templates)
        if isinstance(rows, Trouble):
            return self._fault(rows)
        runs = (run_of(template, look) for template, look in rows)
        return tuple(each for each in runs if each is not None)

    async def account_region(self, account: str) -> Region | Fault | None:
        """Answer from Resource Graph."""
        found = front.account(self._world, account)
        return self._fault(found) if isinstance(found, Trouble) else found

    async def staging_groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """Answer from Resource Graph."""
        found = front.staging_groups(self._world, subscription)
        return self._fault(found) if isinstance(found, Trouble) else [*map(group_of, found)]

    async def build_log(self, template: Template) -> BuildLog:
        """Read the log of the last run of a template, as a client would find it."""
        if template.run is None:
            return BuildLog(LogState.UNREAD, "the template never ran")
        found = front.staged(self._world, subscription_of(template.id), template.staging)
        if isinstance(found, Trouble):
            return unread(self._fault(found))
        if not front.resolves(self._world, found):
            return unread(NAMELESS)
        logs = front.logs(self._world, staging.account(found.id))
        if isinstance(logs, Trouble):
            return unread(self._fault(logs))
        return log_of(logs, template, template.run)

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """List the tries at starting a run that the Activity Log shows."""
        found = front.attempts(self._world, subscription, since)
        if isinstance(found, Trouble):
            return self._fault(found)
        now = self._world.now - self._world.activity_delay
        return tuple(activity.attempt_of(each, now) for each in found)

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Return Azure's `Date`; any answer below 500 will do."""
        trouble = front.admit(self._world, Op.SUBSCRIPTION, subscription)
        if trouble is not None and (trouble.status >= BROKEN or trouble.manner not in _DATED):
            return self._fault(trouble)
        return self._world.now + self._world.weather.skew

    async def close(self) -> None:
        """Nothing is held open."""

    def _request(self) -> str:
        return f"00000000-0000-0000-0000-{next(self._requests):012}"

    def _fault(self, trouble: Trouble) -> Fault:
        return fault(trouble, self._request())

    def _template(self, template: SimTemplate) -> Template | None:
        """Return the reading of a template, the same object as long as it shows the same."""
        look = self._world.shown(template)
        distortion = front.distortion(self._world, template)
        known = self._read.get(template.id)
        if known is None or known[0] is not look or known[1] is not distortion:
            known = (look, distortion, template_of(template, look, distortion))
            self._read[template.id] = known
        return known[2]

    def _page(
        self, subscription: str, start: int, templates: Sequence[SimTemplate]
    ) -> tuple[Template, ...]:
        """Return the readings of a page, gone through only if one shows something else."""
        looks = tuple(map(self._world.shown, templates))
        known = self._pages.get((subscription, start))
        distorted = bool(self._world.weather.distortions)
        if known is not None and known[0] == looks and not distorted:
            return known[1]
        seen = tuple(each for each in map(self._template, templates) if each is not None)
        if not distorted:
            self._pages[subscription, start] = looks, seen
        return seen


def _notices(found: Sequence[Announcement]) -> Sequence[Notice]:
    return tuple(notice_of(each) for each in found)
