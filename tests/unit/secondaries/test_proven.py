"""What a good build proves of a secondary, and what is told without one. All advisory."""

from dataclasses import replace
from typing import Any

import pytest

from aibwatch.model.blueprint import Dependency, Part
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import ADVISORY, Check, Colour
from aibwatch.model.resource import Resource
from builders import WEB_NORTH, a_success
from unit.secondaries.prepared import (
    ACCOUNT,
    SCRIPT,
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
    """Roles themselves are not read."""
    knows = known(successes={WEB_NORTH: success} if success else {})

    assert one(Check.ROLES, prepared(), knows).colour is colour
    assert one(Check.ROLES, prepared(), known(without(Part.IDENTITY))).colour is Colour.GREEN


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
