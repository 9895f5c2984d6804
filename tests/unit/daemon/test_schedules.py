"""Schedules of images, in the whole daemon on jumping time."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise

import pytest

from aibwatch.model.decision import Reason
from aibwatch.model.entry import Decided, OrderDropped, Ordered, RegionSaid, ScheduleKnown
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.order import SCHEDULER, OrderKind
from aibwatch.model.schedule import Schedule
from aibwatch.model.word import Word
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.world import World
from virtual import SELDOM, Watch

WEST, NORTH = Region("westeurope"), Region("northeurope")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWICE_A_DAY = Schedule("0 6,18 * * *")


def a_watch(mode: Mode = Mode.AUTO, schedule: Schedule | None = TWICE_A_DAY) -> Watch:
    """Watch one image that is built on a schedule and was built well a day ago."""
    fleet = Fleet({"web": (WEST, NORTH)})
    world = World(START)
    fleet.settle(world, DAY)
    image = Image(ImageName("web"), fleet.templates("web"), mode, schedule=schedule)
    return Watch(world, [image], SELDOM, only_due=True)


def requested(watch: Watch) -> list[str]:
    """Return the templates that were run by request, in order."""
    truth = (each for each in watch.world.truth if isinstance(each, RunStarted))
    return [each.template for each in truth if each.cause is Cause.REQUEST]


def test_each_time_of_the_schedule_builds_the_primary_once() -> None:
    """In any mode, as the schedule itself is the permission; across a restart too."""
    watch = a_watch(Mode.OBSERVE)

    async def story() -> None:
        watch.boot()
        await watch.run_for(DAY)
        watch.boot()
        await watch.run_for(DAY)

    play(story)

    ordered = [each.order for each in watch.journal.read() if isinstance(each, Ordered)]
    assert requested(watch) == [watch.images[0].primary] * 4
    assert {(each.kind, each.actor) for each in ordered} == {(OrderKind.BUILD, SCHEDULER)}
    assert [each.at.hour for each in ordered] == [6, 18] * 2 or [18, 6] * 2
    assert {each.outcome for each in watch.state.failovers.values()} == {Outcome.SUCCEEDED}


def test_without_a_schedule_nothing_is_begun() -> None:
    """The control."""
    watch = a_watch(schedule=None)

    async def story() -> None:
        watch.boot()
        await watch.run_for(DAY)

    play(story)

    assert requested(watch) == []


def test_a_build_that_an_outage_breaks_is_made_elsewhere() -> None:
    """Each fails at home first, as nobody builds in between, and then goes elsewhere, at once."""
    watch = a_watch()
    watch.world.weather.endings[WEST] = ENDINGS["generic"]

    async def story() -> None:
        watch.boot()
        await watch.run_for(2 * DAY)

    play(story)

    home, away = watch.images[0].templates
    assert requested(watch) == [home, away] * 4
    assert {each.outcome for each in watch.state.failovers.values()} == {Outcome.SUCCEEDED}


@pytest.mark.long
def test_scheduled_builds_survive_an_outage_of_days() -> None:
    """A good version is there within `expect_every` all the time, by what Azure's gallery holds."""
    watch = a_watch()
    every = 14 * HOUR
    watch.images = [replace(each, expect_every=every) for each in watch.images]

    async def story() -> None:
        watch.boot()
        await watch.run_for(DAY)
        watch.world.weather.endings[WEST] = ENDINGS["generic"]
        await watch.run_for(2 * DAY)
        watch.world.weather.endings.clear()
        await watch.run_for(DAY)

    play(story)

    held = chain.from_iterable(each.versions.values() for each in watch.world.galleries.values())
    ours = [each for each in held if each.template in watch.images[0].templates]
    made = sorted(each.published for each in ours if each.published >= START and each.replicas)
    gaps = [later - before for before, later in pairwise([START, *made, watch.world.now])]
    assert len(made) >= 2 * 4 - 1
    assert max(gaps) <= every
    decided = (each for each in watch.journal.read() if isinstance(each, Decided))
    assert Reason.OVERDUE not in [each.reason for each in decided if each.at > START]


def test_in_an_open_incident_it_goes_elsewhere_at_once() -> None:
    """By an operator's word here: home is not even asked."""
    watch = a_watch()
    word = Word(WEST, out=True, at=START, reason="fire")

    async def story() -> None:
        watch.boot()
        watch.ledger.record([RegionSaid(START, word)])
        await watch.run_for(DAY)

    play(story)

    assert requested(watch) == [watch.images[0].secondaries[0]] * 2


def test_a_time_that_was_missed_is_made_up_for_or_told() -> None:
    """Down for an hour: built late. Down for three: too late, and said so in the journal."""
    for hours, builds in ((1, 1), (3, 0)):
        watch = a_watch()

        async def story(watch: Watch = watch, hours: int = hours) -> None:
            watch.boot()
            until = START.replace(hour=18, minute=0) - START
            await watch.run_for(until - 0.5 * HOUR)
            await watch.clock.sleep(hours * 3600.0)
            watch.boot()
            await watch.run_for(HOUR)

        play(story)

        dropped = [each.says for each in watch.journal.read() if isinstance(each, OrderDropped)]
        assert (len(requested(watch)), len(dropped)) == (builds, 1 - builds)
        assert all("could not be begun by" in each for each in dropped)


def test_a_clock_that_was_a_day_ahead_at_a_start_loses_no_time_of_the_schedule() -> None:
    """Once it is mended and the daemon started anew (S43)."""
    watch = a_watch()

    async def story() -> None:
        watch.boot()
        ahead = watch.clock.now() + DAY
        watch.ledger.record([ScheduleKnown(ahead, watch.images[0].name, TWICE_A_DAY)])
        await watch.ledger.flush(durable=True)
        watch.boot()
        await watch.run_for(DAY)

    play(story)

    assert requested(watch) == [watch.images[0].primary] * 2


def test_a_new_schedule_makes_up_for_nothing() -> None:
    """Its times count from when it is first known; without it, none is left."""
    watch = a_watch(schedule=None)
    image = watch.images[0]
    evening = START.replace(hour=18, minute=30) - START

    async def story() -> None:
        watch.boot()
        await watch.run_for(evening)
        watch.images = [replace(image, schedule=TWICE_A_DAY)]
        watch.boot()
        await watch.run_for(HOUR)
        assert requested(watch) == []
        await watch.run_for(12 * HOUR)
        assert requested(watch) == [image.primary]
        watch.images = [image]
        watch.boot()
        await watch.run_for(DAY)

    play(story)

    assert requested(watch) == [image.primary]
    assert not watch.state.schedules
    assert not watch.state.scheduled
