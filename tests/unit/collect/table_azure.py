"""An Azure that answers from tables and writes down what it was asked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aibwatch.model.attempt import Attempt
from aibwatch.model.body import Body
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition, Publication, Version
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    Region,
    ResourceId,
    Scope,
    TemplateId,
    name_of,
    subscription_of,
)
from aibwatch.model.notice import Notice
from aibwatch.model.offer import Geography, Offer
from aibwatch.model.resource import DEFINITION, Resource
from aibwatch.model.supply import Supply
from aibwatch.model.template import Run, Template
from aibwatch.ports import Reply
from builders import NOON

NOT_THERE = Fault(FaultKind.NOT_FOUND, "not in the table")
DARK = Fault(FaultKind.PLATFORM, "the provider is down", 503)


@dataclass
class TableAzure:
    """`ports.Azure` over tables; what is in no table is not found."""

    lists: dict[str, Sequence[Template] | Fault] = field(default_factory=dict)
    alone: dict[TemplateId, Template | Fault] = field(default_factory=dict)
    notices: dict[str, Sequence[Notice] | Fault] = field(default_factory=dict)
    """By subscription, and under "" the emerging issues."""
    definitions: dict[DefinitionId, Definition | Fault] = field(default_factory=dict)
    resting: dict[ResourceId, Resource | Fault] = field(default_factory=dict)
    """Resources, besides the definitions."""
    left: set[str] = field(default_factory=set)
    """Names that are left out of the answer: resources and templates."""
    written: dict[TemplateId, Body | Fault] = field(default_factory=dict)
    offers: dict[tuple[str, Region], Offer | Fault] = field(default_factory=dict)
    lie: dict[str, Sequence[Geography] | Fault] = field(default_factory=dict)
    supplies: dict[BaseId, Supply | Fault] = field(default_factory=dict)
    rights: dict[Scope, bool | Fault] = field(default_factory=dict)
    published: dict[DefinitionId, Sequence[Version] | Fault] = field(default_factory=dict)
    publications: dict[TemplateId, Publication | Fault] = field(default_factory=dict)
    logs: dict[TemplateId, BuildLog] = field(default_factory=dict)
    tried: dict[str, Sequence[Attempt] | Fault] = field(default_factory=dict)
    since: datetime | None = None
    """Since when the Activity Log was last asked for."""
    time: datetime | Fault = NOON
    slow: dict[str, float] = field(default_factory=dict)
    """Seconds that a call takes, by what it is written down as."""
    broken: dict[str, Exception] = field(default_factory=dict)
    """What escapes from a call, by what it is written down as."""
    calls: list[str] = field(default_factory=list)
    at_once: int = 0
    """Calls under way."""
    most_at_once: int = 0

    async def _called(self, call: str) -> None:
        self.calls.append(call)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.slow.get(call, 0))
        finally:
            self.at_once -= 1
        if call in self.broken:
            raise self.broken[call]

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List the templates of the table."""
        await self._called(f"list {subscription[0]}")
        return self.lists.get(subscription, NOT_THERE)

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read from the table of single ones, else from the list."""
        await self._called(f"get {name_of(template)}")
        if template in self.alone:
            return self.alone[template]
        listed = self.lists.get(subscription_of(template), ())
        found = [] if isinstance(listed, Fault) else [t for t in listed if t.id == template]
        return found[0] if found else NOT_THERE

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Fail the test: nobody who collects may start anything."""
        raise AssertionError(template)

    async def cancel(self, template: TemplateId) -> Reply:
        """Fail the test: nobody who collects may cancel anything."""
        raise AssertionError(template)

    async def definition(self, definition: DefinitionId) -> Definition | Fault:
        """Read from the table."""
        await self._called("definition")
        return self.definitions.get(definition, NOT_THERE)

    async def supply(self, base: BaseId) -> Supply | Fault:
        """Read from the table."""
        await self._called("supply")
        return self.supplies.get(base, NOT_THERE)

    async def bodies(self, templates: Sequence[TemplateId]) -> Mapping[TemplateId, Body | Fault]:
        """Read from the table."""
        await self._called(f"bodies of {len(templates)}")
        asked = [each for each in templates if each not in self.left]
        return {each: self.written.get(each, NOT_THERE) for each in asked}

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Read from the tables."""
        await self._called(f"resources, {len(resources)}")
        asked = [each for each in resources if each not in self.left]
        return {each: self._resource(each) for each in asked}

    def _resource(self, name: ResourceId) -> Resource | Fault:
        definition = self.definitions.get(DefinitionId(name))
        if isinstance(definition, Definition):
            return Resource(name, DEFINITION, definition.home)
        return definition or self.resting.get(name, NOT_THERE)

    async def offer(self, subscription: str, region: Region, sizes: Sequence[str]) -> Offer | Fault:
        """Read from the table."""
        await self._called(f"offer {region} {' '.join(sizes)}")
        return self.offers.get((subscription, region), NOT_THERE)

    async def geographies(self, subscription: str) -> Sequence[Geography] | Fault:
        """Read from the table."""
        await self._called(f"geographies {subscription[0]}")
        return self.lie.get(subscription, ())

    async def may_run(self, scope: Scope) -> bool | Fault:
        """Read from the table."""
        await self._called("may run")
        return self.rights.get(scope, NOT_THERE)

    async def versions(self, definition: DefinitionId) -> Sequence[Version] | Fault:
        """Read from the table."""
        await self._called("versions")
        return self.published.get(definition, NOT_THERE)

    async def publication(self, template: Template) -> Publication | Fault:
        """Read from the table."""
        await self._called(f"publication {name_of(template.id)}")
        return self.publications.get(template.id, NOT_THERE)

    async def events(self, subscription: str) -> Sequence[Notice] | Fault:
        """Read from the table."""
        await self._called(f"events {subscription[0]}")
        return self.notices.get(subscription, ())

    async def emerging(self) -> Sequence[Notice] | Fault:
        """Read from the table."""
        await self._called("emerging")
        return self.notices.get("", ())

    async def last_runs(self, templates: Sequence[TemplateId]) -> Sequence[Run] | Fault:
        """Know of no runs."""
        await self._called(f"last runs of {len(templates)}")
        return ()

    async def account_region(self, account: str) -> Region | Fault | None:
        """Know of no accounts."""
        await self._called(f"account {account}")
        return None

    async def staging_groups(self, subscription: str) -> Sequence[StagingGroup] | Fault:
        """Know of no groups."""
        await self._called(f"groups {subscription[0]}")
        return ()

    async def build_log(self, template: Template) -> BuildLog:
        """Read from the table; by default the container is empty."""
        await self._called(f"log {name_of(template.id)}")
        return self.logs.get(template.id, BuildLog(LogState.ABSENT))

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """Read from the table, and write down since when."""
        await self._called(f"attempts {subscription[0]}")
        self.since = since
        return self.tried.get(subscription, ())

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Return the time of the table."""
        await self._called(f"time {subscription[0]}")
        return self.time

    async def close(self) -> None:
        """Do nothing."""
