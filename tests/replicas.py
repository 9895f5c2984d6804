"""Several replicas over one World and one store, on jumping time; each may freeze or die.

What a replica does runs in a context of its own, so that the loop can hold back whatever is next of
it, at any await. Who dies is held back for ever.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aibwatch.cli.simulate.watch import Watch
from aibwatch.daemon.operator import Orders
from aibwatch.journal.fold import fold
from aibwatch.journal.memory import MemoryJournal, MemoryLease, MemoryStore
from aibwatch.model.entry import Booted, Entry, Intended
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, TemplateId
from aibwatch.model.policy import Policy
from aibwatch.model.state import State
from aibwatch.model.template import Template
from aibwatch.ports import Reply
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import OWNER, START, LoopClock, SimulatedLoop
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.world import World

WEST, NORTH, UK = Region("westeurope"), Region("northeurope"), Region("uksouth")
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
TICK = timedelta(seconds=2)
NO_NETWORK = Fault(FaultKind.NETWORK, "cut off")


class Journal(MemoryJournal):
    """A journal over a network: others run while it answers, and a test may step in."""

    written: Callable[[Sequence[Entry]], None] = staticmethod(lambda _entries: None)
    """Happens when entries are in the store, before whoever wrote them knows."""

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append, let the test step in, and answer."""
        await asyncio.sleep(0)
        await super().append(entries, durable=durable)
        self.written(entries)
        await asyncio.sleep(0)


class Azure(SimulatedAzure):
    """The Azure of one replica: a test may step in when a request was carried out."""

    def __init__(self, world: World) -> None:
        """Note nothing yet."""
        super().__init__(world)
        self.sent: list[TemplateId] = []
        self.cut_off = False
        """Whether no read comes through."""
        self.received: Callable[[], None] = lambda: None
        """Happens when a run request was carried out, before it is answered."""
        self.answered: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0)
        """Lets time pass then."""

    async def templates(self, subscription: str) -> Sequence[Template] | Fault:
        """List them, if that comes through."""
        return NO_NETWORK if self.cut_off else await super().templates(subscription)

    async def template(self, template: TemplateId) -> Template | Fault:
        """Read one, if that comes through."""
        return NO_NETWORK if self.cut_off else await super().template(template)

    async def azure_time(self, subscription: str) -> datetime | Fault:
        """Tell the time, if the question comes through."""
        return NO_NETWORK if self.cut_off else await super().azure_time(subscription)

    async def start(self, template: TemplateId, *, ordered: bool = False) -> Reply:
        """Carry the request out, let the test step in, and answer."""
        self.sent.append(template)
        reply = await super().start(template)
        self.received()
        await self.answered()
        return reply


@dataclass
class Member(Watch):
    """One replica."""

    __hash__ = object.__hash__

    journal: Journal = field(default_factory=Journal)

    def boot(self) -> None:
        """Put it together, with an Azure of its own."""
        super().boot()
        self.own = Azure(self.world)
        self.executor.azure = self.replica.collector._azure = self.own
        self.orders = Orders(self.ledger, self.clock, self.wake)

    async def live(self) -> None:
        """Beat until the end."""
        self.boot()
        await self.replica.keep()
        while True:
            await self.replica.beat()
            await self.clock.sleep(TICK / SECOND)

    @property
    def leads(self) -> bool:
        """Whether it may act now, as it thinks."""
        return self.replica.leadership.leads


@dataclass
class Replicas:
    """All of them, and what really happens."""

    world: World
    images: Sequence[Image]
    policy: Policy = field(default_factory=Policy)
    store: MemoryStore = field(default_factory=MemoryStore)
    members: dict[str, Member] = field(default_factory=dict)
    both_led: bool = False
    """Whether two thought at the same instant that they may act, frozen ones left out."""
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _frozen: set[str] = field(default_factory=set)

    def start(self, name: str) -> Member:
        """Start a replica."""
        member = Member(
            self.world,
            self.images,
            self.policy,
            Journal(store=self.store),
            name=name,
            lease_of=lambda journal, clock: MemoryLease(journal, clock, LEASE),
        )
        self.members[name] = member
        context = copy_context()
        context.run(OWNER.set, member)
        self._tasks[name] = asyncio.create_task(member.live(), name=name, context=context)
        return member

    def freeze(self, name: str) -> None:
        """Stop it where it is."""
        self._frozen.add(name)
        self.loop.freeze(self.members[name])

    def thaw(self, name: str) -> None:
        """Let it go on."""
        self._frozen.discard(name)
        self.loop.thaw(self.members[name])

    def kill(self, name: str) -> None:
        """End it where it is; it gives nothing up."""
        self.freeze(name)

    async def stop(self, name: str) -> None:
        """End it in good order."""
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await self.members[name].replica.stop(45)
        self._frozen.add(name)

    def cut_off(self, name: str, trouble: str = "cut off") -> None:
        """Let it not reach the store, or reach it again with no trouble."""
        self.members[name].journal.trouble = trouble

    async def run_for(self, duration: timedelta) -> None:
        """Let the World and whoever lives go on."""
        end = self.now + duration
        while self.now < end:
            self.world.advance(self.now)
            self.both_led = self.both_led or len(self.leaders) > 1
            await asyncio.sleep(1)

    async def until(self, seen: Callable[[], object], within: timedelta) -> None:
        """Live on until something is seen."""
        end = self.now + within
        while not seen():
            assert self.now < end, "it was not seen in time"
            await self.run_for(SECOND)

    async def strike(self) -> None:
        """Watch in peace for five minutes, then let every primary build and the region fail it."""
        await self.run_for(timedelta(minutes=5))
        self.world.weather.endings[WEST] = ENDINGS["generic"]
        for image in self.images:
            runs.begin(self.world, image.primary, Cause.SCHEDULE)

    async def end(self) -> None:
        """End everybody for good."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        for name in self.members:
            self.thaw(name)
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def loop(self) -> SimulatedLoop:
        """The loop that we run on."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        return loop

    @property
    def now(self) -> Any:
        """The time."""
        return LoopClock(START).now()

    @property
    def leaders(self) -> list[str]:
        """Who thinks that he may act, of those who run."""
        return [
            name
            for name, each in self.members.items()
            if name not in self._frozen and hasattr(each, "replica") and each.leads
        ]

    @property
    def leader(self) -> str:
        """The one who may act, "" if nobody does."""
        return next(iter(self.leaders), "")

    @property
    def began(self) -> list[TemplateId]:
        """The templates that run requests made run, in order: what really happened."""
        return [
            each.template
            for each in self.world.truth
            if isinstance(each, RunStarted) and each.cause is Cause.REQUEST
        ]

    @property
    def sent(self) -> dict[str, int]:
        """How many run requests each has sent."""
        return {name: len(each.own.sent) for name, each in self.members.items() if each.own.sent}

    @property
    def state(self) -> State:
        """What the journal tells."""
        return fold(self.store.entries)

    def entries(self, kind: type) -> list[Any]:
        """Return the entries of a kind."""
        return [each for each in self.store.entries if isinstance(each, kind)]

    @property
    def booted(self) -> list[str]:
        """Who led, in order."""
        return [each.holder for each in self.entries(Booted)]

    @property
    def outcomes(self) -> dict[str, int]:
        """How many failovers ended how."""
        found: dict[str, int] = defaultdict(int)
        for each in self.state.failovers.values():
            found[str(each.outcome)] += 1
        return dict(found)

    @property
    def intents(self) -> list[Intended]:
        """The intents, in order."""
        return self.entries(Intended)


def some_replicas(*names: str, policy: Policy | None = None) -> Replicas:
    """Return images, by default `web`, that built well a day ago; nobody watches yet."""
    fleet = Fleet(dict.fromkeys(names or ("web",), (WEST, NORTH, UK)))
    world = World(START)
    fleet.settle(world, timedelta(days=1))
    images = [Image(ImageName(each), fleet.templates(each), Mode.AUTO) for each in fleet.images]
    return Replicas(world, images, policy or Policy())


def lived(
    replicas: Replicas, story: Callable[[Replicas], Awaitable[None]], *names: str
) -> Replicas:
    """Start the replicas of these names one after the other, live through a story, and end."""

    async def told() -> None:
        for name in names or ("a", "b"):
            replicas.start(name)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        try:
            await story(replicas)
        finally:
            await replicas.end()

    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        coroutine: Coroutine[Any, Any, None] = told()
        runner.run(coroutine)
    return replicas
