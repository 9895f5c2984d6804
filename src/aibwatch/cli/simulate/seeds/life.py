"""One fate, lived through by the real daemon on jumping time, and what it leaves to be judged."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from aibwatch.cli.simulate.seeds import drilling
from aibwatch.cli.simulate.seeds.dice import Dice
from aibwatch.cli.simulate.seeds.fate import Death, Fate, Moment, Spell
from aibwatch.cli.simulate.seeds.happenings import OUT_OF_REACH, UNANSWERED
from aibwatch.cli.simulate.seeds.hindering import hindrances, illnesses, proven
from aibwatch.cli.simulate.seeds.machine import SET, Machine
from aibwatch.cli.simulate.seeds.orders import SAID
from aibwatch.cli.simulate.seeds.people import build, happen, heal
from aibwatch.cli.simulate.seeds.replica import Replica, heard
from aibwatch.cli.simulate.seeds.steps import FarLease, SteppedJournal
from aibwatch.cli.simulate.seeds.swarm import KINDS
from aibwatch.cli.simulate.seeds.trials import Trials, takeover
from aibwatch.cli.simulate.seeds.unsettled import open_of, unsettled
from aibwatch.daemon import log
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.memory import MemoryJournal, MemoryLease
from aibwatch.model.entry import Booted, Entry
from aibwatch.model.names import ImageName, OrderId, digest
from aibwatch.model.order import Order, OrderKind
from aibwatch.sim.faraway import FarAzure, Network, world_time
from aibwatch.sim.jumping import START, LoopClock, SimulatedLoop, run
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trace import Hindrance, Trace
from aibwatch.sim.world import World

MINUTE = timedelta(minutes=1)
AT_LAST = timedelta(hours=30)
"""Replication may take a day; nothing takes longer than that."""
LOOK = 10 * MINUTE
PAST = timedelta(days=1)
EVERY = "0"
"""The place of a trouble that all daemons have."""


@dataclass
class Life:
    """One fate as it is lived."""

    fate: Fate
    afterwards: timedelta = 40 * MINUTE
    """So long its daemons live on at least, once everything is well."""
    trace: Trace = field(init=False)
    replicas: dict[int, Replica] = field(default_factory=dict)
    """The daemons that live, by number."""
    died: Counter[str] = field(default_factory=Counter)
    """Where daemons died: the step, and what their failovers were doing."""
    crashed: list[str] = field(default_factory=list)
    """What a daemon ended of by itself: a bug."""

    def __post_init__(self) -> None:
        """Put the World together."""
        fate = self.fate
        world = World(START)
        world.throttled = False
        world.build_time = fate.build_time
        fate.fleet.settle(world, PAST)
        for image in fate.unbuilt:
            for each in fate.fleet.templates(image):
                template = world.templates[each]
                look = template.look
                template.looks[-1] = type(look)(look.since, look.body, START - PAST, START - PAST)
        self.world, self.store = world, MemoryJournal()
        self.store.store.clock = LoopClock(START)
        self.random = Dice(fate.seed)
        self._pending = sorted(fate.deaths, key=lambda each: each.at)
        self._fallen: dict[int, asyncio.Event] = {}
        self._fates: dict[int, Death] = {}
        self._followed: set[int] = set()
        """Daemons whose place another one was to take when they died."""
        self._boots = 0
        self.trace = Trace(
            fate.images,
            fate.policy,
            world,
            fate.fleet.places(),
            sight=fate.lag + 8 * timedelta(seconds=fate.way.latency + fate.way.store + 1),
            drift=max(map(abs, fate.offsets)) * 2,
            hindrances=hindrances(fate),
            illnesses=illnesses(fate),
            proven=proven(fate),
        )
        self._trials = Trials(self.trace, self.replicas, takeover(fate))

    # -- daemons

    async def keep(self, number: int) -> None:
        """Boot a daemon, and another one whenever it has died."""
        while True:
            self._fallen[number] = fallen = asyncio.Event()
            self.replicas[number] = replica = self._made(number)
            task = asyncio.get_running_loop().create_task(replica.live(), context=replica.context)
            waiting = asyncio.ensure_future(fallen.wait())
            await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not replica.dead:
                self.crashed.append(repr(task.exception()))
            await self._bury(number, replica)

    def _made(self, number: int) -> Replica:
        fate, random = self.fate, self.random
        self._boots += 1
        offset = fate.offsets[self._boots % len(fate.offsets)]
        machine = Machine(offset)
        clock = machine.clock
        near = MemoryJournal(store=self.store.store)
        self._near(number, near)
        shared = fate.replicas > 1

        def step(name: str) -> None:
            self._step(number, replica, name)

        def written(entries: Sequence[Entry]) -> None:
            self._write(replica, entries)

        journal = SteppedJournal(near, step, random, fate.way.store, written, shared=shared)
        lease = FarLease(MemoryLease(near, clock, fate.lease), clock, fate.lease, journal)
        network = Network(
            random, fate.way.slow, fate.way.latency, fate.way.lost_there, fate.way.lost_back
        )
        azure = FarAzure(
            SimulatedAzure(self.world),
            self.trace,
            network,
            f"{number}.{self._boots}",
            lambda: self.store.store.durable,
            step,
        )
        self.trace.ahead[azure.life] = offset
        replica = Replica(
            azure.life,
            fate.images,
            fate.policy,
            azure,
            journal,
            machine,
            lease if shared else OwnLease(),
        )
        return replica

    def _write(self, replica: Replica, entries: Sequence[Entry]) -> None:
        """Note when entries reached the store; who begins to lead has seen nothing yet (S16)."""
        self.trace.written.update((id(each), world_time()) for each in entries)
        if any(isinstance(each, Booted) for each in entries):
            replica.azure.lists.clear()

    def _step(self, number: int, replica: Replica, name: str) -> None:
        """Let a daemon die at this step if its time has come; who is dead does nothing more."""
        if replica.dead:
            raise asyncio.CancelledError
        for each in self._pending:
            if each.at > world_time() - START:
                break
            if each.step == name and each.replica in (0, number):
                self._kill(number, each)
                raise asyncio.CancelledError

    def _kill(self, number: int, death: Death) -> None:
        replica = self.replicas[number]
        self._pending.remove(death)
        if replica.dead:
            return
        self._followed.discard(number)
        if self._trials.begin(replica):
            self._followed.add(number)
        replica.dead = True
        phases: list[str] = sorted({each.phase for each in open_of(replica.state)})
        for phase in phases or ["nothing open"]:
            self.died[f"{death.step or 'between'}, {phase}"] += 1
        self.trace.deaths.append(world_time())
        self._fates[number] = death
        self._fallen[number].set()

    async def _bury(self, number: int, replica: Replica) -> None:
        death = self._fates.pop(number, None)
        replica.dead = True
        _loop().kill(replica)
        began = world_time()
        if death is not None and death.power and self.fate.replicas == 1:
            self.store.lose_power()
        down = death.down if death else MINUTE
        tail = (2 + self.fate.policy.warmup_sweeps) * self.fate.policy.interval
        within = takeover(self.fate)
        out = min(down, within) if number in self._followed else down + within
        end = began + out + tail + 2 * MINUTE
        self.trace.hindrances = (*self.trace.hindrances, Hindrance(began, end, says="a death"))
        self.trace.downtime += out + tail
        await asyncio.sleep(down.total_seconds())

    def _has(self, number: int, kind: str) -> bool:
        """Whether a daemon has a trouble of its own now, or all of them have."""
        now = world_time() - START
        return any(
            each.begin <= now < each.end and each.place in (EVERY, str(number))
            for each in self.fate.spells
            if each.kind == kind
        )

    def _near(self, number: int, near: MemoryJournal) -> None:
        """Let a daemon's way to the store be as it is now."""
        near.trouble = "out of reach" if self._has(number, OUT_OF_REACH) else ""
        near.unanswered = self._has(number, UNANSWERED)

    # -- what happens

    def _agenda(self) -> Iterator[tuple[timedelta, Callable[[], Awaitable[None]]]]:
        for spell in self.fate.spells:
            yield spell.begin, _later(self._begin, spell)
            yield spell.end, _later(self._end, spell)
        for moment in self.fate.moments:
            yield moment.at, _later(self._act, moment)
        for death in self.fate.deaths:
            if not death.step:
                yield death.at, _later(self._die, death)

    async def _begin(self, spell: Spell) -> None:
        if spell.kind in KINDS:
            KINDS[spell.kind].begin(self.world, spell.place, spell.word)
        elif spell.kind == "daemon stands still":
            self.stand_still(self._whom(int(spell.place)), spell.end - spell.begin)
        elif spell.kind == UNANSWERED:  # who leads may go on, or find that he was fenced off
            self._cut()
            self._trials.disturb()
            self.trace.downtime += spell.end - spell.begin + takeover(self.fate)
        else:
            self._cut()
            self._trials.begin(self._whom(int(spell.place)))
            self.trace.downtime += spell.end - spell.begin

    async def _end(self, spell: Spell) -> None:
        if spell.kind in KINDS:
            KINDS[spell.kind].end(self.world, spell.place, spell.word)
        else:
            self._cut()
            if spell.kind == UNANSWERED:
                self._trials.disturb()

    def _cut(self) -> None:
        for number, each in self.replicas.items():
            self._near(number, each.journal.near)

    def stand_still(self, replica: Replica, lasts: timedelta) -> None:
        """Let no time pass for a daemon."""
        if replica.dead or replica.frozen:
            return
        loop = _loop()
        self._trials.begin(replica, lasts)
        loop.freeze(replica)
        replica.frozen = True
        self.trace.downtime += lasts

        def go_on() -> None:
            replica.frozen = False
            if not replica.dead:
                loop.thaw(replica)

        loop.call_later(lasts.total_seconds(), go_on, context=Context())

    def _whom(self, number: int) -> Replica:
        """Return the daemon of a number; of 0 the one that leads, if one does."""
        if number:
            return self.replicas[number]
        leads = (each for each in self.replicas.values() if each.leads)
        return next(leads, self.replicas[1])

    async def _act(self, moment: Moment) -> None:
        if moment.kind in SAID:
            self._order(moment)
        elif moment.kind == drilling.KIND:
            self._drill(moment)
        elif moment.kind == SET:
            for each in self.replicas.values():
                each.machine.step(moment.word)
        else:
            happen(self.world, self.fate.fleet, moment)

    def _order(self, moment: Moment) -> None:
        """Let an operator say it to the daemons that live until one takes it: who leads.

        A dead one hears nothing, and one that stands still may only hear it in the end.
        """

        async def say(replica: Replica) -> None:
            with suppress(KeyError):
                await SAID[moment.kind](moment, replica)

        asyncio.get_running_loop().create_task(self._tell(say), context=Context())

    def _drill(self, moment: Moment) -> None:
        """Let somebody order a drill, whether it is a good time for it or not."""

        async def order(replica: Replica) -> None:
            now, name = replica.clock.now(), ImageName(moment.image)
            mark = OrderId(digest(drilling.KIND, name, moment.at.total_seconds().hex()))
            made = Order(mark, OrderKind.DRILL, name, now, "kim", "to be sure")
            await replica.orders.order(made)

        asyncio.get_running_loop().create_task(self._tell(order), context=Context())

    async def _tell(self, say: Callable[[Replica], Awaitable[None]]) -> None:
        """Say something to one daemon after the other, until one leads."""
        loop = _loop()
        for replica in sorted(self.replicas.values(), key=lambda each: not each.leads):
            if not replica.lives:
                continue
            task = loop.create_task(heard(say, replica), context=replica.context)
            await asyncio.wait([task])
            if task.cancelled() or task.result():
                return

    async def _die(self, death: Death) -> None:
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)
        if death in self._pending:
            number = next(n for n, r in self.replicas.items() if r is self._whom(death.replica))
            self._kill(number, death)

    # -- the story

    async def live(self) -> Trace:
        """Live through everything, heal, and wait until all has ended."""
        keeping = [
            asyncio.ensure_future(self.keep(number)) for number in range(1, self.fate.replicas + 1)
        ]
        for at, act in sorted(self._agenda(), key=lambda each: each[0]):
            await self._until(at)
            await act()
        await self._until(self.fate.faults_end)
        await self._heal()
        await self._converge()
        for each in keeping:
            each.cancel()
        for replica in self.replicas.values():
            replica.dead = True
            _loop().kill(replica)
        await asyncio.gather(*keeping, return_exceptions=True)
        self.trace.entries = tuple(self.store.entries)
        self.trace.end = self.world.now
        return self.trace

    async def _until(self, at: timedelta) -> None:
        wait = START + at - world_time()
        if wait > timedelta(0):
            await asyncio.sleep(wait.total_seconds())
        self.world.advance(world_time())

    async def _heal(self) -> None:
        self._pending.clear()
        self._trials.disturb()
        heal(self.world)
        self._cut()
        self.trace.healed = self.world.now

    async def _converge(self) -> None:
        """Resume what was paused, let the pipelines run once, and look until all is settled."""
        begin = world_time() - START
        at, built = begin, False
        while at < begin + AT_LAST + self.trace.drift:  # a clock that was set back waits longer
            at += min(LOOK, self.afterwards)
            await self._until(at)
            self._order(Moment(at, "an operator resumes"))
            if not built and at > begin + 2 * LOOK:
                built = True
                build(self.world, self.fate.fleet)
            if at >= begin + self.afterwards and not unsettled(self._whom(0), self.trace):
                break
        self.trace.unsettled = tuple(unsettled(self._whom(0), self.trace))


def _loop() -> SimulatedLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop), "a life is lived on jumping time"
    return loop


About = TypeVar("About", Spell, Moment, Death)


def _later(act: Callable[[About], Awaitable[None]], about: About) -> Callable[[], Awaitable[None]]:
    return lambda: act(about)


def lived(fate: Fate) -> Life:
    """Live through a fate, and return it with its trace; a daemon's own log tells nothing here."""
    log.configure("critical", "auto", lambda _level: None)
    life = Life(fate)
    run(life.live())
    return life
