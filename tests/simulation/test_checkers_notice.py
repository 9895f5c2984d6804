"""A daemon that is broken on purpose is caught by the checker that is there for it.

A checker that no bug can make speak is decoration. Each row breaks one thing in the real code, lets
cases of the small scope be lived through, and names the promise that must be seen broken.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aibwatch.cli.simulate.seeds import drilling, machine
from aibwatch.cli.simulate.seeds.fate import Death, Fate, Moment, Spell
from aibwatch.cli.simulate.seeds.life import lived
from aibwatch.cli.simulate.seeds.steps import SteppedJournal
from aibwatch.daemon.clock import SteadyClock
from aibwatch.daemon.errands import FailoverErrand
from aibwatch.daemon.leadership import Leadership
from aibwatch.diagnose import editions, region
from aibwatch.failover import (
    bounds,
    course,
    deadlines,
    failed,
    guards,
    ordered,
    ourselves,
    proof,
    target,
)
from aibwatch.failover.cooldown import cooldown
from aibwatch.failover.guards import Guard
from aibwatch.journal.memory import MemoryLease
from aibwatch.model.decision import Decision, Hold, Move, Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import Answered, Closed, Entry, FailoverOpened, RegionAssessed
from aibwatch.model.failover import Event
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import FailoverId, ImageName, Region, TemplateId
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.template import RunKey
from aibwatch.ports import Reply
from aibwatch.sim.checkers.all import CHECKERS, judge
from aibwatch.sim.faraway import FarAzure
from aibwatch.sim.fleet import Fleet
from simulation.scope import IMAGE, NORTH, POLICY, WEST, Case, Fall, small

MINUTE = timedelta(minutes=1)
Break = Callable[[pytest.MonkeyPatch], None]
FATE = Case().fate()
BUILDS = FATE.moments
LONG = replace(
    FATE, faults_end=90 * MINUTE, spells=(Spell("outage of", WEST, MINUTE, 90 * MINUTE, "generic"),)
)
AGAIN = replace(LONG, moments=(*BUILDS, Moment(50 * MINUTE, "the pipeline runs", "web", WEST)))


def without(*taken: Guard) -> Break:
    """Return a break that takes guards away."""

    def act(patch: pytest.MonkeyPatch) -> None:
        left = tuple(each for each in guards.GUARDS if each not in taken)
        patch.setattr(guards, "GUARDS", left)

    return act


def never_ours(patch: pytest.MonkeyPatch) -> None:
    """Let nobody find the run that a request began, nor hold because of it."""
    without(proof.built_elsewhere)(patch)
    nobodys(patch)


def nobodys(patch: pytest.MonkeyPatch) -> None:
    """Let nobody find the run that a request began."""
    patch.setattr(course, "ours", lambda *_: None)


def at_once(patch: pytest.MonkeyPatch) -> None:
    """Let every request be taken for one that began nothing, without waiting."""

    def settle(_image: object, failover: object, *_: object) -> Decision:
        move = Move(failover.id, Event.NOT_BEGUN)  # type: ignore[attr-defined]
        return Decision(IMAGE.name, Reason.RUN_NEVER_BEGAN, "", move)

    patch.setattr("aibwatch.failover.decide.course.settle", settle)
    patch.setitem(
        __import__("aibwatch.failover.decide", fromlist=["IN_PHASE"]).IN_PHASE, "starting", settle
    )


def never_durable(patch: pytest.MonkeyPatch) -> None:
    """Let nothing be made durable before it is acted on."""
    append = SteppedJournal.append

    async def loose(self: SteppedJournal, entries: Iterable[object], *, durable: bool) -> None:
        await append(self, entries, durable=durable and not entries)  # type: ignore[arg-type]

    patch.setattr(SteppedJournal, "append", loose)


def always_sure(patch: pytest.MonkeyPatch) -> None:
    """Let nobody look whether he still leads before a request."""

    async def sure(*_: object) -> bool:
        return True

    patch.setattr(Leadership, "secure", sure)


def never_lapses(patch: pytest.MonkeyPatch) -> None:
    """Let a lease be its first holder's for ever."""

    async def hold(self: MemoryLease) -> bool:
        store = self._journal.store
        store.holder = store.holder or self
        return store.holder is self

    patch.setattr(MemoryLease, "hold", hold)


def never_again(patch: pytest.MonkeyPatch) -> None:
    """Let nothing be read again before a request."""

    async def nothing(*_: object) -> None:
        pass

    patch.setattr(FailoverErrand, "read_again", nothing)


def anything_goes(patch: pytest.MonkeyPatch) -> None:
    """Take every failure for the platform's."""
    without(proof.evidence, proof.region)(patch)
    patch.setattr(failed, "dismiss", lambda *_: None)


def any_place(patch: pytest.MonkeyPatch) -> None:
    """Let every secondary be as good as any, whatever speaks against it."""
    patch.setattr(target, "objection", lambda *_: "")


def any_room(patch: pytest.MonkeyPatch) -> None:
    """Let no region be full."""
    patch.setattr(target, "crowded", lambda *_: "")


def once_more(patch: pytest.MonkeyPatch) -> None:
    """Let a secondary whose run failed have another turn."""
    patch.setattr(target, "spent", lambda *_: "")


def said_too_soon(patch: pytest.MonkeyPatch) -> None:
    """Let no replica be missed."""
    patch.setattr(course, "missing", lambda *_: frozenset())


def whoever_made_it(patch: pytest.MonkeyPatch) -> None:
    """Let a newer run's version be as good as the failover's own."""
    patch.setattr(course, "is_newer", lambda *_: False)


def never_free(patch: pytest.MonkeyPatch) -> None:
    """Let a guard hold for ever."""
    held = Hold(Reason.BUDGET, "for ever")
    patch.setattr(guards, "GUARDS", (*guards.GUARDS, lambda *_: held))


def never_ends(patch: pytest.MonkeyPatch) -> None:
    """Let no version ever be good enough, nor too late."""
    patch.setattr(course, "published", lambda *_: None)
    patch.setattr(deadlines, "PUBLISH_DEADLINE", timedelta(days=9))


def never_quiet(patch: pytest.MonkeyPatch) -> None:
    """Let a region be well as soon as nothing speaks."""
    patch.setattr("aibwatch.diagnose.region._quiet_since", lambda *_: None)


def at_the_first_good_sign(patch: pytest.MonkeyPatch) -> None:
    """Let an outage be over as soon as anything is good, once it has lasted."""
    following = region._next

    def hurried(last: RegionBelief, *rest: Any) -> RegionBelief:
        known = replace(last, good_since=last.since) if last.health is Health.OUTAGE else last
        return following(known, *rest)

    patch.setattr(region, "_next", hurried)


def believes_its_machine(patch: pytest.MonkeyPatch) -> None:
    """Let a daemon's clock be its machine's, whoever sets that."""

    class Believing(SteadyClock):
        def __init__(self, wall: Callable[[], datetime], steady: Callable[[], float]) -> None:
            super().__init__(wall, steady)
            self.now = wall  # type: ignore[method-assign]

    patch.setattr(machine, "SteadyClock", Believing)


def said_twice(kind: type[Entry], **changes: object) -> Break:
    """Return a break that writes every entry of a kind twice, the second time with changes."""

    def act(patch: pytest.MonkeyPatch) -> None:
        append = SteppedJournal.append

        async def twice(self: SteppedJournal, entries: Iterable[Entry], *, durable: bool) -> None:
            again = [replace(e, **changes) for e in entries if isinstance(e, kind)]  # type: ignore[arg-type]
            await append(self, [*entries, *again], durable=durable)

        patch.setattr(SteppedJournal, "append", twice)

    return act


def cancels(patch: pytest.MonkeyPatch) -> None:
    """Let a template be freed before it is asked."""
    start = FarAzure.start

    async def freed(self: FarAzure, template: TemplateId, *, ordered: bool = False) -> Reply:
        await self.cancel(template)
        return await start(self, template, ordered=ordered)

    patch.setattr(FarAzure, "start", freed)


def even_a_busy_one(patch: pytest.MonkeyPatch) -> None:
    """Let every secondary be ready, and nobody mind who builds there already."""
    any_place(patch)
    without(proof.built_elsewhere)(patch)


def at_home(patch: pytest.MonkeyPatch) -> None:
    """Let the primary be a secondary like the others."""
    any_place(patch)
    patch.setattr(Image, "secondaries", property(lambda self: self.templates))


def everybody_wins(patch: pytest.MonkeyPatch) -> None:
    """Let no version be the duplicate of another."""
    patch.setattr(editions, "_winner", lambda *_: "")


def of_another_run(patch: pytest.MonkeyPatch) -> None:
    """Let each version be told with a run that began a minute before its own."""

    def told(
        image: ImageName, version: str, run: RunKey, region: Region, published: datetime
    ) -> Edition:
        wrong = replace(run, started=run.started - MINUTE)
        return Edition(image, version, wrong, region, published)

    patch.setattr(editions, "Edition", told)


def of_two(fate: Fate) -> Fate:
    """Return a life of two images that fail together."""
    fleet = Fleet(dict.fromkeys(("web", "db"), (WEST, NORTH, Region("uksouth"))))
    images = [replace(IMAGE, name=ImageName(e), templates=fleet.templates(e)) for e in fleet.images]
    also = [replace(each, image="db") for each in fate.moments]
    return replace(fate, fleet=fleet, images=images, moments=(*fate.moments, *also))


def whenever(patch: pytest.MonkeyPatch) -> None:
    """Let a drill begin whatever is in its way."""
    patch.setattr(ordered, "GUARDS", ordered.ALWAYS)


def rehearsing(fate: Fate) -> Fate:
    """Return a life in which a drill is ordered while the region of a failure is in doubt."""
    fleet = replace(fate.fleet, drills={"web": NORTH})
    image = replace(IMAGE, drill=fleet.drill("web"))
    policy = replace(POLICY, debounce=10 * MINUTE)
    order = Moment(8 * MINUTE, drilling.KIND, "web")
    told = (*fate.moments, order)
    return replace(fate, fleet=fleet, images=(image,), policy=policy, moments=told)


def fates(promise: str) -> list[Fate]:
    """Return the lives in which a broken promise shows."""
    own = Moment(3 * MINUTE, "the owner breaks", "web", WEST, "customizer")
    slow = Spell("slow replication to", NORTH, MINUTE, 20 * MINUTE, "3h")
    there = replace(IMAGE, allowed_regions=frozenset({WEST, Region("uksouth")}))
    again = Moment(25 * MINUTE, "somebody runs", "web", NORTH)
    late = Moment(100 * MINUTE, "the pipeline runs", "web", WEST)
    later = Moment(25 * MINUTE, "the pipeline runs", "web", WEST)
    early = Moment(4 * MINUTE, "somebody runs", "web", NORTH)
    dies = Death(4 * MINUTE, 1, timedelta(0), "append Intended before")
    seen_only = replace(FATE, images=(replace(IMAGE, mode=Mode.OBSERVE),))
    fails = Spell("other ends of builds in", NORTH, MINUTE, 20 * MINUTE, "retriable")
    by_promise = {
        "S6": [replace(FATE, moments=(*BUILDS, early))],
        "S16": [replace(FATE, policy=replace(POLICY, warmup_sweeps=3), deaths=(dies,))],
        "S9": [replace(FATE, spells=(), moments=(own, *BUILDS))],
        "S21": [AGAIN],
        "S22": [replace(FATE, policy=replace(POLICY, per_day=0))],
        "S24": [replace(seen_only, policy=replace(POLICY, families=3), moments=(*BUILDS, later))],
        "S24-good": [replace(LONG, moments=(*BUILDS, late))],
        "S22-region": [of_two(replace(FATE, policy=replace(POLICY, per_region=1)))],
        "S23": [replace(FATE, spells=(*FATE.spells, fails))],
        "S28": [replace(FATE, images=(there,))],
        "S31": [replace(FATE, moments=(*BUILDS, later))],
        "S33": [FATE],
        "S34": [replace(FATE, spells=(*FATE.spells, slow))],
        "S34-run": [replace(FATE, spells=(*FATE.spells, slow), moments=(*BUILDS, again))],
        "S36": [seen_only],
        "S38": [rehearsing(FATE)],
        "S43": [replace(FATE, moments=(*BUILDS, Moment(4 * MINUTE, machine.SET, word="24h")))],
    }
    return by_promise.get(promise, [FATE])


def seen(promise: str, cases: Iterable[Case]) -> set[str]:
    """Return what is seen broken in the cases, or in the lives made for a promise."""
    lives = [lived(each) for each in fates(promise)] if not cases else map(small, cases)
    return {each.promise for life in lives for each in judge(life.trace)}


LATE = [Case("504, and it runs"), Case("504, and nothing runs")]
BROKEN: list[tuple[str, Break, list[Case]]] = [
    ("S1", never_ours, LATE),
    ("S2", at_once, LATE),
    ("S2-denied", nobodys, LATE),
    ("S3", never_durable, [Case()]),
    ("S3-answers", said_twice(Answered), [Case()]),
    ("S4", always_sure, [Case(replicas=2, death=8, fall=Fall.FREEZES)]),
    ("S5", said_twice(FailoverOpened, failover=FailoverId("0ther")), [Case()]),
    ("S6", even_a_busy_one, []),
    ("S7", cancels, [Case()]),
    ("S9", anything_goes, []),
    ("S16", without(ourselves.warm_up), []),
    ("S18", never_again, [Case()]),
    ("S21", without(cooldown, proof.built_elsewhere), []),
    ("S22", without(bounds.budget), []),
    ("S24", never_quiet, []),
    ("S24-good", at_the_first_good_sign, []),
    ("S22-region", any_room, []),
    ("S23", once_more, []),
    ("S28", any_place, []),
    ("S31", everybody_wins, []),
    ("S31-run", of_another_run, []),
    ("S33", at_home, []),
    ("S34", said_too_soon, []),
    ("S34-run", whoever_made_it, []),
    ("S35", without(ourselves.pause), [Case(pause=1)]),
    ("S36", without(ourselves.mode), []),
    ("S38", whenever, []),
    ("S43", believes_its_machine, []),
    ("S41", said_twice(Closed), [Case()]),
    ("L1", never_free, [Case()]),
    ("L2", never_lapses, [Case(replicas=2, death=4, fall=Fall.STAYS_DEAD)]),
    ("L3", never_ends, [Case()]),
    ("L12", never_ends, [Case()]),
]
"""By the promise, and where two checkers judge one, by which."""


@pytest.mark.parametrize(("promise", "broken", "cases"), BROKEN, ids=[each[0] for each in BROKEN])
def test_a_broken_daemon_is_caught(
    promise: str, broken: Break, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the promise that it breaks; unbroken, nothing is said in the same lives."""
    assert seen(promise, cases) == set()

    broken(monkeypatch)

    assert promise.partition("-")[0] in seen(promise, cases)


def test_every_checker_is_made_to_speak() -> None:
    """At least once for each of the promises that it tells apart."""
    broken = {promise.partition("-")[0] for promise, _, _ in BROKEN}

    silent = [type(each).__name__ for each in CHECKERS if not broken & set(each.promises)]

    assert silent == []


def test_what_two_clocks_differ_by_is_no_broken_delay() -> None:
    """A leader begins a delay, one whose clock is two minutes ahead of his ends it (S24)."""
    clocks = (0 * MINUTE, MINUTE, -MINUTE, MINUTE)
    dies = Death(36 * MINUTE, 0, 120 * MINUTE)
    trace = lived(replace(LONG, replicas=2, offsets=clocks, deaths=(dies,))).trace

    told = [each for each in trace.entries if isinstance(each, RegionAssessed)]
    good = next(each for each in told if each.belief.good_since)
    well = next(each for each in told if each.belief.cleared)

    assert trace.at(well) - trace.at(good) < POLICY.healthy_delay - MINUTE
    assert not judge(trace)
