"""The face in process: what `ports.Azure` says about a World, faults included."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import TypeVar

import pytest

from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Publication
from aibwatch.model.names import TemplateId
from aibwatch.model.template import ProvisioningState, RunState, Template
from aibwatch.ports import Azure
from aibwatch.sim import body, runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Distortion, Op
from aibwatch.sim.world import World
from builders import HOUR, MINUTE, NOON, NORTH, SUBSCRIPTION, WEB, WEB_NORTH, WEST, a_definition_id

T = TypeVar("T")


def ask(question: Coroutine[object, object, T | Fault]) -> T:
    """Ask and expect an answer."""
    found = asyncio.run(question)
    assert not isinstance(found, Fault), found
    return found


def fault(question: Coroutine[object, object, object]) -> Fault:
    """Ask and expect a fault."""
    found = asyncio.run(question)
    assert isinstance(found, Fault)
    return found


def listed(azure: SimulatedAzure) -> list[TemplateId]:
    """Return the ids that a list shows."""
    return [each.id for each in ask(azure.templates(SUBSCRIPTION))]


def test_it_is_the_azure_that_the_ports_ask_for(azure: SimulatedAzure) -> None:
    """The type checker holds it to the protocol; this names where."""
    port: Azure = azure

    assert ask(port.azure_time(SUBSCRIPTION)) == NOON


def test_an_unchanged_template_is_the_same_object_again(
    world: World, azure: SimulatedAzure
) -> None:
    """By list and by read, until it shows something else."""
    first = ask(azure.template(WEB))
    world.advance(NOON + MINUTE)
    again = next(each for each in ask(azure.templates(SUBSCRIPTION)) if each.id == WEB)
    runs.begin(world, WEB, Cause.HUMAN)
    after = ask(azure.template(WEB))

    assert again is first
    assert after is not first
    assert after.busy


def test_a_template_is_read_as_its_owner_wrote_it(azure: SimulatedAzure) -> None:
    """Region, gallery, targets, outputs and timeout come out of the authored body."""
    read = ask(azure.template(WEB))

    assert (read.region, read.provisioning) == (WEST, ProvisioningState.SUCCEEDED)
    assert (read.definition, read.targets) == (a_definition_id("web"), (NORTH, WEST))
    assert (read.outputs, read.build_timeout) == (("web-gallery",), 90 * MINUTE)
    assert read.run is None


def test_primary_and_secondary_of_one_image_have_one_recipe(
    world: World, azure: SimulatedAzure
) -> None:
    """What is bound to a region is not in the recipe; what is built is."""
    same = {ask(azure.template(each)).recipe for each in (WEB, WEB_NORTH)}
    look = world.templates[WEB].look
    properties = body.at(look.body, "properties")
    assert isinstance(properties, dict)
    world.rewrite(WEB, {**look.body, "properties": {**properties, "customize": []}})

    assert len(same) == 1
    assert ask(azure.template(WEB)).recipe not in same


def test_a_region_that_is_dark_drops_out_of_the_list(world: World, azure: SimulatedAzure) -> None:
    """Its templates are missing from the list and cannot be read; the others are there."""
    world.weather.set(WEST, MENU["500"], Op.READ)

    assert listed(azure) == [WEB_NORTH]
    assert fault(azure.template(WEB)).kind is FaultKind.PLATFORM


def test_one_template_may_be_unreadable_though_it_is_listed(
    world: World, azure: SimulatedAzure
) -> None:
    """Azvmimagebuilder #129: a read fails for 25 minutes while the build goes on."""
    world.weather.set(WEB, MENU["500"], Op.READ)

    assert listed(azure) == [WEB_NORTH, WEB]
    assert fault(azure.template(WEB)).status == 500


@pytest.mark.parametrize(
    ("word", "kind", "event"),
    [
        ("401", FaultKind.AUTH, Event.REFUSED),
        ("403", FaultKind.PERMISSION, Event.REFUSED),
        ("429", FaultKind.THROTTLED, Event.REFUSED),
        ("500", FaultKind.PLATFORM, Event.UNCLEAR),
        ("502", FaultKind.PLATFORM, Event.UNCLEAR),
        ("503", FaultKind.PLATFORM, Event.UNCLEAR),
        ("504", FaultKind.PLATFORM, Event.UNCLEAR),
        ("cut", FaultKind.NONSENSE, Event.UNCLEAR),
        ("html", FaultKind.NONSENSE, Event.UNCLEAR),
        ("junk", FaultKind.NONSENSE, Event.UNCLEAR),
        ("reset", FaultKind.TIMEOUT, Event.UNCLEAR),
        ("silence", FaultKind.TIMEOUT, Event.UNCLEAR),
        ("trickle", FaultKind.TIMEOUT, Event.UNCLEAR),
    ],
)
def test_every_trouble_has_its_fault_and_starts_nothing(
    world: World, azure: SimulatedAzure, word: str, kind: FaultKind, event: Event
) -> None:
    """A 4xx surely began nothing; after everything else nobody can tell from the answer."""
    world.weather.set(WEST, MENU[word])

    told = asyncio.run(azure.start(WEB))

    assert fault(azure.template(WEB)).kind is kind
    assert (told.event, told.fault and told.fault.kind) == (event, kind)
    assert world.truth == []


def test_a_run_may_begin_behind_an_unclear_answer(world: World, azure: SimulatedAzure) -> None:
    """A 504, once: the run is there, and a second request finds a conflict."""
    world.weather.set(WEST, MENU["504"], Op.RUN, begins=True, times=1)

    first = asyncio.run(azure.start(WEB))
    second = asyncio.run(azure.start(WEB))

    assert (first.event, second.event) == (Event.UNCLEAR, Event.UNCLEAR)
    assert second.fault is not None
    assert second.fault.kind is FaultKind.CONFLICT
    assert len(world.truth) == 1


def test_a_template_that_is_not_provisioned_cannot_run(world: World, azure: SimulatedAzure) -> None:
    """ServerError: the one provisioning error that is the platform's."""
    world.submit(WEB, ProvisioningState.FAILED, ("ServerError", "Something happened."))

    told = asyncio.run(azure.start(WEB))

    assert told.fault is not None
    assert told.fault.code == "OperationNotAllowed"
    assert ask(azure.template(WEB)).provisioning_error == "ServerError: Something happened."


def test_a_cancel_without_a_run_is_a_conflict(azure: SimulatedAzure) -> None:
    """Nothing runs, so nothing can be cancelled."""
    told = asyncio.run(azure.cancel(WEB))

    assert told.fault is not None
    assert told.fault.kind is FaultKind.CONFLICT


@pytest.mark.parametrize(
    ("distortion", "expected"),
    [(Distortion.STATES, RunState.UNKNOWN), (Distortion.DATES, RunState.UNKNOWN)],
)
def test_a_state_that_nobody_knows_is_unknown(
    world: World, azure: SimulatedAzure, distortion: Distortion, expected: RunState
) -> None:
    """A word or a date of tomorrow's API makes the run unknown, never failed."""
    runs.begin(world, WEB, Cause.HUMAN)
    world.weather.distortions[WEST] = distortion

    run = ask(azure.template(WEB)).run

    assert run is not None
    assert run.state is expected


def test_a_body_of_nulls_is_nonsense_and_costs_only_itself(
    world: World, azure: SimulatedAzure
) -> None:
    """The read is a fault; the list goes on without it."""
    world.weather.distortions[WEST] = Distortion.NULLS

    assert fault(azure.template(WEB)).kind is FaultKind.NONSENSE
    assert listed(azure) == [WEB_NORTH]


def test_a_publication_is_there_only_after_a_good_run(world: World, azure: SimulatedAzure) -> None:
    """Run outputs are overwritten by each good run, and missing before the first."""

    def publication(template: Template) -> Publication:
        return ask(azure.publication(template))

    before = fault(azure.publication(ask(azure.template(WEB))))
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + HOUR)
    first = publication(ask(azure.template(WEB)))
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + 2 * HOUR)
    second = publication(ask(azure.template(WEB)))

    assert before.kind is FaultKind.NOT_FOUND
    assert first.version is not None
    assert second.version is not None
    assert (first.version.name, second.version.name) == ("1.0.1", "1.0.2")
    assert set(first.version.replicated) == {NORTH, WEST}


def test_versions_come_oldest_first_whoever_published_them(
    world: World, azure: SimulatedAzure
) -> None:
    """Somebody else's version counts like one of ours."""
    world.advance(NOON + HOUR)
    runs.publish(world, a_definition_id("web"))
    runs.built_before(world, WEB, NOON)

    found = ask(azure.versions(a_definition_id("web")))

    assert [each.published for each in found] == [NOON, NOON + HOUR]
    assert all(each.provisioned for each in found)


def test_resource_graph_answers_late_while_the_region_is_dark(
    world: World, azure: SimulatedAzure
) -> None:
    """Rows are as old as the delay; a template that never ran has none."""
    world.weather.set(WEST, MENU["503"], Op.READ)
    runs.begin(world, WEB, Cause.HUMAN)
    world.advance(NOON + 5 * MINUTE)
    early = ask(azure.last_runs([WEB, WEB_NORTH]))
    world.advance(NOON + world.graph_delay)
    late = ask(azure.last_runs([WEB, WEB_NORTH]))

    assert list(early) == []
    assert [(each.template, each.phase) for each in late] == [(WEB, "Queued")]


def test_events_and_emerging_issues_are_two_sources(world: World, azure: SimulatedAzure) -> None:
    """An event without regions is everywhere; a resolved one is not active."""
    event = Announcement("A-1", "AIB in West Europe", (WEST,), NOON - HOUR, NOON, mitigated=NOON)
    issue = Announcement("B-2", "AIB", (), NOON, NOON, emerging=True)
    world.announcements += [event, issue]

    told = ask(azure.events(SUBSCRIPTION))
    emerging = ask(azure.emerging())

    assert [(each.id, each.active, each.regions) for each in told] == [("A-1", False, {WEST})]
    assert [(each.id, each.active, each.everywhere) for each in emerging] == [("B-2", True, True)]


def test_azures_clock_may_be_off(world: World, azure: SimulatedAzure) -> None:
    """The self-test sees the skew; a 403 is as good an answer as any, a 500 is none."""
    world.weather.skew = timedelta(seconds=90)
    world.weather.set(SUBSCRIPTION, MENU["403"], Op.SUBSCRIPTION, times=1)
    skewed = ask(azure.azure_time(SUBSCRIPTION))
    world.weather.set(EVERYWHERE, MENU["500"], Op.SUBSCRIPTION)

    assert skewed == NOON + timedelta(seconds=90)
    assert fault(azure.azure_time(SUBSCRIPTION)).kind is FaultKind.PLATFORM


def test_an_empty_bucket_throttles_and_says_for_how_long(
    world: World, azure: SimulatedAzure
) -> None:
    """The 251st read at one instant is a 429 with Retry-After."""
    for _ in range(250):
        ask(azure.template(WEB))

    throttled = fault(azure.template(WEB))
    world.advance(NOON + timedelta(seconds=1))

    assert (throttled.status, throttled.retry_after) == (429, timedelta(seconds=1))
    assert ask(azure.template(WEB)).id == WEB
