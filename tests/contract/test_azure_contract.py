"""One suite over `ports.Azure`, run against everything that implements it.

Each test asks a question of a World; both implementations (see conftest) must give the same
answer, so that what is proved in simulation holds for the wire.
"""

from datetime import datetime, timedelta

import pytest

from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.names import DefinitionId, Region, TemplateId
from aibwatch.model.notice import Notice
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.ports import Azure
from aibwatch.sim import runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.weather import EVERYWHERE, Distortion, Op
from aibwatch.sim.world import World
from contract.asking import (
    ABSENT,
    GALLERY,
    KINDS,
    NORTH,
    START,
    SUBSCRIPTION,
    WEST,
    Asker,
    bad,
    good,
)


def test_a_list_shows_every_template_of_every_page(
    ask: Asker, west: TemplateId, north: TemplateId
) -> None:
    """One page holds one template here."""
    found = good(ask(lambda azure: azure.templates(SUBSCRIPTION)))

    assert {each.id: each.region for each in found} == {west: WEST, north: NORTH}


def test_a_template_read_alone_is_as_the_list_shows_it(ask: Asker, west: TemplateId) -> None:
    """The list is compact JSON, a read is the provider's pretty print: the same value."""
    listed = good(ask(lambda azure: azure.templates(SUBSCRIPTION)))
    alone = good(ask(lambda azure: azure.template(west)))

    assert alone in listed
    assert (alone.definition, alone.targets) == (GALLERY, (WEST, NORTH))
    assert alone.provisioning is ProvisioningState.SUCCEEDED
    assert (alone.run, alone.modified) == (None, START)
    assert alone.build_timeout == timedelta(minutes=90)
    assert len(alone.outputs) == 1


def test_one_recipe_in_two_regions_has_one_hash(
    ask: Asker, west: TemplateId, north: TemplateId
) -> None:
    """So that what built in one region counts in the other."""
    first = good(ask(lambda azure: azure.template(west)))
    second = good(ask(lambda azure: azure.template(north)))

    assert first.recipe == second.recipe != ""


def test_an_unchanged_template_is_the_same_object_in_the_next_list(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """Reading is the hot path: what has not changed is not decoded again."""

    async def twice(azure: Azure) -> tuple[list[bool], list[TemplateId]]:
        first = {each.id: each for each in good(await azure.templates(SUBSCRIPTION))}
        runs.begin(world, west, Cause.HUMAN)
        second = {each.id: each for each in good(await azure.templates(SUBSCRIPTION))}
        return [first[name] is second[name] for name in sorted(first)], sorted(first)

    same, names = ask(twice)

    assert same == [name != west for name in names]


def test_a_template_that_is_not_there_is_not_found(ask: Asker) -> None:
    """Surely absent, not unreadable; and it cannot be run."""
    assert bad(ask(lambda azure: azure.template(ABSENT))) is FaultKind.NOT_FOUND

    reply = ask(lambda azure: azure.start(ABSENT))

    assert (reply.event, bad(reply.fault)) == (Event.REFUSED, FaultKind.NOT_FOUND)


def test_a_run_that_was_accepted_is_seen_running(ask: Asker, west: TemplateId) -> None:
    """Its start is its identity; it has no end yet."""
    reply = ask(lambda azure: azure.start(west))
    run = good(ask(lambda azure: azure.template(west))).run

    assert (reply.event, reply.fault) == (Event.BEGAN, None)
    assert reply.operation
    assert reply.request_id
    assert run is not None
    assert (run.state, run.started, run.ended) == (RunState.RUNNING, START, None)


def test_a_second_run_request_is_a_conflict(ask: Asker, world: World, west: TemplateId) -> None:
    """Somebody runs it, which is not "the candidate is bad" (PROMISES S6)."""
    ask(lambda azure: azure.start(west))

    for status in (409, 405):
        world.conflict_status = status
        reply = ask(lambda azure: azure.start(west))

        assert reply.event is Event.UNCLEAR
        assert bad(reply.fault) is FaultKind.CONFLICT
    assert sum(isinstance(each, RunStarted) for each in world.truth) == 1


def test_a_cancelled_run_is_first_canceling_and_then_canceled(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """A yes to the cancel says nothing about the end of the run."""
    ask(lambda azure: azure.start(west))

    reply = ask(lambda azure: azure.cancel(west))
    at_once = good(ask(lambda azure: azure.template(west))).run
    world.advance(START + timedelta(minutes=5))
    later = good(ask(lambda azure: azure.template(west))).run

    assert reply.event is Event.BEGAN
    assert at_once is not None
    assert later is not None
    assert (at_once.state, at_once.ended) == (RunState.CANCELING, None)
    assert (later.state, later.started) == (RunState.CANCELED, START)
    assert later.ended is not None


def test_a_finished_build_is_published_and_replicated(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """The version that the output names is the one that the gallery lists."""
    runs.begin(world, west, Cause.HUMAN)
    world.advance(START + timedelta(hours=2))

    template = good(ask(lambda azure: azure.template(west)))
    publication = good(ask(lambda azure: azure.publication(template)))
    versions = good(ask(lambda azure: azure.versions(GALLERY)))

    assert template.run is not None
    assert template.run.state is RunState.SUCCEEDED
    assert publication.provisioned
    assert publication.version in versions
    assert publication.version is not None
    assert publication.artifact == publication.version.id
    assert publication.version.provisioned
    assert set(publication.version.replicated) == {WEST, NORTH}
    assert publication.version.pending == ()


def test_a_replica_that_is_not_there_yet_is_pending(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """Replication may take a day; until then the image is not everywhere."""
    world.weather.replication[NORTH] = timedelta(hours=20)
    runs.begin(world, west, Cause.HUMAN)
    world.advance(START + timedelta(hours=2))

    versions = good(ask(lambda azure: azure.versions(GALLERY)))

    assert [(each.replicated, each.pending) for each in versions] == [((WEST,), (NORTH,))]


def test_a_template_that_never_ran_has_published_nothing(ask: Asker, west: TemplateId) -> None:
    """There is no output to read."""
    template = good(ask(lambda azure: azure.template(west)))

    assert bad(ask(lambda azure: azure.publication(template))) is FaultKind.NOT_FOUND


def test_a_definition_has_a_home(ask: Asker) -> None:
    """One that is not there is not found."""
    nowhere = DefinitionId(f"{GALLERY}-2")

    assert ask(lambda azure: azure.definition(GALLERY)) == Definition(GALLERY, NORTH)
    assert ask(lambda azure: azure.versions(GALLERY)) in ([], ())
    assert bad(ask(lambda azure: azure.definition(nowhere))) is FaultKind.NOT_FOUND
    assert bad(ask(lambda azure: azure.versions(nowhere))) is FaultKind.NOT_FOUND


@pytest.mark.parametrize("emerging", [False, True])
@pytest.mark.parametrize("regions", [(WEST, Region("eastus2")), ()])
@pytest.mark.parametrize("mitigated", [None, START + timedelta(hours=1)])
def test_a_notice_is_the_same_from_either_source(
    ask: Asker,
    world: World,
    regions: tuple[Region, ...],
    mitigated: datetime | None,
    *,
    emerging: bool,
) -> None:
    """Region names, "Global", the kind and the instants survive the wire."""
    updated = mitigated or START
    announcement = Announcement(
        "ABC-1", "Builds fail", regions, START, updated, mitigated=mitigated, emerging=emerging
    )
    world.announcements.append(announcement)

    events = good(ask(lambda azure: azure.events(SUBSCRIPTION)))
    issues = good(ask(lambda azure: azure.emerging()))

    told, silent = (issues, events) if emerging else (events, issues)
    assert list(silent) == []
    assert list(told) == [
        Notice(
            id="ABC-1",
            kind="EmergingIssue" if emerging else "ServiceIssue",
            title="Builds fail",
            services=frozenset({"Azure Image Builder"}),
            regions=frozenset(regions),
            active=mitigated is None,
            began=START,
            mitigated=mitigated,
            everywhere=not regions,
            level="" if emerging else "Error",
        )
    ]


def test_the_inventory_knows_last_runs_late(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """Templates that never ran are left out, and so is what happened just now."""
    runs.begin(world, west, Cause.HUMAN)
    at_once = good(ask(lambda azure: azure.last_runs([west, north])))
    world.advance(START + world.graph_delay)

    later = good(ask(lambda azure: azure.last_runs([west, north])))

    assert list(at_once) == []
    assert [(each.template, each.started, each.ended) for each in later] == [(west, START, None)]


def test_the_inventory_knows_where_an_account_is(ask: Asker, world: World) -> None:
    """Of those that we may read; of others it knows nothing."""
    world.accounts["journals"] = WEST

    assert good(ask(lambda azure: azure.account_region("journals"))) == WEST
    assert good(ask(lambda azure: azure.account_region("others"))) is None

    world.weather.set(EVERYWHERE, MENU["500"])
    assert bad(ask(lambda azure: azure.account_region("journals"))) is FaultKind.PLATFORM


def test_azures_time_is_told_by_azure(ask: Asker, world: World) -> None:
    """A 403 tells it as well; a 500 does not."""
    world.weather.skew = timedelta(minutes=3)
    shown = ask(lambda azure: azure.azure_time(SUBSCRIPTION))
    world.weather.set(EVERYWHERE, MENU["403"], Op.SUBSCRIPTION)
    forbidden = ask(lambda azure: azure.azure_time(SUBSCRIPTION))
    world.weather.set(EVERYWHERE, MENU["500"], Op.SUBSCRIPTION)
    broken = ask(lambda azure: azure.azure_time(SUBSCRIPTION))

    assert shown == forbidden == START + timedelta(minutes=3)
    assert bad(broken) is FaultKind.PLATFORM


SURELY_NOTHING_BEGAN = {"401", "403", "429"}


@pytest.mark.parametrize("name", list(MENU))
def test_every_bad_answer_is_the_same_fault(
    ask: Asker, world: World, west: TemplateId, name: str
) -> None:
    """To a list, to a read and to a run request, which is refused or unclear."""
    world.weather.set(EVERYWHERE, MENU[name])

    listed = ask(lambda azure: azure.templates(SUBSCRIPTION))
    read = ask(lambda azure: azure.template(west))
    reply = ask(lambda azure: azure.start(west))

    assert isinstance(read, Fault)
    assert (bad(listed), read.kind, bad(reply.fault)) == (KINDS[name],) * 3
    assert read.retry_after == (timedelta(seconds=5) if name == "429" else None)
    expected = Event.REFUSED if name in SURELY_NOTHING_BEGAN else Event.UNCLEAR
    assert reply.event is expected


@pytest.mark.parametrize("name", ["500", "504", "silence", "reset", "html"])
def test_a_run_may_have_begun_behind_a_bad_answer(
    ask: Asker, world: World, west: TemplateId, name: str
) -> None:
    """It is unclear, and the template itself tells (PROMISES S2)."""
    world.weather.set(west, MENU[name], Op.RUN, begins=True)

    reply = ask(lambda azure: azure.start(west))
    run = good(ask(lambda azure: azure.template(west))).run

    assert reply.event is Event.UNCLEAR
    assert run is not None
    assert run.started == START


def test_a_region_that_is_dark_drops_out_of_the_list(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """Missing from a list is not gone: its template, read alone, is a fault and not a 404."""
    world.weather.set(WEST, MENU["503"], Op.READ, Op.LIST)

    found = good(ask(lambda azure: azure.templates(SUBSCRIPTION)))
    alone = ask(lambda azure: azure.template(west))

    assert [each.id for each in found] == [north]
    assert bad(alone) is FaultKind.PLATFORM


@pytest.mark.parametrize("distortion", list(Distortion))
def test_a_body_that_looks_right_and_is_not_starts_nothing(
    ask: Asker, world: World, west: TemplateId, north: TemplateId, distortion: Distortion
) -> None:
    """Nulls leave nothing to read; unknown states and impossible dates leave an UNKNOWN run."""
    runs.begin(world, west, Cause.HUMAN)
    world.weather.distortions[west] = distortion

    listed = {each.id: each for each in good(ask(lambda azure: azure.templates(SUBSCRIPTION)))}
    alone = ask(lambda azure: azure.template(west))

    assert north in listed
    if distortion is Distortion.NULLS:
        assert west not in listed
        assert bad(alone) is FaultKind.NONSENSE
    else:
        assert alone == listed[west]
        run = listed[west].run
        assert run is not None
        assert run.state is RunState.UNKNOWN
