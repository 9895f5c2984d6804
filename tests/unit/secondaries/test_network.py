"""Whether the subnets that a template names fit a build there."""

from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Blueprint, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.resource import Resource
from builders import NORTH, WEST
from unit.secondaries.prepared import (
    CONTAINERS,
    NETWORK,
    SUBNET,
    VNET,
    a_blueprint,
    a_subnet,
    known,
    one,
    prepared,
    told,
    without,
)

GONE = Fault(FaultKind.NOT_FOUND, "none", 404)
DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)
DELEGATED = {"delegated_to": "microsoft.containerinstance/containergroups"}


def without_containers() -> Blueprint:
    """Return the blueprint of one that is reached through a private link."""
    blueprint = a_blueprint()
    kept = tuple(each for each in blueprint.rests_on if each.names != CONTAINERS)
    return replace(blueprint, rests_on=kept)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        (SUBNET, GONE, "there is no subnet net-north/builds"),
        (SUBNET, a_subnet(region=WEST), "in westeurope"),
        (SUBNET, a_subnet(delegated_to="microsoft.web/serverfarms"), "takes no VM"),
        (SUBNET, a_subnet(free="0"), "0 addresses left"),
        (CONTAINERS, GONE, "there is no subnet net-north/containers"),
        (CONTAINERS, a_subnet(CONTAINERS), "not delegated"),
        (CONTAINERS, a_subnet(CONTAINERS, delegated_to="microsoft.web/x"), "to microsoft.web/x"),
        (CONTAINERS, a_subnet(CONTAINERS, free="0", **DELEGATED), "0 addresses left"),
    ],
)
def test_a_subnet_that_fits_no_build_is_red_and_says_why(
    name: ResourceId, answer: Resource | Fault, says: str
) -> None:
    """Each with its remedy behind the semicolon."""
    item = one(Check.SUBNET, told(prepared(), name, answer))

    assert item.colour is Colour.RED
    assert says in item.says
    assert "; " in item.says


@pytest.mark.parametrize(
    ("policies", "colour"), [("enabled", Colour.RED), ("disabled", Colour.GREEN)]
)
def test_a_private_link_needs_its_policies_off(policies: str, colour: Colour) -> None:
    """So it is with a subnet for the build VM alone."""
    sightings = told(prepared(), SUBNET, a_subnet(private_link_policies=policies))

    assert one(Check.SUBNET, sightings, known(without_containers())).colour is colour


def test_with_a_subnet_for_containers_there_is_no_private_link() -> None:
    """Its policies are of no matter then."""
    sightings = told(prepared(), SUBNET, a_subnet(private_link_policies="enabled"))

    assert one(Check.SUBNET, sightings).colour is Colour.GREEN


@pytest.mark.parametrize(("free", "colour"), [("3", Colour.RED), ("4", Colour.GREEN)])
def test_a_private_link_takes_more_addresses(free: str, colour: Colour) -> None:
    """The build VM, a proxy, a balancer, the link."""
    sightings = told(prepared(), SUBNET, a_subnet(free=free))

    assert one(Check.SUBNET, sightings, known(without_containers())).colour is colour
    assert one(Check.SUBNET, sightings).colour is Colour.GREEN


@pytest.mark.parametrize(
    ("other", "says"),
    [(SUBNET, "named for both"), (ResourceId(f"{NETWORK}-2/subnets/c"), "in another network")],
)
def test_the_containers_subnet_is_another_one_of_the_same_network(
    other: ResourceId, says: str
) -> None:
    """Microsoft asks for both."""
    blueprint = a_blueprint()
    moved = tuple(
        replace(each, names=other) if each.path == f"{VNET}.containerInstanceSubnetId" else each
        for each in blueprint.rests_on
    )
    sightings = prepared()
    sightings.resources[other] = a_subnet(other, **DELEGATED)
    sightings.resources_seen[other] = sightings.resources_seen[SUBNET]

    item = one(Check.SUBNET, sightings, known(replace(blueprint, rests_on=moved)))

    assert item.colour is Colour.RED
    assert says in item.says


def test_a_subnet_that_may_not_be_read_is_unknown_and_names_the_right() -> None:
    """403 and 404 are told apart."""
    item = one(Check.SUBNET, told(prepared(), SUBNET, DENIED))

    assert item.colour is Colour.UNKNOWN
    assert "Microsoft.Network/virtualNetworks/subnets/read" in item.says


def test_what_is_red_counts_before_what_is_unknown() -> None:
    """One that is gone is not made better by another that nobody may read."""
    sightings = told(told(prepared(), SUBNET, DENIED), CONTAINERS, GONE)

    assert one(Check.SUBNET, sightings).colour is Colour.RED


def test_room_that_is_not_told_is_no_lack_of_room() -> None:
    """Nothing is guessed."""
    bare = replace(a_subnet(), told={})

    assert one(Check.SUBNET, told(prepared(), SUBNET, bare)).colour is Colour.GREEN


def test_who_names_no_subnet_has_the_services_own() -> None:
    """Nothing to look at."""
    assert one(Check.SUBNET, prepared(), known(without(Part.SUBNET))).colour is Colour.GREEN
    assert a_subnet().region == NORTH
