"""A storm: a region fails the builds of fifty images at once. The caps hold, and who goes first."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from aibwatch.model.decision import Reason
from aibwatch.model.entry import Closed
from aibwatch.model.failover import Outcome, Phase
from aibwatch.model.names import ImageName
from aibwatch.model.policy import Policy
from aibwatch.sim import runs
from aibwatch.sim.jumping import play
from aibwatch.sim.truth import Cause
from unit.daemon.outage import NORTH, UK, WEST, Outage, an_outage

COUNT, PLACES = 50, 10
NAMES = tuple(ImageName(f"image{number:02}") for number in range(COUNT))
MINUTES = timedelta(minutes=1)
POLICY = Policy(total=PLACES, per_region=6, per_day=100)


def priority(name: ImageName) -> int:
    """Return a priority that is not the order of the names: the last go first."""
    return COUNT - int(name[-2:])


def fifty() -> Outage:
    """Return fifty images at home in the region that will fail, sorted as a configuration is."""
    outage = an_outage(*NAMES, regions=(WEST, NORTH, UK), policy=POLICY)
    ranked = [replace(each, priority=priority(each.name)) for each in outage.images]
    outage.images = sorted(ranked, key=lambda each: (each.priority, each.name))
    return outage


@dataclass
class Storm:
    """What was seen of it."""

    outage: Outage
    first: list[ImageName]
    """Who was being built elsewhere once all places were taken."""
    rerun: datetime
    """When the service then ran again what it had dropped."""


def under_way(outage: Outage) -> list[ImageName]:
    """Return the images that are being built elsewhere."""
    known = outage.state.failovers
    open_ones = outage.state.open.items()
    return [name for name, each in open_ones if known[each].phase is not Phase.CHOOSING]


@pytest.fixture(scope="module")
def storm() -> Storm:
    """Live through the first minutes of a storm, and the service's reruns after it."""
    outage = fifty()
    seen = Storm(outage, [], outage.world.now)

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: len(under_way(outage)) >= PLACES, timedelta(hours=2))
        await outage.run_for(2 * MINUTES)
        seen.first, seen.rerun = under_way(outage), outage.clock.now()
        outage.world.weather.clear(WEST)
        for image in outage.images:
            if image.name not in seen.first:
                runs.begin(outage.world, image.primary, Cause.SERVICE)
        await outage.run_for(3 * MINUTES)

    play(story)
    return seen


def test_all_are_opened_and_as_many_build_as_may(storm: Storm) -> None:
    """Ten of fifty go ahead; the others are seen to wait for a place (PROMISES S22)."""
    assert len(storm.outage.entries_of("FailoverOpened")) == COUNT
    assert len(storm.first) == PLACES


def test_the_places_go_by_priority(storm: Storm) -> None:
    """The ten with the lowest numbers, though fifty were ready in the same cycle."""
    assert sorted(storm.first) == sorted(sorted(NAMES, key=priority)[:PLACES])


def test_no_region_takes_more_than_its_share(storm: Storm) -> None:
    """Six go to the preferred region, the other four to the next one."""
    known = storm.outage.state.templates
    where = Counter(known[each].region for each in storm.outage.sent)

    assert where == {NORTH: 6, UK: 4}


def test_a_burst_of_reruns_ends_all_that_wait_in_one_cycle(storm: Storm) -> None:
    """The service reran what it had dropped: forty failovers are superseded at one instant."""
    closed = [each for each in storm.outage.journal.entries if isinstance(each, Closed)]

    assert len(closed) == COUNT - PLACES
    assert {(each.outcome, each.reason) for each in closed} == {
        (Outcome.SUPERSEDED, Reason.PRIMARY_RERAN)
    }
    assert len({each.at for each in closed}) == 1
    assert closed[0].at - storm.rerun <= 2 * MINUTES


def test_the_places_of_a_region_go_by_turn_too() -> None:
    """Also where another one that waits is decided on before, in every cycle (PROMISES S22)."""
    names = ("cat", "dog", "ant")
    outage = an_outage(*names, regions=(WEST, NORTH), policy=Policy(per_region=1))
    outage.images = [
        next(i for i in outage.images if i.name == name) for name in names
    ]  # decided on in this order

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: len(outage.sent) == len(names), timedelta(hours=12))

    play(story)

    by_target = {each.secondaries[0]: each.name for each in outage.images}
    assert [by_target[target] for target in outage.sent] == sorted(names)
