"""The World: everything there is in the simulated Azure, and the order in which things happen.

It has no clock: it advances only when told. It has no chance of its own: what is random is drawn
from the `random.Random` that whoever drives it passes to what they schedule.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from aibwatch.model.names import (
    BaseId,
    DefinitionId,
    Region,
    TemplateId,
    digest,
    region,
    subscription_of,
    template_id,
)
from aibwatch.model.supply import Deprecation
from aibwatch.model.template import ProvisioningState
from aibwatch.sim.activity import SimAttempt
from aibwatch.sim.body import Body, at, size
from aibwatch.sim.estate import Estate
from aibwatch.sim.gallery import SimDefinition
from aibwatch.sim.market import Market
from aibwatch.sim.operations import Operation
from aibwatch.sim.quota import READS, WRITES, Bucket, full
from aibwatch.sim.staging import SimGroup
from aibwatch.sim.templates import Look, RunStatus, SimTemplate, fresh
from aibwatch.sim.weather import Weather

if TYPE_CHECKING:
    from aibwatch.sim.announcement import Announcement
    from aibwatch.sim.truth import Truth


class World:
    """Subscriptions, regions, templates, galleries, notices and weather at one instant."""

    def __init__(self, now: datetime) -> None:
        """Begin at `now` (aware UTC) with nothing in it."""
        self.now = now
        self.templates: dict[TemplateId, SimTemplate] = {}
        self.galleries: dict[DefinitionId, SimDefinition] = {}
        self.managed: dict[BaseId, Region] = {}
        """Managed images, each with the region where it lives."""
        self.accounts: dict[str, Region] = {}
        """Storage accounts that aibwatch may read, each with the region where it is."""
        self.deprecations: dict[BaseId, Deprecation] = {}
        """Of exact versions of marketplace images."""
        self.withdrawn: set[str] = set()
        """Definitions, bases and resources that are not there any more; every other marketplace
        image is offered everywhere."""
        self.estate = Estate()
        self.left: list[SimGroup] = []
        """Staging groups that the service left behind, besides those of the templates."""
        self.market = Market()
        self.forbidden: set[TemplateId] = set()
        """Templates that aibwatch has no right to run."""
        self.operations: dict[str, Operation] = {}
        self.announcements: list[Announcement] = []
        self.weather = Weather()
        self.truth: list[Truth] = []
        self.attempts: list[SimAttempt] = []
        """Every request to run a template, oldest first."""
        self.build_time = timedelta(minutes=20)
        """A trivial Ubuntu build with replication took 19.5 minutes in 2025."""
        self.replication_time = timedelta(0)
        """From the end of a run; the real service waits for replication before it ends a run."""
        self.cancel_time = timedelta(seconds=30)
        """From Canceling to Canceled (invented)."""
        self.operation_lag = timedelta(seconds=65)
        """From the end of a run to the end of its operation (recorded)."""
        self.graph_delay = timedelta(minutes=10)
        """How old Resource Graph's rows are (invented: the real delay is not known)."""
        self.activity_delay = timedelta(minutes=3)
        """Until the Activity Log shows a request (invented: minutes, by hearsay)."""
        self.page_size = 100
        self.graph_page = 1000
        """Rows of one answer of Resource Graph, at most."""
        self.throttled = True
        """Whether ARM's token buckets are in force."""
        self.conflict_status = 409
        """Or 405: neither is recorded for a run while running."""
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._buckets: dict[tuple[str, tuple[int, float]], Bucket] = {}
        self._rosters: dict[str, tuple[SimTemplate, ...]] = {}
        self._turns: Counter[Region] = Counter()

    # -- time

    def schedule(self, when: datetime, act: Callable[[], None]) -> None:
        """Let `act` happen at `when`; what is scheduled for one instant happens in order."""
        heapq.heappush(self._agenda, (when, next(self._order), act))

    def after(self, delay: timedelta, act: Callable[[], None]) -> None:
        """Let `act` happen `delay` from now."""
        self.schedule(self.now + delay, act)

    def advance(self, to: datetime) -> None:
        """Let everything happen, in order, up to and at `to`. Raises ValueError for the past."""
        if to < self.now:
            message = f"the World is at {self.now} and cannot go back to {to}"
            raise ValueError(message)
        while self._agenda and self._agenda[0][0] <= to:
            when, _, act = heapq.heappop(self._agenda)
            self.now = max(self.now, when)
            act()
        self.now = to

    @property
    def due(self) -> datetime | None:
        """When the next thing happens; None if nothing is scheduled."""
        return self._agenda[0][0] if self._agenda else None

    # -- templates

    def add_template(self, name: str, body: Body) -> TemplateId:
        """Add a template that never ran, by its ARM id and its authored body.

        Raises ValueError for an id that is none.
        """
        identity = template_id(name)
        place = region(str(at(body, "location")))
        self.templates[identity] = fresh(identity, body, name.rpartition("/")[2], self.now, place)
        self._found(identity, body, place)
        self._rosters.clear()
        return identity

    def _found(self, template: TemplateId, body: Body, place: Region) -> None:
        """Let what a template needs be there."""
        self.estate.settle(template, body, place)
        if size(body):
            self.market.sizes.add(size(body))

    def remove_template(self, template: TemplateId) -> None:
        """Let a template be gone."""
        self.templates.pop(template, None)
        self._rosters.clear()

    def roster(self, subscription: str) -> Sequence[SimTemplate]:
        """Return the templates of a subscription, in order of their ids."""
        if subscription not in self._rosters:
            names = sorted(each for each in self.templates if subscription_of(each) == subscription)
            self._rosters[subscription] = tuple(self.templates[each] for each in names)
        return self._rosters[subscription]

    def show(self, template: SimTemplate, run: RunStatus | None) -> None:
        """Let a template show another last run from now on."""
        template.looks.append(replace(template.look, since=self.now, run=run))

    def submit(
        self,
        template: TemplateId,
        provisioning: ProvisioningState,
        error: tuple[str, str] | None = None,
    ) -> None:
        """Let a template show another provisioning state, with its error's code and message."""
        found = self.templates[template]
        found.looks.append(
            replace(found.look, since=self.now, provisioning=provisioning, provisioning_error=error)
        )

    def rewrite(self, template: TemplateId, body: Body) -> None:
        """Let the owner change a template: another body, modified now."""
        found = self.templates[template]
        found.looks.append(replace(found.look, since=self.now, body=body, modified=self.now))
        self._found(template, body, found.region)

    def shown(self, template: SimTemplate) -> Look:
        """Return what a read shows now; stale where the weather says so."""
        lags = self.weather.lags
        if not lags:
            return template.looks[-1]
        lag = lags.get(template.id) or lags.get(template.region)
        return template.looked(self.now - lag) if lag else template.look

    def turn_in(self, place: Region) -> int:
        """Return which of its region's builds begins now, counted from 1."""
        self._turns[place] += 1
        return self._turns[place]

    # -- galleries

    def add_definition(self, definition: DefinitionId, home: Region) -> SimDefinition:
        """Add a gallery image definition."""
        found = SimDefinition(definition, home)
        self.galleries[definition] = found
        return found

    # -- requests

    def open_operation(self, template: SimTemplate) -> Operation:
        """Return a new operation about a template, to be polled by its id."""
        name = digest(template.id, str(template.serial), self.now.isoformat(), size=16)
        guid = "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))
        operation = Operation(guid, template.id, template.region, self.now)
        self.operations[guid] = operation
        return operation

    def take(self, subscription: str, *, write: bool = False) -> float | None:
        """Take one request from the subscription's bucket; return the seconds to wait, if empty."""
        if not self.throttled:
            return None
        kind = WRITES if write else READS
        bucket = self._buckets.setdefault((subscription, kind), full(kind, self.now))
        return bucket.take(self.now)

    def remaining(self, subscription: str, *, write: bool = False) -> int:
        """Return how many requests are left in the subscription's bucket."""
        kind = WRITES if write else READS
        bucket = self._buckets.get((subscription, kind))
        return int(bucket.tokens) if bucket else kind[0]
