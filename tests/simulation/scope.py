"""The small scope: one image, one failure, and all that can come together around one request.

A case is what the first request is answered, whether the service reruns the primary while it is on
its way, at which step an operator pauses, and at which step the daemon that leads ends: it dies;
or, of two over one store, it stands still for longer than its lease while the other takes over.
Steps are those that change something: before and after each append, and the four of a request. A
read changes neither the journal nor the World, so a death at a read is that at the step before it.

What need not be lived through, because it was before:

- *Twins*: a life is a function of what its daemons have been told so far. When a pause is in the
  journal, or a daemon stands still, and all steps so far, their times, the records, the chance that
  is left and what is still to come are those of an earlier case, then so is the rest, and the life
  is broken off. That is how a pause before an append and one during it become one case.
- *Alike*: a lost connection tells the core what a 504 does, and a throttled request what a refused
  one does. Every single fault is lived through with both, step for step the same; only with the
  first of each a pause comes together with an end.
- Of two daemons, who is dead for long does nothing that who boots at once does not: he is the
  other's follower. So a pause comes together with a death and a boot, or with standing still.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from aibwatch.cli.simulate.seeds.fate import Death, Fate, Moment, Spell, Way
from aibwatch.cli.simulate.seeds.life import Life
from aibwatch.cli.simulate.seeds.replica import Replica
from aibwatch.cli.simulate.seeds.unsettled import unsettled
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.entry import Closed, Entry, Paused
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.policy import Policy
from aibwatch.sim import front, runs
from aibwatch.sim.faraway import world_time
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, run
from aibwatch.sim.trace import Hindrance, Trace
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import Op

MINUTE = timedelta(minutes=1)
WEST, NORTH, UK = map(Region, ("westeurope", "northeurope", "uksouth"))
FLEET = Fleet({"web": (WEST, NORTH, UK)})
PRIMARY, SECONDARY, _ = FLEET.templates("web")
IMAGE = Image(ImageName("web"), FLEET.templates("web"), Mode.AUTO)
POLICY = Policy(
    interval=MINUTE,
    active_interval=timedelta(seconds=30),
    health_interval=5 * MINUTE,
    max_age=timedelta(seconds=150),
    debounce=MINUTE,
    settle=2 * MINUTE,
    healthy_delay=5 * MINUTE,
    warmup_sweeps=1,
    max_failure_age=60 * MINUTE,
)
FAILS = 3 * MINUTE
"""When the build fails, about: from then on steps count."""
RESUMED = 5 * MINUTE
"""After a pause."""
FREEZES = 3 * MINUTE
"""For so long time stands still: longer than a lease and all that a takeover takes."""
FAULTS_END = 20 * MINUTE
QUIET = 3
"""So many minutes after all has ended nothing begins any more, and the story may end early."""
SIDELINES = ("read", "lease", "follow")
"""Steps that change nothing that a request rests on begin with these."""

REPLIES = {
    "accepted": ("", False),
    "refused": ("403", False),
    "504, and it runs": ("504", True),
    "504, and nothing runs": ("504", False),
    "conflict": ("", False),
    "throttled": ("429", False),
    "reset, and it runs": ("reset", True),
    "reset, and nothing runs": ("reset", False),
}
"""What the first request is answered, and whether a run begins though the answer is bad."""
ALIKE = {
    "throttled": "refused",
    "reset, and it runs": "504, and it runs",
    "reset, and nothing runs": "504, and nothing runs",
}
"""Replies that tell the core what another one tells."""


class Fall(StrEnum):
    """How the daemon that leads ends."""

    DIES = "dies, and boots at once"
    STAYS_DEAD = "dies, and boots when all is over"
    FREEZES = "stands still for longer than its lease"


@dataclass(frozen=True, slots=True)
class Case:
    """One combination."""

    reply: str = "accepted"
    rerun: bool = False
    pause: int = 0
    """The step at which an operator pauses; 0: never."""
    death: int = 0
    """The step at which the daemon dies; 0: never."""
    power: bool = False
    """Whether what was not durable is lost with it."""
    replicas: int = 1
    fall: Fall = Fall.DIES

    def fate(self) -> Fate:
        """Return the life in which it happens."""
        return Fate(
            seed=0,
            fleet=FLEET,
            images=(IMAGE,),
            policy=POLICY,
            faults_end=FAULTS_END,
            build_time=4 * MINUTE,
            replicas=self.replicas,
            lease=MINUTE,
            way=Way(store=0.2, latency=0.5),
            spells=(Spell("outage of", WEST, MINUTE, FAULTS_END, "generic"),),
            moments=(Moment(2 * MINUTE, "the pipeline runs", "web", WEST),),
        )


@dataclass
class Small(Life):
    """A case as it is lived."""

    case: Case = field(default_factory=Case)
    known: "dict[object, Small]" = field(default_factory=dict)
    """The lives so far, each by what it was when its pause or its end had come."""
    steps: list[str] = field(default_factory=list)
    """The names of those that count."""
    asked: bool = False
    twin: "Small | None" = None
    """The one that had lived all of this before."""

    def __post_init__(self) -> None:
        """Let the first request be answered as the case says."""
        super().__post_init__()
        self._told, self._fell = 0, self.case.death == 0
        self._busy_until = START
        word, begins = REPLIES[self.case.reply]
        if word:
            self.world.weather.set(SECONDARY, MENU[word], Op.RUN, begins=begins, times=1)

    def _step(self, number: int, replica: Replica, name: str) -> None:
        super()._step(number, replica, name)
        self._told = hash((self._told, number, name, world_time()))
        if name.startswith(SIDELINES) or world_time() < START + FAILS or self.trace.healed:
            return
        self.steps.append(name)
        if name == "request sent" and not self.asked:
            self.asked = True
            self._meanwhile()
        if len(self.steps) == self.case.pause:
            self._order(Moment(timedelta(0), "an operator pauses", "web", WEST, "all"))
        if len(self.steps) == self.case.death:
            self._fall(number, replica, name)

    def _fall(self, number: int, replica: Replica, name: str) -> None:
        """Let the daemon die here; or stand still from its next wait on, as nothing else stops it.

        Whatever comes between a step and that wait is computed at once, as in a real process.
        """
        self._fell = True
        if self.case.fall is Fall.FREEZES:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._stop, replica, context=Context())
            return
        down = timedelta(0) if self.case.fall is Fall.DIES else self.fate.faults_end
        at = world_time() - START
        self._pending.append(Death(at, number, down, name, power=self.case.power))
        super()._step(number, replica, name)

    def _stop(self, replica: Replica) -> None:
        now = world_time()
        self.stand_still(replica, FREEZES)
        self._hinder(now + FREEZES + 5 * MINUTE, "it stood still")
        self._busy_until = max(self._busy_until, now + FREEZES)
        self._compare("stopped", self.case.pause)

    def _meanwhile(self) -> None:
        """Let happen what happens while the first request is on its way."""
        if self.case.reply == "conflict":
            runs.begin(self.world, SECONDARY, Cause.HUMAN)
        if self.case.rerun and not front.refusal(self.world, self.world.templates[PRIMARY], "run"):
            self.world.weather.endings.clear()
            runs.begin(self.world, PRIMARY, Cause.SERVICE)

    def _write(self, replica: Replica, entries: Sequence[Entry]) -> None:
        super()._write(replica, entries)
        if any(isinstance(each, Paused) for each in entries):
            self._resume_later()

    def _resume_later(self) -> None:
        """Let the operator resume what is paused now, as often as it takes."""
        resume = Moment(timedelta(0), "an operator resumes")
        for wait in (RESUMED, RESUMED + MINUTE, RESUMED + 2 * MINUTE):
            loop = asyncio.get_running_loop()
            loop.call_later(wait.total_seconds(), self._order, resume, context=Context())
        self._hinder(world_time() + RESUMED + 3 * MINUTE, "a pause")
        self._busy_until = max(self._busy_until, world_time() + RESUMED + 2 * MINUTE)
        self._compare("paused", self.case.death)

    def _hinder(self, until: datetime, says: str) -> None:
        hindrance = Hindrance(world_time(), until, says=says)
        self.trace.hindrances = (*self.trace.hindrances, hindrance)

    def _compare(self, what: str, to_come: int) -> None:
        """Break off if an earlier case was all that this one is."""
        case = replace(self.case, pause=0, death=0)
        entries = [_undated(each) for each in self.store.entries]
        records = MemoryJournal(entries).head
        now = (self._told, len(self.steps), self._fell, records, self.random.getstate())
        known = self.known.setdefault((case, what, to_come, world_time(), *now), self)
        if known is not self and self.twin is None:
            self.twin = known
            self._whole.cancel()

    # -- the story

    async def live(self) -> Trace:
        """Live, until it turns out that it was lived before."""
        task = asyncio.current_task()
        assert task is not None
        self._whole = task
        return await super().live()

    async def _until(self, at: timedelta) -> None:
        """Wait for the end of the faults no longer than anything can still come of the failure."""
        if at < FAULTS_END or self.trace.healed:
            await super()._until(at)
            return
        quiet, now = 0, world_time() - START
        while now < at and quiet < QUIET:
            now += MINUTE
            await super()._until(now)
            quiet = quiet + 1 if self._over() else 0

    def _over(self) -> bool:
        entries = self.store.entries
        closed = sum(isinstance(each, Closed) for each in entries)
        return (
            closed > 0
            and self._fell
            and world_time() > self._busy_until
            and not unsettled(self._whom(0), self.trace)
            and self.case.pause <= len(self.steps)
        )


def _undated(entry: Entry) -> Entry:
    """Return an entry; of a pause without end nothing but words depends on when it was said."""
    return replace(entry, at=START) if isinstance(entry, Paused) else entry


def small(case: Case, known: dict[object, Small] | None = None) -> Small:
    """Live through a case, as far as it is none of those that are known."""
    life = Small(case.fate(), MINUTE, case=case, known={} if known is None else known)
    with suppress(asyncio.CancelledError):
        run(life.live())
    assert life.twin or life.trace.end, "it was broken off for no other reason"
    return life


def singles(reply: str, *, rerun: bool, replicas: int) -> Iterator[Small]:
    """Yield the cases in which nothing or one thing happens: a pause, or an end, at any step."""
    alone = Case(reply, rerun, replicas=replicas)
    known: dict[object, Small] = {}
    first = small(alone)
    yield first
    steps = range(1, len(first.steps) + 1)
    paused = (replace(alone, pause=each) for each in steps)
    ended = (replace(alone, death=at, fall=fall) for fall in _falls(replicas) for at in steps)
    for case in chain(paused, ended):
        yield small(case, known)


def pairs(reply: str, *, rerun: bool, replicas: int, near: int = sys.maxsize) -> Iterator[Small]:
    """Yield the cases of a pause at any step together with an end at any step.

    If not all, then those that are `near` each other.
    """
    alone = Case(reply, rerun, replicas=replicas)
    known: dict[object, Small] = {}
    steps = range(1, len(small(alone).steps) + 1)
    for fall in _falls(replicas):
        if fall is Fall.STAYS_DEAD:
            continue
        for first in steps:
            last = len(small(replace(alone, pause=first)).steps)
            for death in range(first, min(first + near, last) + 1):
                yield small(replace(alone, pause=first, death=death, fall=fall), known)
            last = len(small(replace(alone, death=first, fall=fall)).steps)
            for pause in range(first + 1, min(first + near, last) + 1):
                yield small(replace(alone, pause=pause, death=first, fall=fall), known)


def _falls(replicas: int) -> tuple[Fall, ...]:
    return tuple(Fall) if replicas > 1 else (Fall.DIES,)
