"""The small scope: one image, one failure, and all that can come together around one request.

A case is what the first request is answered, whether the service reruns the primary while it is on
its way, at which step an operator pauses, and at which step the daemon that leads ends: it dies;
or, of two over one store, it stands still for longer than its lease while the other takes over.
Steps are those that change something: before and after each append, and the four of a request. A
read changes neither the journal nor the World, so a death at a read is that at the step before it.
"""

import asyncio
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from aibwatch.cli.simulate.seeds.fate import Death, Fate, Moment, Spell, Way
from aibwatch.cli.simulate.seeds.life import Life
from aibwatch.cli.simulate.seeds.replica import Replica
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.policy import Policy
from aibwatch.sim import front, runs
from aibwatch.sim.faraway import world_time
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, run
from aibwatch.sim.trace import Hindrance
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
FAILS = 6 * MINUTE
"""When the build fails, about: from then on steps count."""
RESUMED = 5 * MINUTE
"""After a pause."""
FREEZES = 2 * MINUTE
"""For so long time stands still: longer than a lease and all that a takeover takes."""
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
            faults_end=20 * MINUTE,
            build_time=4 * MINUTE,
            replicas=self.replicas,
            way=Way(store=0.2, latency=0.5),
            spells=(Spell("outage of", WEST, 2 * MINUTE, 20 * MINUTE, "generic"),),
            moments=(Moment(4 * MINUTE, "the pipeline runs", "web", WEST),),
        )


@dataclass
class Small(Life):
    """A case as it is lived."""

    case: Case = field(default_factory=Case)
    steps: list[str] = field(default_factory=list)
    """The names of those that count."""
    asked: bool = False

    def __post_init__(self) -> None:
        """Let the first request be answered as the case says."""
        super().__post_init__()
        word, begins = REPLIES[self.case.reply]
        if word:
            self.world.weather.set(SECONDARY, MENU[word], Op.RUN, begins=begins, times=1)

    def _step(self, number: int, replica: Replica, name: str) -> None:
        super()._step(number, replica, name)
        if name.startswith(SIDELINES) or world_time() < START + FAILS or self.trace.healed:
            return
        self.steps.append(name)
        if name == "request sent" and not self.asked:
            self.asked = True
            self._meanwhile()
        if len(self.steps) == self.case.pause:
            self._pause()
        if len(self.steps) == self.case.death:
            self._fall(number, replica, name)

    def _fall(self, number: int, replica: Replica, name: str) -> None:
        """Let the daemon die here; or stand still from its next wait on, as nothing else stops it.

        Whatever comes between a step and that wait is computed at once, as in a real process.
        """
        if self.case.fall is Fall.FREEZES:
            loop = asyncio.get_running_loop()
            loop.call_soon(self.stand_still, replica, FREEZES, context=Context())
            now = world_time()
            stood = Hindrance(now, now + FREEZES + 5 * MINUTE, says="it stood still")
            self.trace.hindrances = (*self.trace.hindrances, stood)
            return
        down = timedelta(0) if self.case.fall is Fall.DIES else self.fate.faults_end
        at = world_time() - START
        self._pending.append(Death(at, number, down, name, power=self.case.power))
        super()._step(number, replica, name)

    def _meanwhile(self) -> None:
        """Let happen what happens while the first request is on its way."""
        if self.case.reply == "conflict":
            runs.begin(self.world, SECONDARY, Cause.HUMAN)
        if self.case.rerun and not front.refusal(self.world, self.world.templates[PRIMARY], "run"):
            self.world.weather.endings.clear()
            runs.begin(self.world, PRIMARY, Cause.SERVICE)

    def _pause(self) -> None:
        """Let an operator pause, and resume as often as it takes."""
        self._order(Moment(timedelta(0), "an operator pauses", "web", WEST, "all"))
        resume = Moment(timedelta(0), "an operator resumes")
        for wait in (RESUMED, RESUMED + MINUTE, RESUMED + 2 * MINUTE):
            loop = asyncio.get_running_loop()
            loop.call_later(wait.total_seconds(), self._order, resume, context=Context())
        now = world_time()
        paused = Hindrance(now, now + RESUMED + 3 * MINUTE, says="a pause")
        self.trace.hindrances = (*self.trace.hindrances, paused)


def small(case: Case) -> Small:
    """Live through a case."""
    life = Small(case.fate(), timedelta(minutes=5), case=case)
    run(life.live())
    return life


NEAR = 2
"""So many steps lie at most between a pause and a death of one case."""


def cases(reply: str, *, rerun: bool, near: int = NEAR) -> Iterator[tuple[Case, Small]]:
    """Yield the cases of one answer to one daemon, lived through.

    Every pause alone, every death alone, and of both together those that are `near` each other:
    what a pause does to a step that is far from it, it does without a death too.
    """
    alone = Case(reply, rerun)
    first = small(alone)
    yield alone, first
    for pause in range(len(first.steps) + 1):
        paused = replace(alone, pause=pause)
        told = small(paused) if pause else first
        if pause:
            yield paused, told
        for death in range(1, len(told.steps) + 1):
            if not pause or abs(death - pause) <= near:
                case = replace(paused, death=death)
                yield case, small(case)


def falls(reply: str, *, rerun: bool) -> Iterator[tuple[Case, Small]]:
    """Yield every case of one answer to one of two daemons: it ends at any step, in any way."""
    alone = Case(reply, rerun, replicas=2)
    first = small(alone)
    yield alone, first
    for fall in Fall:
        for death in range(1, len(first.steps) + 1):
            case = replace(alone, death=death, fall=fall)
            yield case, small(case)
