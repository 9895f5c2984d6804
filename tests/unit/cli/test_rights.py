"""Every right that aibwatch needs, refused in turn: `check` names it, and what is lost without it.

Over the wire, where Azure refuses; the simulated one knows actions by ARM's rule for their names,
not by our table.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from aibwatch.azure.door import open_azure
from aibwatch.azure.settings import AzureSettings
from aibwatch.cli.finding import Finding, Trouble, exit_code
from aibwatch.cli.inspection import Inspection
from aibwatch.cli.refusals import Refusals, missing
from aibwatch.cli.rights import TRIED, Right
from aibwatch.model.access import CredentialKind
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.policy import Policy
from aibwatch.model.readiness import Colour
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.front import KIND
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE, Op
from builders import SUBSCRIPTION, a_policy
from unit.cli.estates import NOW, an_estate, fleet

POLICY = a_policy()
NETWORKS = "/providers/Microsoft.Network/virtualNetworks"
FOREIGN = "22222222-2222-2222-2222-222222222222"
UNTOLD = {each for each in TRIED if not each.calls}
"""Those without which nothing is refused, only left out."""


@pytest.fixture(scope="module")
def arm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArmServer]:
    """A fleet that rests on something of every kind, behind TLS; its time stands still."""
    world = an_estate()
    world.throttled = False
    with arm_running(world, tmp_path_factory.mktemp("arm"), speed=0) as server:
        yield server


@pytest.fixture(autouse=True)
def granted(arm: ArmServer) -> Iterator[None]:
    """Grant everything again after each test."""
    yield
    arm.do(lambda world: world.estate.denied.clear())
    arm.do(lambda world: world.weather.clear(EVERYWHERE))
    arm.do(lambda world: setattr(world.estate, "wide", False))


def found(
    arm: ArmServer, *denied: str, policy: Policy = POLICY, daemons: bool = True
) -> dict[str, Finding]:
    """Return what is found where these actions are denied, by what it is about."""
    arm.do(lambda world: world.estate.denied.update(map(str.lower, denied)))
    settings = AzureSettings(
        endpoint=arm.endpoint, ca_file=arm.ca_file, credential=CredentialKind.STATIC, token="any"
    )

    async def look() -> list[Finding]:
        refusals = Refusals()
        azure = await open_azure(settings, observer=refusals)
        try:
            looked = Inspection(fleet(), (SUBSCRIPTION,), policy, NOW, refusals=refusals)
            return await replace(looked, daemons=daemons).of(azure)
        finally:
            await azure.close()

    return {each.what: each for each in asyncio.run(look())}


def rights(findings: dict[str, Finding]) -> dict[str, Finding]:
    """Return what is said of rights, by action."""
    named = {each.partition("right "): told for each, told in findings.items()}
    return {action: told for (before, split, action), told in named.items() if split and not before}


def test_who_has_all_rights_hears_nothing_of_them(arm: ArmServer) -> None:
    """And all is well with the fleet below, so that what is said there is of the right alone."""
    findings = found(arm)

    assert rights(findings) == {}
    assert {each.colour for each in findings.values()} <= {Colour.GREEN, Colour.YELLOW}
    assert exit_code(findings.values()) == 0


@pytest.mark.parametrize("right", TRIED, ids=lambda each: each.action)
def test_a_right_that_is_missing_is_named_with_what_is_lost(arm: ArmServer, right: Right) -> None:
    """The exact action, so that it can be put into a role, how often, and none besides."""
    before = len(arm.requests)
    named = rights(found(arm, right.action, daemons=False))
    refused = sum(each.status == 403 for each in arm.requests[before:])

    assert named.keys() == ({each.action for each in UNTOLD} if right in UNTOLD else {right.action})
    told, lost = named[right.action], f"; without it {right.lost}"
    if right in UNTOLD:
        assert told.says.startswith("may be missing: of 1 that were asked for nothing is shown")
    else:
        assert told.says == f"missing, refused {refused}x{lost}"
    assert told.says.endswith(lost)
    assert told.colour is (Colour.UNKNOWN if right in UNTOLD else right.colour)
    assert told.trouble is right.trouble


def test_only_templates_that_cannot_be_read_keep_aibwatch_from_all(arm: ArmServer) -> None:
    """Read alone or listed; without any other right it knows less, and holds where it must."""
    needed = [each for each in TRIED if each.trouble]
    arm.do(lambda world: world.weather.set(EVERYWHERE, MENU["403"], Op.LIST))

    findings = found(arm)

    assert [each.action.rpartition("/")[0] for each in needed] == [KIND]
    assert rights(findings).keys() == {needed[0].action}
    assert exit_code(findings.values()) == Trouble.PERMISSION


def test_what_nobody_shows_may_be_a_right_that_is_missing(arm: ArmServer) -> None:
    """An account goes by its address, and is asked for by nothing that could be refused."""
    action = "Microsoft.Storage/storageAccounts/read"

    (told,) = rights(found(arm, action, policy=a_policy(logs=False))).values()

    assert told.colour is Colour.UNKNOWN
    assert told.says.startswith("may be missing: of 1 that were asked for nothing is shown; ")


def test_a_role_that_is_wider_than_needed_is_told_where_it_can_be_read(arm: ArmServer) -> None:
    """And nothing is missing where it cannot: nobody needs to read it but for this."""
    well, whole = found(arm), f"/subscriptions/{SUBSCRIPTION}"
    arm.do(lambda world: world.weather.set(whole, MENU["403"], Op.RIGHTS))
    unread = found(arm)
    arm.do(lambda world: world.weather.clear(whole))
    arm.do(lambda world: setattr(world.estate, "wide", True))
    wide, of_a_person = found(arm), found(arm, daemons=False)

    assert well.keys() == unread.keys() == of_a_person.keys()
    assert wide.keys() - well.keys() == {f"role in {SUBSCRIPTION}"}


def test_an_outage_is_no_right_that_is_missing(arm: ArmServer) -> None:
    """Nor is anything else that is not a refusal."""
    arm.do(lambda world: world.weather.set(EVERYWHERE, MENU["503"]))

    assert rights(found(arm)) == {}


def test_what_another_tenant_has_may_be_a_right_that_is_missing() -> None:
    """A subscription that we are not shown is not found, which says nothing of what is in it."""
    network = ResourceId(f"/subscriptions/{FOREIGN}/resourceGroups/N{NETWORKS}/vnet/")
    twice = ResourceId(network.lower())
    sightings = Sightings(booted=NOW)
    fault = Fault(FaultKind.PERMISSION, "grant it", 404, "SubscriptionNotFound")
    sightings.resources.update({network: fault, twice: fault})

    (told,) = missing(Refusals(), sightings)

    assert told.what == "right Microsoft.Network/virtualNetworks/read"
    assert told.says.startswith("may be missing: of 1 that were asked for nothing is shown; ")


def test_one_identity_of_which_grants_are_shown_is_enough() -> None:
    """The others may have none, or have them through a group, which is never shown."""
    told, more = {"principal": "p"}, {"principal": "q", "publishes_in": "", "joins_in": ""}
    sightings = Sightings(booted=NOW)
    sightings.resources[ResourceId("one")] = Resource(ResourceId("one"), "identity", told=told)
    alone = [*missing(Refusals(), sightings)]
    sightings.resources[ResourceId("two")] = Resource(ResourceId("two"), "identity", told=more)

    assert len(alone) == len(UNTOLD)
    assert [*missing(Refusals(), sightings)] == []
