"""How old what an item says is: as old as the oldest answer that it rests on."""

from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Blueprint, Dependency, Part
from aibwatch.model.names import ResourceId, TemplateId, scope_of
from aibwatch.model.readiness import Check
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.status.freshness import freshness
from builders import (
    A_BASE,
    MINUTE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB_NORTH,
    a_definition_id,
    a_template,
    some_sightings,
)

SUBNET, NETWORK, IDENTITY = ResourceId("/subnet"), ResourceId("/network"), ResourceId("/identity")
AGENT = ResourceId("https://example.com/agent.sh")
BLUEPRINT = Blueprint(
    (),  # type: ignore[arg-type]
    (
        Dependency(Part.SUBNET, "$.subnet", SUBNET),
        Dependency(Part.IDENTITY, "$.identity", IDENTITY),
        Dependency(Part.SCRIPT, "$.script", AGENT),
    ),
)


def ago(minutes: int) -> Sightings:
    """Return sightings of a secondary that was read at NOON, each other thing at its own time."""
    seen = some_sightings(a_template(id=WEB_NORTH, region=NORTH))
    seen.definitions_seen = {a_definition_id(): NOON - 2 * MINUTE}
    seen.supplies_seen = {A_BASE: NOON - 3 * MINUTE}
    seen.rights_seen = {scope_of(WEB_NORTH): NOON - 4 * MINUTE}
    seen.offers_seen = {(SUBSCRIPTION, NORTH): NOON - 5 * MINUTE}
    seen.resources = {
        SUBNET: Resource(SUBNET, "subnet", NORTH, rests_on=(NETWORK,)),
        NETWORK: Resource(NETWORK, "network", NORTH, rests_on=(SUBNET,)),
        IDENTITY: Resource(IDENTITY, "identity", NORTH),
    }
    times = {SUBNET: 6, NETWORK: minutes, IDENTITY: 7}
    seen.resources_seen = {name: NOON - each * MINUTE for name, each in times.items()}
    return seen


@pytest.mark.parametrize(
    ("check", "minutes"),
    [
        (Check.IDLE, 0),
        (Check.TRIGGERS, 0),
        (Check.RESIDENCY, 2),
        (Check.GALLERY_HOME, 2),
        (Check.SOURCE, 3),
        (Check.PERMISSION, 4),
        (Check.QUOTA, 5),
        (Check.SUBNET, 6),
        (Check.ROLES, 7),
        (Check.SCRIPTS, 0),
        (Check.INDEPENDENCE, 9),
    ],
)
def test_an_item_is_as_old_as_what_was_read_longest_ago(check: Check, minutes: int) -> None:
    """Of what lies below only independence asks; nobody reads what is outside Azure."""
    tell = freshness(WEB_NORTH, ago(9), {WEB_NORTH: BLUEPRINT})

    assert tell(check) == NOON - minutes * MINUTE


@pytest.mark.parametrize("check", [Check.SUBNET, Check.SOURCE, Check.QUOTA, Check.RESIDENCY])
def test_what_was_not_all_read_has_no_age(check: Check) -> None:
    """An age would say that somebody looked."""
    seen = replace(ago(9), resources_seen={}, supplies_seen={}, offers_seen={}, definitions_seen={})

    assert freshness(WEB_NORTH, seen, {WEB_NORTH: BLUEPRINT})(check) is None
    assert freshness(TemplateId("/unseen"), ago(9), {})(check) is None
    assert freshness(WEB_NORTH, ago(9), {})(Check.SUBNET) is None
