"""How a build moves through its phases and ends."""

from datetime import timedelta

import pytest

from aibwatch.model.names import TemplateId
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.gallery import SimVersion
from aibwatch.sim.templates import RunStatus
from aibwatch.sim.trouble import GENERIC, MENU
from aibwatch.sim.truth import Cause, RunEnded, RunStarted, VersionMade
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World
from builders import HOUR, MINUTE, NOON, NORTH, WEB, WEB_NORTH, WEST, a_definition_id


def run_of(world: World, template: TemplateId = WEB) -> RunStatus:
    """Return the last run, which must be there."""
    run = world.templates[template].run
    assert run is not None
    return run


def versions(world: World) -> list[SimVersion]:
    """Return the versions of the one definition."""
    return list(world.galleries[a_definition_id("web")].versions.values())


def test_a_good_run_passes_every_phase_once(world: World) -> None:
    """Queued, Building, Customizing, Validating, Distributing, then Succeeded without a phase."""
    runs.begin(world, WEB, Cause.HUMAN)
    seen = [run_of(world).phase]
    while world.due is not None:
        world.advance(world.due)
        seen.append(run_of(world).phase)

    assert seen == ["Queued", "Building", "Customizing", "Validating", "Distributing", ""]
    assert run_of(world).state is RunState.SUCCEEDED
    assert run_of(world).ended == NOON + world.build_time


def test_a_good_run_leaves_a_version_where_it_must_be(world: World) -> None:
    """At home at once, elsewhere after replication; its artifact is the run output."""
    world.replication_time = 10 * MINUTE
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + world.build_time)
    made = versions(world)[0]

    assert made.state is ProvisioningState.SUCCEEDED
    assert (made.there(NORTH, world.now), made.there(WEST, world.now)) == (True, False)
    assert made.there(WEST, world.now + 10 * MINUTE)
    assert world.templates[WEB].outputs == {"web-gallery": made.id}


def test_the_truth_tells_who_began_a_run_and_what_came_of_it(world: World) -> None:
    """Checkers rest on these three lines."""
    runs.begin(world, WEB, Cause.SCHEDULE)
    world.advance(NOON + HOUR)
    ended = NOON + world.build_time

    assert world.truth == [
        RunStarted(WEB, NOON, Cause.SCHEDULE),
        VersionMade(a_definition_id("web"), versions(world)[0].id, ended, WEB),
        RunEnded(WEB, NOON, ended, RunState.SUCCEEDED),
    ]


def test_weather_fails_the_builds_of_its_region_only(world: World) -> None:
    """The generic text in WEST; the same build goes well in NORTH."""
    world.weather.endings[WEST] = ENDINGS["generic"]
    for each in (WEB, WEB_NORTH):
        runs.begin(world, each, Cause.HUMAN)
    world.advance(NOON + HOUR)

    assert (run_of(world).state, run_of(world).message) == (RunState.FAILED, GENERIC)
    assert run_of(world, WEB_NORTH).state is RunState.SUCCEEDED
    assert len(versions(world)) == 1


def test_weather_that_comes_late_still_fails_a_later_phase(world: World) -> None:
    """A run past Building fails at the end of the phase that it is in."""
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + world.build_time * 0.9)
    world.weather.endings[WEST] = ENDINGS["generic"]
    world.advance(NOON + HOUR)

    assert run_of(world).state is RunState.FAILED
    assert versions(world)[0].state is ProvisioningState.FAILED


def test_an_owners_fault_follows_the_template_through_any_weather(world: World) -> None:
    """A broken customizer fails in Customizing, with a log, and is never rerun."""
    world.templates[WEB].fault = ENDINGS["customizer"]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)

    assert "customization.log" in run_of(world).message
    assert runs.rerun(world, WEST) == []


@pytest.mark.parametrize("ending", sorted(set(ENDINGS) - {"stuck", "partial", "no-gallery"}))
def test_a_bad_ending_ends_badly_and_leaves_no_good_version(world: World, ending: str) -> None:
    """Each ends the run with its own words and state; nothing of it can be used."""
    world.weather.endings[WEST] = ENDINGS[ending]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)

    assert run_of(world).state is ENDINGS[ending].state
    assert run_of(world).message
    assert "{" not in run_of(world).message
    assert all(each.state is not ProvisioningState.SUCCEEDED for each in versions(world))


def test_a_partial_success_misses_one_region_for_ever(world: World) -> None:
    """The version is there at home, its last target never."""
    world.weather.endings[WEST] = ENDINGS["partial"]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)

    assert run_of(world).state is RunState.PARTIALLY_SUCCEEDED
    assert versions(world)[0].there(NORTH, world.now)
    assert not versions(world)[0].there(WEST, world.now + 1000 * HOUR)


def test_a_stuck_run_stays_running_until_it_is_released(world: World) -> None:
    """The late success of a zombie is a success like any other."""
    world.weather.endings[WEST] = ENDINGS["stuck"]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + 100 * HOUR)
    stuck = run_of(world)
    runs.release(world, WEB)

    assert (stuck.state, stuck.phase) == (RunState.RUNNING, "Building")
    assert run_of(world).state is RunState.SUCCEEDED
    assert run_of(world).ended == NOON + 100 * HOUR
    assert versions(world)[0].there(NORTH, world.now)


def test_a_cancel_takes_its_time_and_keeps_the_start(world: World) -> None:
    """Canceling at once without a phase, Canceled later; the build itself goes no further."""
    runs.begin(world, WEB, Cause.HUMAN)
    runs.cancel(world, WEB)
    canceling = run_of(world)
    world.advance(NOON + HOUR)

    assert (canceling.state, canceling.phase) == (RunState.CANCELING, "")
    assert canceling.message == "Canceling image build"
    assert (run_of(world).state, run_of(world).started) == (RunState.CANCELED, NOON)
    assert run_of(world).ended == NOON + world.cancel_time


def test_a_cancel_may_hang_for_ever(world: World) -> None:
    """Azvmimagebuilder #116: days in Canceling."""
    world.weather.cancels_hang.add(WEST)
    runs.begin(world, WEB, Cause.HUMAN)
    runs.cancel(world, WEB)
    world.advance(NOON + 100 * HOUR)

    assert run_of(world).state is RunState.CANCELING


def test_the_service_reruns_what_it_dropped_and_only_that(world: World) -> None:
    """A rerun is a new run whose start is the recovery."""
    world.weather.endings[WEST] = ENDINGS["generic"]
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)
    world.weather.clear(WEST)

    again = runs.rerun(world, WEST)
    twice = runs.rerun(world, WEST)
    world.advance(NOON + 2 * HOUR)

    assert (again, twice) == ([WEB], [])
    assert RunStarted(WEB, NOON + HOUR, Cause.SERVICE) in world.truth
    assert run_of(world).state is RunState.SUCCEEDED


def test_a_gallery_whose_home_is_out_fails_the_build_elsewhere(world: World) -> None:
    """The version lives in the definition's home region, wherever the build runs."""
    world.weather.set(NORTH, MENU["503"], Op.GALLERY)
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)

    assert "Failed in distributing" in run_of(world).message


def test_the_operation_ends_after_the_run(world: World) -> None:
    """65 s later, as recorded; a failed one alone carries a code."""
    world.templates[WEB].fault = ENDINGS["customizer"]
    operation = runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)
    ended = run_of(world).ended
    assert ended is not None

    assert operation.shown(ended + timedelta(seconds=64)) == "InProgress"
    assert operation.shown(ended + timedelta(seconds=65)) == "Failed"
    assert operation.error is not None
    assert operation.error[0] == "PackerBuildFailed"


def test_a_past_is_there_from_the_start(world: World) -> None:
    """History needs no hours of simulation: one good run and its version, both dated."""
    runs.built_before(world, WEB, NOON - HOUR)

    assert run_of(world).ended == NOON - HOUR
    assert versions(world)[0].published == NOON - HOUR
    assert world.truth == []


def test_a_version_number_that_is_taken_fails_the_distribution(world: World) -> None:
    """A body may demand one number; the second build of it has nowhere to go."""
    look = world.templates[WEB].look
    fixed = f"{a_definition_id('web')}/versions/2.0.0"
    properties = look.body["properties"]
    assert isinstance(properties, dict)
    target = {"type": "SharedImage", "galleryImageId": fixed, "runOutputName": "web-gallery"}
    world.rewrite(WEB, {**look.body, "properties": {**properties, "distribute": [target]}})
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)
    first = run_of(world).state
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + 2 * HOUR)

    assert first is RunState.SUCCEEDED
    assert run_of(world).state is RunState.FAILED
    assert [each.name for each in versions(world)] == ["2.0.0"]
