"""An Azure at a distance: calls take their time, and some are lost on the way there or back.

Every point at which its caller may die or stand still has a name, so that a story can say where.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import BaseId, DefinitionId, Region, ResourceId, Scope, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import ProvisioningState, Run, Template
from aibwatch.ports import Reply
from aibwatch.sim.jumping import START
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trace import Asked, Seen, Trace

LOST = Fault(FaultKind.TIMEOUT, "no answer came")
PATIENCE = 8.0
"""Seconds until a caller takes an answer for lost; less than a read may take in all."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Network:
    """How the way to Azure is."""

    random: Random
    slow: float = 0.0
    """Share of the reads that take their time; the others take none."""
    latency: float = 0.0
    """Seconds, one way, at most."""
    lost_there: float = 0.0
    """Share of the calls that never arrive."""
    lost_back: float = 0.0
    """Share of the calls whose answer never arrives."""

    def way(self) -> float:
        """Return how long one way takes this time."""
        return self.random.random() * self.latency

    def loses(self, share: float) -> bool:
        """Return whether this call is among those that are lost."""
        return share > 0 and self.random.random() < share


@dataclass
class FarAzure:
    """Implements `ports.Azure` over a World for one daemon, and notes what that asked."""

    near: SimulatedAzure
    trace: Trace
    network: Network
    life: str
    durable: Callable[[], int]
    """How many entries of the journal are durable."""
    step: Callable[[str], None] = lambda _name: None
    """Told of every step by its name; the caller dies where it raises."""
    lists: dict[str, int] = field(default_factory=dict)
    templates_seen: dict[TemplateId, Seen] = field(default_factory=dict)
    versions_seen: dict[DefinitionId, Seen] = field(default_factory=dict)

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Send one run request; once sent it arrives, whether its sender lives on or not."""
        asked = self._note(template)
        self.step("request before")
        network, world, way = self.network, self.trace.world, self.network.way()
        arrived: list[Reply] = []
        if not network.loses(network.lost_there):
            arrives = self._advance() + timedelta(seconds=way)
            world.schedule(arrives, lambda: arrived.append(self._arrive(asked)))
        self.step("request sent")
        await asyncio.sleep(way)
        self._advance()
        self.step("request taken")
        if not arrived or network.loses(network.lost_back):
            await asyncio.sleep(PATIENCE)
            reply = Reply(Event.UNCLEAR, LOST)
        else:
            await asyncio.sleep(network.way())
            (reply,) = arrived
        self.step("request answered")
        asked.reply, asked.heard = reply.event, world_time()
        return reply

    def _note(self, template: TemplateId) -> Asked:
        world = self.trace.world
        now, found = self._advance(), world.templates.get(template)
        looks = (found.look, found.looked(now - self.trace.sight)) if found else ()
        asked = Asked(
            at=now,
            target=template,
            durable=self.durable(),
            life=self.life,
            sweeps=min(self.lists.values(), default=0),
            templates=dict(self.templates_seen),
            versions=dict(self.versions_seen),
            startable=any(each.provisioning is ProvisioningState.SUCCEEDED for each in looks),
        )
        self.trace.asked.append(asked)
        return asked

    def _arrive(self, asked: Asked) -> Reply:
        """Let a request reach the World; the run that it begins, if any, is noted."""
        world = self.trace.world
        found = world.templates.get(asked.target)
        before = found.run if found else None
        reply = self.near.take(asked.target)
        after = found.run if found else None
        if after is not None and (before is None or after.started != before.started):
            asked.began = after.started
        return reply

    async def cancel(self, template: TemplateId) -> Reply:
        """Send one cancel request."""
        self.trace.cancels.append((self._advance(), template))
        return await self.near.cancel(template)

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List all templates of a subscription."""
        self.lists[subscription] = self.lists.get(subscription, 0) + 1
        return await self._read("list", lambda: self.near.templates(subscription))

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one template."""
        at = world_time()
        answer = await self._read("template", lambda: self.near.template(template))
        self.templates_seen[template] = Seen(at, not isinstance(answer, Fault))
        return answer

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read a definition."""
        return await self._read("definition", lambda: self.near.definition(definition))

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """List a definition's versions."""
        at = world_time()
        answer = await self._read("versions", lambda: self.near.versions(definition))
        self.versions_seen[definition] = Seen(at, not isinstance(answer, Fault))
        return answer

    async def publication(self, template: Template) -> Publication | Fault:
        """Read what the last run of a template put out."""
        return await self._read("publication", lambda: self.near.publication(template))

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Read where a base can be had."""
        return await self._read("supply", lambda: self.near.supply(base))

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Read whether templates may be run."""
        return await self._read("right", lambda: self.near.may_run(scope))

    async def bodies(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body | Fault]:
        """Read what owners wrote."""
        answer = await self._read("bodies", lambda: self.near.bodies(templates))
        return dict.fromkeys(templates, answer) if isinstance(answer, Fault) else answer

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Read many resources."""
        answer = await self._read("resources", lambda: self.near.resources(resources))
        return dict.fromkeys(resources, answer) if isinstance(answer, Fault) else answer

    async def offer(self, subscription: str, region: Region, sizes: Sequence[str]) -> Offer | Fault:
        """Read what a region offers."""
        return await self._read("offer", lambda: self.near.offer(subscription, region, sizes))

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Read where regions lie."""
        return await self._read("geographies", lambda: self.near.geographies(subscription))

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """List the Service Health events."""
        return await self._read("events", lambda: self.near.events(subscription))

    async def emerging(self) -> Sequence[Notice] | Fault:
        """List the emerging issues."""
        return await self._read("emerging", self.near.emerging)

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Ask Resource Graph."""
        return await self._read("graph", lambda: self.near.last_runs(templates))

    async def account_region(self, account: str) -> Region | Fault | None:
        """Ask Resource Graph."""
        return await self._read("graph", lambda: self.near.account_region(account))

    async def staging_groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """Ask Resource Graph."""
        return await self._read("graph", lambda: self.near.staging_groups(subscription))

    async def build_log(self, template: Template) -> BuildLog:
        """Read the log of the last run of a template."""
        answer = await self._read("log", lambda: self.near.build_log(template))
        unread = BuildLog(LogState.UNREADABLE, str(LOST))
        return unread if isinstance(answer, Fault) else answer

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """Read the Activity Log."""
        return await self._read("activity", lambda: self.near.attempts(subscription, since))

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Read Azure's clock."""
        return await self._read("time", lambda: self.near.azure_time(subscription))

    async def close(self) -> None:
        """Nothing is held open."""

    async def _read(self, name: str, call: Callable[[], Awaitable[T]]) -> T | Fault:
        """Look at the World at some instant of the call; what it shows is as of then."""
        self.step("read before")
        network = self.network
        slow = network.loses(network.slow)
        if slow:
            await asyncio.sleep(network.way())
        if network.loses(network.lost_there):
            await asyncio.sleep(PATIENCE)
            return LOST
        self._advance()
        answer = await call()
        if slow:
            await asyncio.sleep(network.way())
            self.step("read after")
        return answer

    def _advance(self) -> datetime:
        """Let the World come to the present, and return it."""
        world = self.trace.world
        world.advance(world_time())
        return world.now


def world_time() -> datetime:
    """Return the World's time, which is the loop's, whatever the clocks of its daemons say."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())
