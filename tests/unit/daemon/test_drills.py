"""Drills, in the whole daemon on jumping time (PROMISES S38, L9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from aibwatch.daemon.replay import replay
from aibwatch.model.drill import DRILLS, Drills, Window
from aibwatch.model.entry import (
    Closed,
    Decided,
    Intended,
    OrderDropped,
    Ordered,
    Paused,
    ScheduleKnown,
)
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, OrderId, Region
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.region import Health
from aibwatch.model.rehearsal import DrillOutcome, drill_outcome, recovery
from aibwatch.model.schedule import Schedule
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import START, play
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.world import World
from virtual import SELDOM, Watch

WEST, NORTH = Region("westeurope"), Region("northeurope")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EACH_EVENING = Schedule("0 18 * * *")
IMAGES = ("db", "web")


def a_watch(rules: Drills, mode: Mode = Mode.AUTO, images: tuple[str, ...] = ("web",)) -> Watch:
    """Watch images that have a drill template each and were built well a day ago."""
    fleet = Fleet(dict.fromkeys(images, (WEST, NORTH)), drills=dict.fromkeys(images, NORTH))
    world = World(START)
    fleet.settle(world, DAY)
    watched = [
        Image(ImageName(each), fleet.templates(each), mode, drill=fleet.drill(each))
        for each in images
    ]
    return Watch(world, watched, replace(SELDOM, drills=rules), only_due=True)


def requested(watch: Watch) -> list[str]:
    """Return the templates that were run by request, in order, by their names."""
    truth = (each for each in watch.world.truth if isinstance(each, RunStarted))
    return [each.template.rpartition("/")[2] for each in truth if each.cause is Cause.REQUEST]


def drills(watch: Watch) -> list[Failover]:
    """Return the drills that were begun, oldest first."""
    return [each for each in watch.state.failovers.values() if each.is_drill]


def told(watch: Watch) -> list[str]:
    """Return what was said of drills that were not begun."""
    return [each.says for each in watch.journal.read() if isinstance(each, OrderDropped)]


def lived(watch: Watch, lasts: timedelta, *acts: tuple[timedelta, Callable[[], None]]) -> Watch:
    """Let the watch live, and do something at times since its begin."""

    async def story() -> None:
        watch.boot()
        past = timedelta(0)
        for at, act in acts:
            await watch.run_for(at - past)
            act()
            past = at
        await watch.run_for(lasts - past)

    play(story)
    return watch


EVENING = START.replace(hour=18, minute=0) - START


def order(watch: Watch, image: str = "web", kind: OrderKind = OrderKind.DRILL) -> None:
    """Let a person order a drill, or something else."""
    now = watch.clock.now()
    made = Order(OrderId(f"{kind}-{image}"), kind, ImageName(image), now, "ada", "to be sure")
    watch.ledger.record([Ordered(now, made)])


def test_each_time_of_the_schedule_rehearses_the_image_whose_turn_it_is() -> None:
    """On its drill template, and it plays through: two evenings, two images, each once."""
    watch = lived(a_watch(Drills(EACH_EVENING), images=IMAGES), 2 * DAY)

    assert requested(watch) == ["db-drill-northeurope", "web-drill-northeurope"]
    assert [drill_outcome(each) for each in drills(watch)] == [DrillOutcome.SUCCEEDED] * 2
    assert set(watch.state.proven) == {"db", "web"}
    assert not watch.state.violations


def test_a_clock_that_was_a_day_ahead_at_a_start_loses_no_drill() -> None:
    """Once it is mended and the daemon started anew (S43)."""
    watch = a_watch(Drills(EACH_EVENING))

    async def story() -> None:
        watch.boot()
        ahead = watch.clock.now() + DAY
        watch.ledger.record([ScheduleKnown(ahead, DRILLS, EACH_EVENING)])
        await watch.ledger.flush(durable=True)
        watch.boot()
        await watch.run_for(DAY)

    play(story)

    assert requested(watch) == ["web-drill-northeurope"]


def test_a_drill_tells_how_long_recovery_took() -> None:
    """From the order to the run, its build, and until it is replicated; the parts are the whole."""
    watch = a_watch(Drills(EACH_EVENING))
    watch.only_due, watch.beat = False, 70.0

    (drill,) = drills(lived(watch, DAY))
    took = recovery(drill)

    assert took is not None
    assert drill.order is not None
    assert drill.closed is not None
    assert took.total == drill.closed - drill.order.at
    assert timedelta(0) < took.trigger < 3 * MINUTE
    assert took.build >= watch.world.build_time
    assert "aibwatch_failover_phase_duration_seconds_count" in watch.metrics.render("")[0].decode()


def test_a_drill_counts_nowhere() -> None:
    """Neither as a failover nor as a version of the image, and nobody is asked to look."""
    watch = a_watch(Drills(EACH_EVENING))
    watch.world.weather.endings[NORTH] = ENDINGS["generic"]
    lived(watch, DAY)

    (drill,) = drills(watch)

    assert drill_outcome(drill) is DrillOutcome.FAILED
    assert not drill.needs_human
    assert not watch.state.editions
    assert not watch.state.proven
    assert 'aibwatch_failovers_total{image="web",result="failed"} 0.0' in (
        watch.metrics.render("")[0].decode()
    )


@pytest.mark.parametrize("ending", ["generic", "capacity"])
def test_what_a_drill_meets_is_evidence_of_nothing(ending: str) -> None:
    """Its failure changes no region's health, though the same text of a build would."""
    watch = a_watch(Drills(EACH_EVENING))
    watch.world.weather.endings[NORTH] = ENDINGS[ending]
    lived(watch, DAY)

    wanted = DrillOutcome.CAPACITY if ending == "capacity" else DrillOutcome.FAILED
    assert [drill_outcome(each) for each in drills(watch)] == [wanted]
    told_of = {each.view.state.regions[NORTH].health for each in watch.snapshots[10:]}
    assert told_of == {Health.HEALTHY}


def test_a_drill_on_a_secondary_is_no_evidence_either() -> None:
    """With `publish: latest` and no drill template the secondary itself runs, and may fail."""
    fleet = Fleet({"web": (WEST, NORTH)})
    world = World(START)
    fleet.settle(world, DAY)
    image = Image(ImageName("web"), fleet.templates("web"), Mode.AUTO)
    watch = Watch(world, [image], replace(SELDOM, drills=Drills(EACH_EVENING, on_secondaries=True)))
    watch.only_due = True
    world.weather.endings[NORTH] = ENDINGS["generic"]
    lived(watch, DAY)

    assert requested(watch) == ["web-northeurope"]
    assert [drill_outcome(each) for each in drills(watch)] == [DrillOutcome.FAILED]
    assert {each.view.state.regions[NORTH].health for each in watch.snapshots[10:]} == {
        Health.HEALTHY
    }


def test_a_real_outage_during_a_drill_goes_first() -> None:
    """It ends the drill at once, both images are built once in the secondary."""
    watch = a_watch(Drills(EACH_EVENING), images=IMAGES)
    world = watch.world

    def fail() -> None:
        world.weather.endings[WEST] = ENDINGS["generic"]
        for each in watch.images:
            runs.begin(world, each.primary, Cause.SCHEDULE)

    lived(watch, DAY, (EVENING + 2 * MINUTE, fail))

    (drill,) = drills(watch)
    real = [each for each in watch.state.failovers.values() if not each.is_drill]
    assert drill_outcome(drill) is DrillOutcome.INTERRUPTED
    assert drill.reason == "preempted"
    assert sorted(requested(watch)) == ["db-drill-northeurope", "db-northeurope", "web-northeurope"]
    assert [each.outcome for each in real] == [Outcome.SUCCEEDED] * 2
    assert not watch.state.violations
    assert all(each.same for each in replay(watch.journal.read())), "S40"


def test_an_order_goes_before_a_drill() -> None:
    """A person's, while the drill builds."""
    watch = a_watch(Drills(EACH_EVENING))
    lived(watch, DAY, (EVENING + 5 * MINUTE, lambda: order(watch, kind=OrderKind.FAILOVER)))

    assert requested(watch) == ["web-drill-northeurope", "web-northeurope"]
    assert [drill_outcome(each) for each in drills(watch)] == [DrillOutcome.INTERRUPTED]


def test_a_time_outside_of_the_windows_is_told_as_blocked() -> None:
    """And not made up for when one opens (PROMISES L9)."""
    night = Window(tuple(range(7)), time(22), time(4), "Europe/Berlin")
    watch = lived(a_watch(Drills(EACH_EVENING, (night,))), DAY)

    assert requested(watch) == []
    assert told(watch) == ["blocked: none of drills.windows is open"]
    assert watch.state.blocked["web"].says == told(watch)[0]


def test_a_pause_blocks_a_drill() -> None:
    """The next evening it is held again, if nobody pauses that."""
    watch = a_watch(Drills(EACH_EVENING))
    until = START + DAY

    def pause() -> None:
        watch.ledger.record([Paused(watch.clock.now(), "all", "a freeze", "ada", until)])

    lived(watch, 2 * DAY, (HOUR, pause))

    assert requested(watch) == ["web-drill-northeurope"]
    assert told(watch) == ["blocked: paused: all is paused by ada: a freeze"]


def test_who_was_built_elsewhere_for_real_is_behind_the_others() -> None:
    """A real failover is as good as a drill."""
    watch = a_watch(Drills(EACH_EVENING), images=IMAGES)
    lived(watch, DAY, (HOUR, lambda: order(watch, "db", OrderKind.FAILOVER)))

    assert requested(watch) == ["db-northeurope", "web-drill-northeurope"]


def test_a_drill_that_is_always_blocked_keeps_nobody_else_from_his() -> None:
    """Its template does not say excludeFromLatest; it is told, and the other's turn comes."""
    watch = a_watch(Drills(EACH_EVENING), images=IMAGES)
    wrong = watch.world.templates[watch.images[0].watched[2]]
    wrong.look.body["properties"]["distribute"][0]["excludeFromLatest"] = False  # type: ignore[index]
    lived(watch, 3 * DAY)

    assert requested(watch) == ["web-drill-northeurope"]
    assert len(told(watch)) == 2
    assert all("excludeFromLatest" in each for each in told(watch))


def test_an_image_that_is_only_observed_is_drilled_when_a_person_says_so() -> None:
    """The schedule is for images that are to be answered."""
    watch = a_watch(Drills(EACH_EVENING), Mode.OBSERVE)
    lived(watch, 2 * DAY, (26 * HOUR, lambda: order(watch)))

    assert requested(watch) == ["web-drill-northeurope"]


def test_without_a_schedule_there_are_no_drills() -> None:
    """The control."""
    watch = lived(a_watch(Drills()), DAY)

    assert requested(watch) == []
    assert not watch.state.schedules


def test_a_restart_neither_repeats_nor_loses_a_drill() -> None:
    """Each time of the schedule is ordered once."""
    watch = a_watch(Drills(EACH_EVENING))
    lived(watch, 2 * DAY, (EVENING + MINUTE, watch.boot), (EVENING + 2 * HOUR, watch.boot))

    assert requested(watch) == ["web-drill-northeurope"] * 2
    assert [drill_outcome(each) for each in drills(watch)] == [DrillOutcome.SUCCEEDED] * 2


def test_an_image_that_must_be_drilled_is_held_until_it_was() -> None:
    """By `drills.require_within`: the same outage is answered only after a good drill."""
    for evening, answered in ((None, 0), (EACH_EVENING, 1)):
        watch = a_watch(Drills(evening, require_within=7 * DAY))

        def fail(watch: Watch = watch) -> None:
            watch.world.weather.endings[WEST] = ENDINGS["generic"]
            runs.begin(watch.world, watch.images[0].primary, Cause.SCHEDULE)

        lived(watch, 2 * DAY, (DAY, fail))

        entries = list(watch.journal.read())
        held = [e for e in entries if isinstance(e, Decided) and e.reason == "not_drilled"]
        assert requested(watch).count("web-northeurope") == answered
        assert bool(held) == (not answered)


def test_a_drill_leaves_its_version_out_of_what_answers_a_failure() -> None:
    """Where all publish into one definition, a version that is no latest supersedes nothing."""
    watch = a_watch(Drills(EACH_EVENING))
    entries = lived(watch, DAY).journal.read()
    ends = [each for each in entries if isinstance(each, Closed)]
    intents = [each for each in watch.journal.read() if isinstance(each, Intended)]

    assert [each.outcome for each in ends] == [Outcome.SUCCEEDED]
    assert [each.actor for each in intents] == ["schedule"]
    assert all(version.excluded for version in _drilled_versions(watch))


def _drilled_versions(watch: Watch) -> list[object]:
    return [
        version
        for definition in watch.world.galleries.values()
        for version in definition.versions.values()
        if version.template == watch.images[0].drill
    ]
