"""What a good build proves of a secondary, and what is told without one. All advisory."""

from dataclasses import replace
from typing import Any

import pytest

from aibwatch.model.blueprint import Dependency, Part
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import ADVISORY, Check, Colour
from aibwatch.model.resource import Resource
from builders import NORTH, SUBSCRIPTION, WEB_NORTH, a_success
from unit.secondaries.prepared import (
    ACCOUNT,
    GALLERY,
    IDENTITY,
    NETWORK,
    SCRIPT,
    SUBNET,
    a_blueprint,
    known,
    one,
    prepared,
    secondary,
    told,
    without,
)

PLAIN = Dependency(Part.SCRIPT, "$.properties.customize[0].scriptUri", ResourceId("http://x.org/a"))


@pytest.mark.parametrize(
    ("success", "colour"),
    [
        (a_success(template=WEB_NORTH), Colour.GREEN),
        (a_success(template=WEB_NORTH, identities="others"), Colour.UNKNOWN),
        (None, Colour.UNKNOWN),
    ],
)
def test_a_good_build_with_the_same_identities_proves_their_roles(
    success: Any, colour: Colour
) -> None:
    """Whatever is shown of them."""
    knows = known(successes={WEB_NORTH: success} if success else {})

    assert one(Check.ROLES, prepared(), knows).colour is colour
    assert one(Check.ROLES, prepared(), known(without(Part.IDENTITY))).colour is Colour.GREEN


HERE_ALL = f"/subscriptions/{SUBSCRIPTION}"
ABOVE = "/providers/microsoft.management/managementgroups/all"


@pytest.mark.parametrize(
    ("publishes", "joins", "colour", "says"),
    [
        (HERE_ALL, HERE_ALL, Colour.GREEN, "may publish there"),
        ("/", f"{ABOVE},{HERE_ALL}", Colour.GREEN, "may publish there"),
        (f"{GALLERY}", NETWORK, Colour.GREEN, "may publish there"),
        (GALLERY[:-1], HERE_ALL, Colour.YELLOW, "versions/write on definition"),
        (HERE_ALL, SUBNET, Colour.YELLOW, "join/action on subnet net-north/containers"),
        ("", "", Colour.YELLOW, "versions/write on definition"),
        (ABOVE, HERE_ALL, Colour.UNKNOWN, "not shown"),
    ],
)
def test_without_a_good_build_assignments_tell_of_roles(
    publishes: str, joins: str, colour: Colour, says: str
) -> None:
    """Of a management group nobody tells us what is below it."""
    grants = {"principal": "p", "publishes_in": publishes, "joins_in": joins}
    kind = "microsoft.managedidentity/userassignedidentities"
    sightings = told(prepared(), IDENTITY, Resource(IDENTITY, kind, NORTH, told=grants))

    item = one(Check.ROLES, sightings, known(successes={}))

    assert item.colour is colour
    assert says in item.says
    assert one(Check.ROLES, sightings).colour is Colour.GREEN
    assert ("az role assignment create" in item.says) is (colour is Colour.YELLOW)


def test_roles_of_which_some_are_not_shown_are_unknown() -> None:
    """With the right that shows them; the identity of the build VM publishes nothing."""
    grants = {"principal": "p", "publishes_in": "", "joins_in": ""}
    kind = "microsoft.managedidentity/userassignedidentities"
    shown = Resource(IDENTITY, kind, NORTH, told=grants)
    first, *others = a_blueprint().rests_on
    of_vm = replace(first, path="$.properties.vmProfile.userAssignedIdentities[0]")
    knows = known(replace(a_blueprint(), rests_on=(of_vm, *others)), successes={})

    item = one(Check.ROLES, prepared(), known(successes={}))

    assert item.colour is Colour.UNKNOWN
    assert "Microsoft.Authorization/roleAssignments/read" in item.says
    assert one(Check.ROLES, told(prepared(), IDENTITY, shown), knows).colour is Colour.UNKNOWN
    both = (first, replace(first, names=ResourceId(f"{IDENTITY}-2")), *others)
    knows = known(replace(a_blueprint(), rests_on=both), successes={})
    assert one(Check.ROLES, told(prepared(), IDENTITY, shown), knows).colour is Colour.UNKNOWN


@pytest.mark.parametrize(
    ("success", "colour", "says"),
    [
        (a_success(template=WEB_NORTH), Colour.GREEN, "2026-03-01"),
        (a_success(template=WEB_NORTH, recipe="older"), Colour.YELLOW, "was changed since"),
        (None, Colour.YELLOW, "no good build there is known"),
    ],
)
def test_a_secondary_that_never_built_as_it_is_now_says_so(
    success: Any, colour: Colour, says: str
) -> None:
    """The first build should not be in an outage."""
    knows = known(successes={WEB_NORTH: success} if success else {})

    item = one(Check.RECENT_DRILL, prepared(), knows)

    assert item.colour is colour
    assert says in item.says


@pytest.mark.parametrize(
    ("written", "automatic", "colour"),
    [
        (False, None, Colour.GREEN),
        (False, False, Colour.GREEN),
        (True, True, Colour.GREEN),
        (True, None, Colour.GREEN),
        (True, False, Colour.YELLOW),
    ],
)
def test_triggers_that_were_switched_off_are_told(
    *, written: bool, automatic: bool | None, colour: Colour
) -> None:
    """One good build arms them again."""
    sightings = prepared(secondary(automatic=automatic))

    item = one(Check.TRIGGERS, sightings, known(replace(a_blueprint(), triggers=written)))

    assert item.colour is colour


@pytest.mark.parametrize("network", ["filtered", "closed"])
def test_a_store_that_does_not_let_everybody_in_is_told(network: str) -> None:
    """A build in another network may be refused there; nothing is fetched to find out."""
    store = Resource(ACCOUNT, "microsoft.storage/storageaccounts", told={"network": network})

    item = one(Check.SCRIPTS, told(prepared(), SCRIPT, store))

    assert item.colour is Colour.YELLOW
    assert "toolsnorth lets in only whom its network rules name" in item.says


def test_where_scripts_come_from_is_told_by_host() -> None:
    """And where their store lives; whether they can be reached is not asked."""
    item = one(Check.SCRIPTS, prepared())

    assert item.colour is Colour.GREEN
    assert "example.com; toolsnorth (northeurope, Standard_LRS)" in item.says
    assert one(Check.SCRIPTS, prepared(), known(without(Part.SCRIPT))).colour is Colour.GREEN


def test_scripts_without_tls_are_yellow() -> None:
    """What is built from them is anybody's."""
    knows = known(replace(a_blueprint(), rests_on=(PLAIN,)))

    item = one(Check.SCRIPTS, prepared(), knows)

    assert item.colour is Colour.YELLOW
    assert "x.org" in item.says
    assert {Check.ROLES, Check.RECENT_DRILL, Check.TRIGGERS, Check.SCRIPTS} <= ADVISORY
