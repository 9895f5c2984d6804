"""One suite over `ports.Prerequisites`, run against everything that implements it."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from aibwatch.model.failover import Event
from aibwatch.model.fault import FaultKind
from aibwatch.model.names import NO_BASE, BaseId, Scope, TemplateId, scope_of
from aibwatch.model.supply import Deprecation, Supply, gallery_base, managed_base, platform_base
from aibwatch.sim import runs
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE
from aibwatch.sim.world import World
from contract.asking import (
    ABSENT,
    GALLERY,
    GROUP,
    KINDS,
    NORTH,
    START,
    SUBSCRIPTION,
    WEST,
    Asker,
    bad,
    good,
)

UBUNTU = ("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2")
NEWEST = platform_base(SUBSCRIPTION, NORTH, *UBUNTU, "latest")
EXACT = platform_base(SUBSCRIPTION, NORTH, *UBUNTU, "22.4.7")
MANAGED = managed_base(f"{GROUP}/Microsoft.Compute/images/base")


def regions(supply: Supply) -> Iterable[str]:
    """Return the regions without regard to order."""
    return set(supply.regions)


def test_a_template_names_what_it_builds_from_in_its_own_region(
    ask: Asker, west: TemplateId, north: TemplateId
) -> None:
    """One recipe, two questions: each region has its offers."""
    bases = [
        good(ask(lambda azure, each=each: azure.template(each))).base for each in (north, west)
    ]

    assert bases == [NEWEST, platform_base(SUBSCRIPTION, WEST, *UBUNTU, "latest")]


@pytest.mark.parametrize("base", [NEWEST, EXACT])
def test_a_marketplace_image_is_offered_until_it_is_withdrawn(
    ask: Asker, world: World, base: BaseId
) -> None:
    """In one region, and as long as that is so; of an exact version there is none then."""
    before = good(ask(lambda azure: azure.supply(base)))
    world.withdrawn.add(base)
    after = ask(lambda azure: azure.supply(base))

    assert before == Supply((NORTH,))
    assert after == Supply() if base == NEWEST else bad(after) is FaultKind.NOT_FOUND


@pytest.mark.parametrize("state", Deprecation)
def test_an_exact_version_tells_whether_its_publisher_took_it_back(
    ask: Asker, world: World, state: Deprecation
) -> None:
    """It is offered still, and no VM is made of it once that is done."""
    world.deprecations[EXACT] = state

    assert good(ask(lambda azure: azure.supply(EXACT))) == Supply((NORTH,), state)


def test_a_gallery_version_is_where_it_is_replicated(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """Its number, or the newest; before there is any there is nothing to build from."""
    world.weather.replication[NORTH] = timedelta(hours=20)
    newest = gallery_base(GALLERY)
    none = ask(lambda azure: azure.supply(newest))
    runs.begin(world, west, Cause.HUMAN)
    world.advance(START + timedelta(hours=2))
    only = gallery_base(f"{GALLERY}/versions/1.0.1")

    early = [good(ask(lambda azure, each=each: azure.supply(each))) for each in (newest, only)]
    world.advance(START + timedelta(days=1))
    later = [good(ask(lambda azure, each=each: azure.supply(each))) for each in (newest, only)]
    world.withdrawn.add(only)
    gone = ask(lambda azure: azure.supply(only))

    assert bad(none) is FaultKind.NOT_FOUND
    assert [*map(regions, early)] == [{WEST}] * 2
    assert [*map(regions, later)] == [{WEST, NORTH}] * 2
    assert bad(gone) is FaultKind.NOT_FOUND


def test_a_managed_image_is_where_it_lives(ask: Asker, world: World) -> None:
    """If it lives at all."""
    none = ask(lambda azure: azure.supply(MANAGED))
    world.managed[MANAGED] = WEST

    assert bad(none) is FaultKind.NOT_FOUND
    assert good(ask(lambda azure: azure.supply(MANAGED))) == Supply((WEST,))


def test_nobody_can_be_asked_for_a_base_of_an_unknown_kind(ask: Asker) -> None:
    """That is a fault and no answer."""
    assert bad(ask(lambda azure: azure.supply(NO_BASE))) is FaultKind.REJECTED


def test_a_right_is_given_for_a_group_or_for_one_template(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """Where one template is left out, the group does not give it; others may have their own."""
    scopes = [scope_of(north), Scope(north), Scope(west)]
    before = [ask(lambda azure, each=each: azure.may_run(each)) for each in scopes]
    world.forbidden.add(north)
    after = [ask(lambda azure, each=each: azure.may_run(each)) for each in scopes]

    assert before == [True, True, True]
    assert after == [False, False, True]


def test_a_right_may_be_given_for_a_whole_subscription(ask: Asker, world: World) -> None:
    """It is for groups alone unless somebody was generous."""
    whole = Scope(f"/subscriptions/{SUBSCRIPTION}")
    usual = ask(lambda azure: azure.may_run(whole))
    world.estate.wide = True

    assert usual is False
    assert ask(lambda azure: azure.may_run(whole)) is True


def test_a_run_that_is_forbidden_is_refused(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """Nothing began, which is sure."""
    world.forbidden.add(north)

    refused, taken = (ask(lambda azure, each=each: azure.start(each)) for each in (north, west))

    assert (refused.event, bad(refused.fault)) == (Event.REFUSED, FaultKind.PERMISSION)
    assert taken.event is Event.BEGAN
    assert good(ask(lambda azure: azure.template(north))).run is None


def test_a_definition_that_is_withdrawn_is_not_found(ask: Asker, world: World) -> None:
    """As if somebody had deleted it."""
    world.withdrawn.add(GALLERY)

    assert bad(ask(lambda azure: azure.definition(GALLERY))) is FaultKind.NOT_FOUND


@pytest.mark.parametrize("name", list(MENU))
def test_every_bad_answer_is_the_same_fault(ask: Asker, world: World, name: str) -> None:
    """To each question."""
    world.weather.set(EVERYWHERE, MENU[name])

    offered = ask(lambda azure: azure.supply(NEWEST))
    managed = ask(lambda azure: azure.supply(MANAGED))
    allowed = ask(lambda azure: azure.may_run(scope_of(ABSENT)))

    assert [bad(offered), bad(managed), bad(allowed)] == [KINDS[name]] * 3
