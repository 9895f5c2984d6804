"""A region that fails on jumping time, and an Azure into whose calls a test steps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aibwatch.daemon.operator import Orders
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Entry
from aibwatch.model.failover import Failover
from aibwatch.model.fault import Fault
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.ports import Reply
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.world import World
from virtual import Watch

WEST, NORTH, UK = Region("westeurope"), Region("northeurope"), Region("uksouth")
Act = Callable[[], None]


def nothing() -> None:
    """Happens most of the time."""


class Meddled(SimulatedAzure):
    """The Azure of the executor alone: a test may step in between its calls."""

    def __init__(self, world: World) -> None:
        """Meddle with nothing yet."""
        super().__init__(world)
        self.sent: list[TemplateId] = []
        """Templates that were asked to run, in order."""
        self.meanwhile: Act = nothing
        """Happens once, when the executor begins to read again."""
        self.before_request: Act = nothing
        """Happens when a request is received; if it raises, nothing begins."""
        self.before_answer: Callable[[], Awaitable[None]] | None = None
        """Happens when a request has been carried out."""

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Let the test step in before anything is read."""
        act, self.meanwhile = self.meanwhile, nothing
        act()
        return await super().azure_time(subscription)

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Let the test step in before the request and before its answer."""
        self.sent.append(template)
        self.before_request()
        reply = await super().start(template, ordered=ordered)
        if self.before_answer is not None:
            await self.before_answer()
        return reply


@dataclass
class Outage(Watch):
    """One daemon over one World whose westeurope fails."""

    azure_of_executor: Meddled = field(init=False)

    def __post_init__(self) -> None:
        """Keep one Azure over all restarts."""
        self.azure_of_executor = Meddled(self.world)

    def boot(self) -> None:
        """Put the meddled Azure under the executor, and under nothing else."""
        super().boot()
        self.orders = Orders(self.ledger, self.clock, nothing)
        self.executor.azure = self.azure_of_executor

    async def strike(self) -> None:
        """Watch in peace for ten minutes, then let every primary build and the region fail it."""
        self.boot()
        await self.run_for(timedelta(minutes=10))
        self.world.weather.endings[WEST] = ENDINGS["generic"]
        for image in self.images:
            runs.begin(self.world, image.primary, Cause.SCHEDULE)

    async def until(self, seen: Callable[[], object], within: timedelta) -> None:
        """Live on until something is seen."""
        end = self.clock.now() + within
        while not seen():
            assert self.clock.now() < end, "it was not seen in time"
            await self.run_for(timedelta(seconds=self.beat))

    @property
    def sent(self) -> list[TemplateId]:
        """The templates that were asked to run, in order."""
        return self.azure_of_executor.sent

    @property
    def began(self) -> list[TemplateId]:
        """The templates that run requests made run, in order."""
        return [
            each.template
            for each in self.world.truth
            if isinstance(each, RunStarted) and each.cause is Cause.REQUEST
        ]

    @property
    def failover(self) -> Failover:
        """The one failover of the story."""
        (found,) = self.state.failovers.values()
        return found

    @property
    def reasons(self) -> list[Reason]:
        """The reasons of all decisions that are in the journal, in order."""
        decisions = (getattr(each, "reason", None) for each in self.entries_of("Decided"))
        return [Reason(each) for each in decisions if each]

    @property
    def durable(self) -> list[Entry]:
        """What a power cut would leave of the journal."""
        return self.journal.entries[: self.journal.store.durable]

    def entries_of(self, kind: str) -> list[Entry]:
        """Return the entries of one kind."""
        return [each for each in self.journal.entries if type(each).__name__ == kind]


def an_outage(
    *names: str,
    regions: tuple[Region, ...] = (WEST, NORTH),
    policy: Policy | None = None,
    mode: Mode = Mode.AUTO,
) -> Outage:
    """Return images, by default `web`, that all built well a day ago."""
    fleet = Fleet(dict.fromkeys(names or ("web",), regions))
    world = World(START)
    fleet.settle(world, timedelta(days=1))
    images = [Image(ImageName(each), fleet.templates(each), mode) for each in fleet.images]
    return Outage(world, images, policy or Policy(), beat=10.0)
