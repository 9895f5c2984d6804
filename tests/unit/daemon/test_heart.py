"""When the cycle runs: as soon as anything is due, and not before."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from aibwatch.daemon.cycle import Cycle
from aibwatch.daemon.heart import Heart
from aibwatch.model.policy import Policy
from aibwatch.model.probe import ProbeDecision, ProbeReason
from aibwatch.model.state import Snapshot
from aibwatch.sim import runs
from aibwatch.sim.jumping import play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.truth import Cause
from aibwatch.status.health import Health, well
from builders import an_id
from unit.daemon.outage import WEST, an_outage


class CycleError(Exception):
    """A bug in the cycle."""


@dataclass(slots=True)
class Counted(Cycle):
    """A cycle that counts its runs, and lets a test step in."""

    runs: int = 0
    during: Callable[[], None] = lambda: None

    async def run(self) -> Snapshot:
        """Count, step in, and go through the flow."""
        self.runs += 1
        self.during()
        return await Cycle.run(self)


def fail() -> None:
    """Break the cycle."""
    raise CycleError


async def peace(heart: Heart, cycle: Counted) -> None:
    """Beat until nothing is due; what the first cycle read shows what else there is to ask."""
    while heart.woken or heart.due_at is None or heart.due_at <= cycle.clock.now():
        await heart.beat()
    cycle.runs = 0


def tried(story: Callable[[Heart, Counted], Coroutine[Any, Any, None]]) -> tuple[Heart, Counted]:
    """Play a story about a heart over a World in which nothing happens."""

    async def told() -> tuple[Heart, Counted]:
        watch = an_outage()
        watch.boot()
        flow = watch.cycle
        parts = (flow.collector, flow.belief, flow.ledger, flow.executor, flow.clock, flow.audience)
        cycle = Counted(*parts)
        heart = Heart(cycle, Health())
        await story(heart, cycle)
        return heart, cycle

    found: tuple[Heart, Counted] = play(told)
    return found


def test_the_first_beat_runs_the_cycle() -> None:
    """Nothing was ever asked, so all is due."""
    heart, cycle = tried(lambda heart, _: heart.beat())

    assert cycle.runs == 1
    assert heart.health.started


def test_a_beat_before_anything_is_due_runs_nothing() -> None:
    """The second beat of the same instant is a beat for the liveness probe and no more."""

    async def story(heart: Heart, cycle: Counted) -> None:
        await peace(heart, cycle)
        heart.health.beaten = None
        await heart.beat()

    heart, cycle = tried(story)

    assert cycle.runs == 0
    assert heart.health.beaten is not None


def test_the_cycle_runs_when_it_is_due() -> None:
    """The instant that the last cycle named has come."""

    async def story(heart: Heart, cycle: Counted) -> None:
        await peace(heart, cycle)
        assert heart.due_at is not None
        await asyncio.sleep((heart.due_at - cycle.clock.now()).total_seconds())
        await heart.beat()

    _, cycle = tried(story)

    assert cycle.runs == 1


def test_what_is_due_is_never_later_than_the_interval_of_the_lists() -> None:
    """With nothing going on, templates are listed again after `poll.interval`."""
    heart, cycle = tried(lambda heart, _: heart.beat())

    assert heart.due_at is not None
    assert heart.due_at - cycle.belief.sightings.booted <= Policy().interval


def test_who_is_woken_does_not_wait() -> None:
    """A wake makes the next beat run the cycle, only that one."""

    async def story(heart: Heart, cycle: Counted) -> None:
        await peace(heart, cycle)
        heart.wake()
        await heart.beat()
        await heart.beat()

    _, cycle = tried(story)

    assert cycle.runs == 1


def test_a_wake_during_the_cycle_is_not_lost() -> None:
    """An answer comes while the cycle runs: the next beat runs another one."""

    async def story(heart: Heart, cycle: Counted) -> None:
        await peace(heart, cycle)
        heart.wake()
        cycle.during = heart.wake
        await heart.beat()
        cycle.during = lambda: None
        await heart.beat()

    _, cycle = tried(story)

    assert cycle.runs == 2


@pytest.mark.parametrize("before", ["never ran", "was woken"])
def test_a_cycle_that_raises_is_no_beat_and_is_tried_again(before: str) -> None:
    """The error is the ticker's to tell; one that never ends well turns /livez red (L10)."""

    async def story(heart: Heart, cycle: Counted) -> None:
        if before == "was woken":
            await peace(heart, cycle)
            heart.wake()
        cycle.during = fail
        heart.health.beaten = None
        with pytest.raises(CycleError):
            await heart.beat()
        assert heart.health.beaten is None
        assert heart.health.started
        cycle.during, cycle.runs = lambda: None, 0
        await heart.beat()

    _, cycle = tried(story)

    assert cycle.runs == 1


def test_a_store_that_cannot_be_written_shows_at_once_and_until_it_can() -> None:
    """The cycle goes on; /readyz and /leader say why it does nothing."""

    async def story() -> list[tuple[bool, bool]]:
        watch = an_outage()
        told = []
        await watch.strike()
        for trouble in ("", "disk full", ""):
            watch.journal.trouble = trouble
            await watch.run_for(timedelta(minutes=5))
            health = watch.replica.health
            told.append((health.writes(), well(health.leading())))
        return told

    assert play(story) == [(True, True), (False, False), (True, True)]


def test_it_beats_at_least_every_second() -> None:
    """However slow the policy is, what is due is looked at every second."""
    heart, cycle = tried(lambda heart, _: heart.beat())

    assert heart.interval == timedelta(seconds=1)
    assert heart.interval <= cycle.belief.policy.active_interval


def test_what_comes_first_comes_once() -> None:
    """The first cycle that ends well is followed by it, no later one."""
    calls: list[int] = []

    async def story(heart: Heart, cycle: Counted) -> None:
        heart.first = lambda: calls.append(cycle.runs)
        cycle.during = fail
        with pytest.raises(CycleError):
            await heart.beat()
        cycle.during = lambda: None
        heart.wake()
        await heart.beat()
        heart.wake()
        await heart.beat()

    tried(story)

    assert calls == [2]


def test_it_wakes_for_a_canary_that_is_due() -> None:
    """Between two lists: nothing else is due then."""
    due = ProbeDecision(WEST, an_id("canary"), ProbeReason.NOT_DUE)

    async def story(heart: Heart, cycle: Counted) -> None:
        await peace(heart, cycle)
        snapshot = await cycle.run()
        at = snapshot.at + timedelta(seconds=1)
        assert heart.next_due(snapshot) > at
        assert heart.next_due(replace(snapshot, probes=(replace(due, wake_at=at),))) == at

    tried(story)


def test_a_template_that_builds_is_looked_at_again_after_the_active_interval() -> None:
    """Its end is what matters, so it does not wait for the next list."""
    waits: list[timedelta] = []

    async def story(heart: Heart, cycle: Counted) -> None:
        (image, *_) = cycle.belief.images.values()
        azure = cycle.executor.azure
        assert isinstance(azure, SimulatedAzure)
        runs.begin(azure._world, image.primary, Cause.SCHEDULE)
        await peace(heart, cycle)
        assert heart.due_at is not None
        waits.append(heart.due_at - cycle.clock.now())

    tried(story)

    assert waits[0] <= Policy().active_interval
