"""What no weather may bring the whole daemon to do, on jumping time; and that it always ends.

A timetable is drawn in the sentences of the scenarios, so that what shrinks can be read; sentences
about the daemon itself are in `DAEMON`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.daemon.replay import replay
from aibwatch.errors import StoreError
from aibwatch.model.entry import Answered, Closed, Decided, Entry, Intended, Moved
from aibwatch.model.failover import Event
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, ImageName, TemplateId
from aibwatch.sim import front, runs
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.truth import Cause, RunEnded, RunStarted
from aibwatch.sim.verbs import Stage, understand
from aibwatch.sim.weather import Weather
from aibwatch.sim.world import World
from builders import a_word
from unit.daemon.outage import NORTH, UK, WEST, Outage

FEW = settings(max_examples=12, deadline=None)
MINUTE = timedelta(minutes=1)
FLEET = Fleet({"db": (WEST, NORTH), "web": (WEST, NORTH, UK)})
BEAT = 30.0
AFTERWARDS = timedelta(hours=3)
AT_LAST = timedelta(hours=27)
"""Replication may take a day, and nothing takes longer than that."""

Sentence = str
Timetable = Sequence[tuple[int, Sentence]]
"""Minutes after the sentence before, and what happens then."""


def die() -> None:
    """End what goes on, like the end of the process: nothing is written after it."""
    raise asyncio.CancelledError


@dataclass
class Ordeal(Outage):
    """A daemon to which everything happens, and the witness of its requests."""

    made: dict[TemplateId, list[tuple[datetime, FailoverId]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """When each template was asked to run, and by which failover."""
    broken: list[str] = field(default_factory=list)
    """Promises that did not hold when a request was received."""
    dying: bool = False
    """It ends with its next request."""

    def boot(self) -> None:
        """Begin anew and look at every request."""
        super().boot()
        self.dying = False
        self.azure_of_executor.before_request = self.witness
        self.azure_of_executor.before_answer = None

    def witness(self) -> None:
        """Note what is not as it must be whenever a request is received.

        It is only noted: what is raised here, the executor takes for a broken port.
        """
        target = self.sent[-1]
        written = [each for each in self.durable if isinstance(each, Intended | Answered)]
        intent = last_intent(written, target)
        image = next(each for each in self.images if target in each.templates)
        self.must(intent is not None, "S3: its intent is durable")
        self.must(target in image.secondaries, "S33: a primary is never asked")
        self.must(image.mode is Mode.AUTO, "S36: only for images in mode auto")
        at = intent.at if intent else START
        standing = [each for each in self.state.pauses.values() if each.stands(at)]
        self.must(not standing, "S35: nothing while paused")
        if intent is not None:
            self.must(intent.epoch == self.state.epoch, "S3: its intent is of this daemon")
            self.must(not answers(written, intent), "S3: one request for an intent")
            self.must(
                intent.blind or self.unanswered(image, intent), "S18: its primary is as it was"
            )
            self.must(self.settled(intent), "S2: nothing before `settle` has passed")
            self.made[target].append((self.world.now, intent.failover))
        if self.dying:
            die()

    def settled(self, intent: Intended) -> bool:
        """Return whether a resend comes `settle` after the request that it replaces, or later."""
        course = [e for e in self.durable if getattr(e, "failover", None) == intent.failover]
        before = course[course.index(intent) - 1]
        if not isinstance(before, Moved) or before.event is not Event.NOT_BEGUN:
            return True
        asked = [at for made in self.made.values() for at, of in made if of == intent.failover]
        return intent.at - max(asked, default=START) >= self.policy.settle

    def unanswered(self, image: Image, intent: Intended) -> bool:
        """Return whether the primary's last run, as far as reads show it, is the failed one."""
        primary = self.world.templates[image.primary]
        run = self.world.shown(primary).run
        key = self.state.failovers[intent.failover].key
        return run is not None and run.started.isoformat() == key.mark

    def must(self, holds: bool, promise: str) -> None:  # noqa: FBT001  it is what is asserted
        """Note a promise that does not hold."""
        if not holds:
            self.broken.append(promise)

    async def live(self, duration: timedelta) -> None:
        """Let everything go on; whoever died is started anew at once."""
        end = self.clock.now() + duration
        while self.clock.now() < end:
            asked = len(self.sent)
            await self.run_for(timedelta(seconds=self.beat))
            if self.azure_of_executor.before_answer or (self.dying and len(self.sent) > asked):
                await self.perish(asked)

    async def perish(self, asked: int) -> None:
        """Start anew after a death; what was not durable is lost."""
        if len(self.sent) > asked:
            self.journal.lose_power()
            self.boot()


def last_intent(written: Sequence[Entry], target: TemplateId) -> Intended | None:
    """Return the newest intent to ask `target`."""
    found = (e for e in reversed(written) if isinstance(e, Intended) and e.target == target)
    return next(found, None)


def answers(written: Sequence[Entry], intent: Intended) -> list[Answered]:
    """Return the answers to an intent."""
    later = written[written.index(intent) :]
    return [e for e in later if isinstance(e, Answered) and e.failover == intent.failover]


# what may happen


async def restart(ordeal: Ordeal) -> None:
    """Start the daemon anew between two cycles."""
    ordeal.boot()


async def power_cut(ordeal: Ordeal) -> None:
    """Lose what was not durable, between two cycles."""
    ordeal.journal.lose_power()
    ordeal.boot()


async def dies_before(ordeal: Ordeal) -> None:
    """End with the next request, before it begins anything."""
    ordeal.dying = True


async def dies_after(ordeal: Ordeal) -> None:
    """End with the next request, after it began a run."""

    async def act() -> None:
        die()

    ordeal.azure_of_executor.before_answer = act


async def rerun_in_between(ordeal: Ordeal) -> None:
    """Let people run the primaries while the executor reads again."""

    def act() -> None:
        for image in ordeal.images:
            primary = ordeal.world.templates[image.primary]
            if front.refusal(ordeal.world, primary, "run") is None:
                runs.begin(ordeal.world, primary.id, Cause.HUMAN)

    ordeal.azure_of_executor.meanwhile = act


async def disk_full(ordeal: Ordeal) -> None:
    """Let the store fail."""
    ordeal.journal.trouble = "disk full"


async def disk_free(ordeal: Ordeal) -> None:
    """Let the store work again."""
    ordeal.journal.trouble = ""


async def pause(ordeal: Ordeal) -> None:
    """Let an operator forbid everything, if the store takes it."""
    with suppress(StoreError):
        await ordeal.orders.pause("all", "maintenance", "kim", None)


async def resume(ordeal: Ordeal) -> None:
    """Let the operator allow it again."""
    with suppress(StoreError, KeyError):
        await ordeal.orders.resume("all", "", "kim")


async def pause_beside(ordeal: Ordeal) -> None:
    """Let a second operator forbid everything too; nobody else resumes that."""
    with suppress(StoreError):
        await ordeal.orders.pause("all", "a freeze", "lee", ordeal.clock.now() + 40 * MINUTE)


async def say_out(ordeal: Ordeal) -> None:
    """Let an operator say that the primaries' region is out, if the store takes it."""
    with suppress(StoreError):
        await ordeal.orders.say(a_word(region=WEST, at=ordeal.clock.now()))


async def say_well(ordeal: Ordeal) -> None:
    """Let the operator say that it is well again."""
    with suppress(StoreError):
        await ordeal.orders.say(a_word(region=WEST, out=False, at=ordeal.clock.now()))


DAEMON: Mapping[Sentence, Callable[[Ordeal], Awaitable[None]]] = {
    "the daemon restarts": restart,
    "the power is cut": power_cut,
    "the daemon dies before its next request begins anything": dies_before,
    "the daemon dies before its next request is answered": dies_after,
    "somebody runs the primaries while the executor reads again": rerun_in_between,
    "the disk is full": disk_full,
    "the disk is free": disk_free,
    "an operator pauses": pause,
    "an operator resumes": resume,
    "another operator pauses for 40 minutes": pause_beside,
    "an operator says that it is out": say_out,
    "an operator says that it is well": say_well,
}


def said(pattern: str, **words: Sequence[str]) -> st.SearchStrategy[Sentence]:
    """Return a strategy of one sentence with its words."""
    drawn = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in words.items()})
    return drawn.map(lambda found: pattern.format(**found))


PLACES, OTHERS = (WEST, NORTH, UK), (NORTH, UK)
DARK = ("503", "504", "html", "silence", "reset")

LIKELY = st.one_of(
    said("run {image} in westeurope", image=("db", "web")),
    said("westeurope builds fail with {ending} text", ending=("generic", "generic", "capacity")),
    said("{place} answers {trouble} to run once", place=OTHERS, trouble=("500", *DARK, "403")),
    said("{place} answers {trouble} to run once but begins it", place=OTHERS, trouble=DARK),
)
RARE = st.one_of(
    said("somebody runs {image} in {place}", image=("db", "web"), place=(WEST, NORTH)),
    said("{place} builds fail with {ending} text", place=PLACES, ending=("customizer", "quota")),
    said("{place} builds fail with {ending} text", place=PLACES, ending=("generic", "timeout")),
    said("{place} builds hang", place=(WEST, NORTH)),
    said("{place} answers {trouble} to reads", place=PLACES, trouble=(*DARK, "403", "429")),
    said("{place} answers {trouble} to gallery", place=PLACES, trouble=(*DARK, "403")),
    said("everywhere answers {trouble} to lists", trouble=("503", "429", "reset")),
    said("everywhere answers {trouble} to subscription", trouble=("503", "reset")),
    said("everywhere answers {trouble} to graph", trouble=("503", "403")),
    said("{place} answers again", place=(*PLACES, "everywhere")),
    said("{place} shows what was {age} ago", place=PLACES, age=("1m", "3m")),
    said("{place} recovers and reruns", place=PLACES),
    said("Microsoft reports {place}", place=(WEST, NORTH)),
    said("Microsoft resolves {place}", place=(WEST, NORTH)),
    said("somebody publishes {image} in {place}", image=("db", "web"), place=(WEST, NORTH)),
)
OFTEN = said("run {image} in westeurope", image=("db", "web"))
OURS = st.sampled_from(sorted(DAEMON))
HAPPENINGS = st.sampled_from([OURS, OFTEN, LIKELY, RARE]).flatmap(lambda kind: kind)
TIMETABLES: st.SearchStrategy[Timetable] = st.lists(
    st.tuples(st.sampled_from([3, 1, 0, 5, 12, 25]), HAPPENINGS),
    min_size=8,
    max_size=24,
)

OUTAGE: Timetable = (
    (5, "westeurope builds fail with generic text"),
    (0, "run db in westeurope"),
    (1, "run web in westeurope"),
)
"""How every story begins; the requests would be made some ten minutes later."""


# how it is lived


async def happen(ordeal: Ordeal, sentence: Sentence) -> None:
    """Let one sentence come true."""
    if sentence in DAEMON:
        await DAEMON[sentence](ordeal)
        return
    act, words = understand(sentence, FLEET)
    act(Stage(ordeal.world, FLEET, words))


def heal(ordeal: Ordeal) -> None:
    """Let everything be well again, but runs that hang."""
    ordeal.world.weather = Weather()
    for each in ordeal.world.announcements:
        each.mitigated = each.mitigated or ordeal.world.now
    ordeal.journal.trouble = ""
    ordeal.dying = False
    ordeal.azure_of_executor.before_answer = None


def lived(timetable: Timetable, mode: Mode = Mode.AUTO) -> Ordeal:
    """Live through a timetable; then all is well, until every failover is closed."""
    world = World(START)
    FLEET.settle(world, timedelta(days=1))
    images = [Image(ImageName(each), FLEET.templates(each), mode) for each in FLEET.images]
    ordeal = Ordeal(world, images, beat=BEAT)

    async def story() -> None:
        ordeal.boot()
        for wait, sentence in (*OUTAGE, *timetable):
            await ordeal.live(wait * MINUTE)
            await happen(ordeal, sentence)
        await ordeal.live(30 * MINUTE)
        heal(ordeal)
        await resume(ordeal)
        await ordeal.live(AFTERWARDS)
        ordeal.beat = 120.0
        end = ordeal.clock.now() + AT_LAST
        while ordeal.state.open and ordeal.clock.now() < end:
            await ordeal.live(timedelta(hours=1))

    play(story)
    return ordeal


# the laws


def spans(ordeal: Ordeal) -> dict[FailoverId, list[tuple[datetime, datetime]]]:
    """Return from when to when the runs lasted that each failover's requests began."""
    ends = {(e.template, e.started): e.at for e in ordeal.world.truth if isinstance(e, RunEnded)}
    found: dict[FailoverId, list[tuple[datetime, datetime]]] = defaultdict(list)
    for each in ordeal.world.truth:
        if isinstance(each, RunStarted) and each.cause is Cause.REQUEST:
            failover = dict(ordeal.made[each.template])[each.started]
            end = ends.get((each.template, each.started), ordeal.world.now)
            found[failover].append((each.started, end))
    return found


@FEW
@given(TIMETABLES)
def test_whatever_happens_no_failure_is_built_twice_and_everything_ends(
    timetable: Timetable,
) -> None:
    """S1, S3, S33, S35, L3 and L12, over faults, lost answers, deaths and power cuts."""
    ordeal = lived(timetable)

    assert ordeal.broken == []
    for failover, runs_of_it in spans(ordeal).items():
        assert len(runs_of_it) <= 1 + ordeal.policy.max_hops, f"S1: {failover}"
        apart = all(first[1] <= second[0] for first, second in pairwise(sorted(runs_of_it)))
        assert apart, f"S1: two runs of {failover} overlap"
    assert ordeal.state.open == {}, "L12: every failover is closed"
    closed = [each.failover for each in ordeal.journal.entries if isinstance(each, Closed)]
    assert len(closed) == len(set(closed)), "S41: once"
    assert [each for each in replay(ordeal.journal.entries) if not each.same] == [], "S40"
    assert ordeal.state.violations == (), "what the monitors heard"


@FEW
@given(TIMETABLES, st.sampled_from([Mode.OBSERVE, Mode.ADVISE]))
def test_nothing_is_asked_for_what_is_only_observed(timetable: Timetable, mode: Mode) -> None:
    """S36: whatever happens, no request that changes anything."""
    ordeal = lived(timetable, mode)

    assert ordeal.sent == ordeal.broken == []
    assert ordeal.state.failovers == {}


def test_a_primary_that_runs_in_between_is_seen() -> None:
    """S18 in a story that would act: the executor looks again, so nothing is asked."""
    ordeal = lived([(1, "somebody runs the primaries while the executor reads again")])

    assert ordeal.broken == []
    assert "primary_reran" in {each.reason for each in ordeal.state.failovers.values()}


def test_the_ordeal_is_one() -> None:
    """The laws would notice: in a plain outage with a death, requests are made and witnessed."""
    ordeal = lived([(1, "the daemon dies before its next request is answered")])

    assert sum(map(len, ordeal.made.values())) == 2
    assert ordeal.state.epoch == 2
    kinds = [type(each.recorded) for each in replay(ordeal.journal.entries)]
    assert kinds.count(Intended) == 2
    assert kinds.count(Decided) > 10
    assert len(spans(ordeal)) == 2
