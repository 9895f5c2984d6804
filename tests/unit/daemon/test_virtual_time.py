"""The daemon's own cycle, executor and ledger over the World, on jumping time."""

from datetime import datetime, timedelta

from aibwatch.model.failover import Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region
from aibwatch.model.policy import Policy
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from virtual import Watch

WEST, NORTH = Region("westeurope"), Region("northeurope")


def a_watch(*names: str) -> Watch:
    """Watch images in two regions that all built well a day ago."""
    fleet = Fleet(dict.fromkeys(names, (WEST, NORTH)))
    world = World(START)
    fleet.settle(world, timedelta(days=1))
    images = [Image(ImageName(n), fleet.templates(n), Mode.AUTO) for n in names]
    return Watch(world, images, Policy())


def requested(watch: Watch) -> list[str]:
    """Return the templates that were run by request, in order."""
    return [
        each.template
        for each in watch.world.truth
        if isinstance(each, RunStarted) and each.cause is Cause.REQUEST
    ]


def test_a_regional_outage_moves_every_image_within_the_promised_time() -> None:
    """At the usual rhythm, two hours in virtual time: each secondary is run once, soon enough."""
    watch = a_watch("web", "db")

    async def story() -> None:
        watch.boot()
        await watch.run_for(timedelta(minutes=10))
        watch.world.weather.endings[WEST] = ENDINGS["generic"]
        for image in watch.images:
            runs.begin(watch.world, image.primary, Cause.SCHEDULE)
        await watch.run_for(timedelta(hours=2))

    play(story)

    failed = max(each.ended for each in watch.state.failures.values())
    started = [each.started for each in watch.world.truth if isinstance(each, RunStarted)]
    policy = watch.policy
    bound = policy.debounce + 2 * policy.interval
    assert sorted(requested(watch)) == sorted(image.secondaries[0] for image in watch.images)
    assert max(started) - failed <= bound
    outcomes = {each.outcome for each in watch.state.failovers.values()}
    assert outcomes == {Outcome.SUCCEEDED}


def test_nothing_moves_while_all_is_well() -> None:
    """A day of builds that succeed causes no request that changes anything."""
    watch = a_watch("web")
    watch.beat = 30.0

    async def story() -> None:
        watch.boot()
        for _ in range(6):
            runs.begin(watch.world, watch.images[0].primary, Cause.SCHEDULE)
            await watch.run_for(timedelta(hours=4))

    play(story)

    assert requested(watch) == []
    assert watch.state.failovers == {}


def test_a_restart_in_the_middle_continues_and_asks_nobody_twice() -> None:
    """The daemon ends while its run builds; the next one finds it in the journal."""
    watch = a_watch("web")

    async def story() -> None:
        watch.boot()
        await watch.run_for(timedelta(minutes=5))
        watch.world.weather.endings[WEST] = ENDINGS["generic"]
        runs.begin(watch.world, watch.images[0].primary, Cause.SCHEDULE)
        while not requested(watch):
            await watch.run_for(timedelta(seconds=10))
        watch.boot()
        await watch.run_for(timedelta(hours=2))

    play(story)

    assert requested(watch) == [watch.images[0].secondaries[0]]
    assert {each.outcome for each in watch.state.failovers.values()} == {Outcome.SUCCEEDED}
    assert watch.state.epoch == 2


def test_suspicion_of_ourselves_ends_soon_after_our_own_test_passes() -> None:
    """Well within healthy_delay; then the debounce and the warm-up run anew, and it acts (L6)."""
    watch = a_watch("web")
    ended: list[datetime] = []

    async def story() -> None:
        watch.boot()
        watch.world.weather.endings[WEST] = ENDINGS["generic"]
        runs.begin(watch.world, watch.images[0].primary, Cause.SCHEDULE)
        watch.world.weather.set(EVERYWHERE, MENU["504"], Op.SUBSCRIPTION)
        await watch.run_for(timedelta(minutes=40))
        suspected.append(watch.belief.view().suspicion is not None)
        watch.world.weather.clear(EVERYWHERE)
        ended.append(watch.clock.now())
        while watch.belief.view().suspicion is not None:
            await watch.tick()
        ended.append(watch.clock.now())
        await watch.run_for(timedelta(hours=1))

    suspected: list[bool] = []
    play(story)

    policy, (cleared, passed) = watch.policy, ended
    (request,) = (
        e for e in watch.world.truth if isinstance(e, RunStarted) and e.cause is Cause.REQUEST
    )
    assert suspected == [True]
    assert passed - cleared <= policy.interval < policy.healthy_delay
    assert request.started - cleared >= policy.debounce
    assert request.started - passed <= policy.debounce + 2 * policy.interval
