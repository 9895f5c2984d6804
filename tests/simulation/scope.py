"""The small scope: one image, one failure, and all that can come together around one request.

A case is what the first request is answered, whether the service reruns the primary while it is on
its way, at which step an operator pauses, and at which step the daemon dies. Steps are those that
change something: before and after each append, and the four of a request. A read changes neither
the journal nor the World, so a death at a read is the death at the step before it.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

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

    def fate(self) -> Fate:
        """Return the life in which it happens."""
        return Fate(
            seed=0,
            fleet=FLEET,
            images=(IMAGE,),
            policy=POLICY,
            faults_end=20 * MINUTE,
            build_time=4 * MINUTE,
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
        if name.startswith("read") or world_time() < START + FAILS or self.trace.healed:
            return
        self.steps.append(name)
        if name == "request sent" and not self.asked:
            self.asked = True
            self._meanwhile()
        if len(self.steps) == self.case.pause:
            self._pause()
        if len(self.steps) == self.case.death:
            at = world_time() - START
            self._pending.append(Death(at, number, timedelta(0), name, power=self.case.power))
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
            loop.call_later(wait.total_seconds(), lambda: self._order(resume))
        now = world_time()
        paused = Hindrance(now, now + RESUMED + 3 * MINUTE, says="a pause")
        self.trace.hindrances = (*self.trace.hindrances, paused)


def small(case: Case) -> Small:
    """Live through a case."""
    life = Small(case.fate(), timedelta(minutes=5), case=case)
    run(life.live())
    return life


def cases(reply: str, *, rerun: bool) -> Iterator[tuple[Case, Small]]:
    """Yield every case of one answer, lived through: each pause, and at each every death."""
    alone = Case(reply, rerun)
    first = small(alone)
    yield alone, first
    for pause in range(len(first.steps) + 1):
        paused = replace(alone, pause=pause)
        told = small(paused) if pause else first
        if pause:
            yield paused, told
        for death in range(1, len(told.steps) + 1):
            case = replace(paused, death=death)
            yield case, small(case)
