"""Simulated years for a minute of one processor: the decision core alone, and the whole daemon.

30 templates of 15 images, each built once a night. The core is asked only when something is new, as
a simulator jumps there, and in every month has one night on which a region loses all its builds;
the daemon polls at its usual rhythm, with its metrics, whether anything is new or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import process_time

from aibwatch.cli.simulate.watch import Watch
from aibwatch.daemon.belief import Belief
from aibwatch.failover.decide import decide
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.decision import Open
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, subscription_of
from aibwatch.model.observation import SelfTested, SweepEnded, TemplatesSeen
from aibwatch.model.policy import Policy
from aibwatch.model.template import Run, RunState, Template
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.truth import Cause
from aibwatch.sim.world import World

CORE_GOAL, WHOLE_GOAL = 100.0, 1.0
"""Years for a minute."""
DAY, YEAR = timedelta(days=1), timedelta(days=365.25)
HOUR = timedelta(hours=1)
WEST, NORTH = Region("westeurope"), Region("northeurope")
FLEET = Fleet({f"image{number:02}": (WEST, NORTH) for number in range(15)})
EVERY = 30
"""Every so many-th night is a bad one."""


def images() -> list[Image]:
    """Return the images of the fleet."""
    return [Image(ImageName(each), FLEET.templates(each), Mode.AUTO) for each in FLEET.images]


def world() -> World:
    """Return a World in which they stand, and built yesterday."""
    found = World(START)
    found.throttled = False
    FLEET.settle(found, DAY)
    return found


@dataclass
class Core:
    """Learning and deciding on bare values: no loop, no store, no requests."""

    belief: Belief = field(init=False)
    seen: tuple[Template, ...] = ()
    opened: int = 0
    """Decisions that opened, or would open, a failover."""

    def __post_init__(self) -> None:
        """Begin with what one look at the fleet shows."""
        ledger = load(MemoryJournal())
        ledger.record = _forgetting(ledger.record, ledger)  # type: ignore[method-assign]
        self.belief = Belief(images(), Policy(), ledger, START)

    def look(self, templates: Sequence[Template], now: datetime) -> None:
        """Learn what a sweep shows, and decide about every image."""
        tested = SelfTested(now, None, timedelta(0))
        self.belief.learn([TemplatesSeen(now, templates), tested, SweepEnded(now)], now)
        view = self.belief.view()
        for image in self.belief.images.values():
            if isinstance(decide(image, view, now).action, Open):
                self.opened += 1
        self.belief.stirred.clear()


def _forgetting(record: Callable[..., None], ledger: object) -> Callable[..., None]:
    """Return `record` without what it keeps for a store: there is none."""

    def recorded(entries: object) -> None:
        record(entries)
        ledger._buffer.clear()  # type: ignore[attr-defined]  # noqa: SLF001

    return recorded


def core(seconds: float = 10.0) -> float:
    """Return the years that the decision core lives through in a minute of one processor."""
    near = SimulatedAzure(world())
    (subscription,) = {subscription_of(each) for image in images() for each in image.templates}
    told: list[tuple[Template, ...]] = []

    async def ask() -> None:
        told.append(tuple(await near.templates(subscription)))  # type: ignore[arg-type]

    play(ask)
    (templates,) = told
    alone, days = Core(), 0
    alone.look(templates, START)
    alone.look(templates, START + timedelta(minutes=1))
    begin = process_time()
    while process_time() - begin < seconds:
        _night(alone, templates, days)
        days += 1
    if alone.opened == 0 and days > EVERY:
        raise SystemExit("the bad nights were not noticed: the figure is of no use")
    return _rate(days * DAY, process_time() - begin)


def _night(alone: Core, templates: Sequence[Template], day: int) -> None:
    """Let one night pass: builds begin, and they end."""
    at = START + day * DAY + HOUR
    bad = day % EVERY == EVERY - 1
    state, says = (RunState.FAILED, ENDINGS["generic"].message) if bad else (RunState.SUCCEEDED, "")
    for minutes, each in ((0, RunState.RUNNING), (20, state), (24, state), (28, state)):
        if minutes > 20 and not bad:  # noqa: PLR2004  nothing is new after the end of good builds
            break
        now = at + timedelta(minutes=minutes)
        ended = at + timedelta(minutes=20) if each is not RunState.RUNNING else None
        shown = [
            replace(one, run=Run(one.id, at, each, ended, message=says if ended else ""))
            if one.region == WEST
            else one
            for one in templates
        ]
        alone.look(shown, now)


def whole(days: int = 4) -> float:
    """Return the years that the whole daemon lives through in a minute of one processor.

    Ticks at which nothing is due are left out already. What is left are its polls, one a minute by
    default and some half a million a year: a year in a minute leaves each 0.11 ms, for a list of 30
    templates, five other questions, assessing regions and deciding.
    """
    watch = Watch(world(), images())

    async def story() -> None:
        watch.boot()
        for _ in range(days):
            for image in watch.images:
                runs.begin(watch.world, image.primary, Cause.SCHEDULE)
            await watch.run_for(DAY)

    begin = process_time()
    play(story)
    return _rate(days * DAY, process_time() - begin)


def _rate(lived: timedelta, cpu: float) -> float:
    return lived / YEAR / (cpu / 60)
