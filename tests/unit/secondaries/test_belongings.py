"""Whether what a template names as its own is there: its identities and its staging group."""

from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.resource import Resource
from builders import MINUTE, NOON, WEB, WEB_NORTH, WEST, an_id
from unit.secondaries.prepared import (
    HERE,
    IDENTITY,
    STAGING,
    a_blueprint,
    known,
    one,
    prepared,
    readiness,
    secondary,
    told,
    without,
)

DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)
GONE = Fault(FaultKind.NOT_FOUND, "none", 404)
GROUP = "microsoft.resources/subscriptions/resourcegroups"


def test_an_identity_that_is_gone_is_red_by_its_name() -> None:
    """The build VM could not be given it."""
    item = one(Check.IDENTITY, told(prepared(), IDENTITY, GONE))

    assert item.colour is Colour.RED
    assert "identity builder-north" in item.says
    assert "create it" in item.says


@pytest.mark.parametrize(("answer", "why"), [(DENIED, "may not read"), (None, "was not read yet")])
def test_an_identity_that_was_not_read_is_unknown_and_names_the_right(
    answer: Fault | None, why: str
) -> None:
    """Unknown on a gating item holds (S26)."""
    sightings = told(prepared(), IDENTITY, answer)

    item = one(Check.IDENTITY, sightings)

    assert item.colour is Colour.UNKNOWN
    assert why in item.says
    assert "Microsoft.ManagedIdentity/userAssignedIdentities/read" in item.says
    assert not readiness(sightings).ready


def test_what_was_read_too_long_ago_is_unknown_whatever_it_was() -> None:
    """It may have been deleted, or created, since."""
    there, gone = prepared(), told(prepared(), IDENTITY, GONE)
    for each in (there, gone):
        each.resources_seen[IDENTITY] = NOON - 46 * MINUTE

    assert one(Check.IDENTITY, there).colour is Colour.UNKNOWN
    assert one(Check.IDENTITY, gone).colour is Colour.UNKNOWN


def test_of_several_that_are_gone_a_few_are_named_and_the_rest_counted() -> None:
    """A line has room for three."""
    blueprint = a_blueprint()
    first = blueprint.rests_on[0]
    many = [replace(first, names=type(IDENTITY)(f"{IDENTITY}{each}")) for each in range(5)]
    sightings = prepared()
    for each in many:
        sightings.resources[each.names], sightings.resources_seen[each.names] = GONE, NOON

    item = one(Check.IDENTITY, sightings, known(replace(blueprint, rests_on=tuple(many))))

    assert item.says.count("there is no identity") == 3
    assert "and 2 more" in item.says


def test_a_template_without_identities_or_a_group_of_its_own_needs_none() -> None:
    """The service makes the group."""
    knows = known(without(Part.IDENTITY, Part.STAGING))
    bare = prepared()
    bare.resources = {}

    assert one(Check.IDENTITY, bare, knows).colour is Colour.GREEN
    assert one(Check.STAGING, bare, knows).colour is Colour.GREEN


# the staging group


def test_a_staging_group_that_is_gone_is_red() -> None:
    """The service makes it when the template is made, and never again."""
    item = one(Check.STAGING, told(prepared(), STAGING, GONE))

    assert item.colour is Colour.RED
    assert "resource group web-north-staging" in item.says


def test_a_staging_group_elsewhere_is_red_and_says_where() -> None:
    """It must be in the template's region."""
    item = one(Check.STAGING, told(prepared(), STAGING, Resource(STAGING, GROUP, WEST)))

    assert item.colour is Colour.RED
    assert WEST in item.says


def test_a_staging_group_that_is_being_deleted_is_red() -> None:
    """It is there, and will not be when the build wants it."""
    going = Resource(STAGING, GROUP, secondary().region, told={"provisioning": "deleting"})

    item = one(Check.STAGING, told(prepared(), STAGING, going))

    assert item.colour is Colour.RED
    assert "deleting" in item.says


@pytest.mark.parametrize(
    ("owner", "colour"), [("images/web-north", Colour.GREEN), ("images/old-web", Colour.RED)]
)
def test_a_staging_group_that_the_service_marked_as_anothers_is_red(
    owner: str, colour: Colour
) -> None:
    """Also of a template that nobody watches; its own mark is as it should be."""
    marked = Resource(STAGING, GROUP, secondary().region, told={"used_by": owner})

    item = one(Check.STAGING, told(prepared(), STAGING, marked))

    assert item.colour is colour
    assert (owner in item.says) is (colour is Colour.RED)


def test_a_staging_group_of_another_subscription_is_red() -> None:
    """The service takes none from there."""
    blueprint = a_blueprint()
    foreign = type(STAGING)(STAGING.replace(HERE, "/subscriptions/other/resourcegroups"))
    moved = tuple(
        replace(each, names=foreign) if each.part is Part.STAGING else each
        for each in blueprint.rests_on
    )

    item = one(Check.STAGING, prepared(), known(replace(blueprint, rests_on=moved)))

    assert item.colour is Colour.RED
    assert "another subscription" in item.says


@pytest.mark.parametrize("other", [WEB, an_id("api-north")])
def test_two_templates_that_name_one_staging_group_are_red(other: TemplateId) -> None:
    """The service marks the group with one template's name, and looks at that when it builds."""
    knows = known(staging={STAGING: (WEB_NORTH, other)})

    item = one(Check.STAGING, prepared(), knows)

    assert item.colour is Colour.RED
    assert other.rpartition("/")[2] in item.says


def test_a_staging_group_that_was_not_read_is_unknown() -> None:
    """And names the right."""
    item = one(Check.STAGING, told(prepared(), STAGING, DENIED))

    assert item.colour is Colour.UNKNOWN
    assert "Microsoft.Resources/subscriptions/resourceGroups/read" in item.says


# what the owner wrote


@pytest.mark.parametrize("read", ["never", "before it was changed", "denied"])
def test_what_nobody_read_of_a_template_holds_in_every_item_that_rests_on_it(read: str) -> None:
    """A copy of an older revision says what it was, not what it is."""
    sightings, knows = prepared(), known()
    if read == "before it was changed":
        knows = known(copies={WEB_NORTH: ("r0", NOON)})
    else:
        knows = known(blueprints={})
    if read == "denied":
        sightings.bodies = {WEB_NORTH: DENIED}

    item = one(Check.STAGING, sightings, knows)

    assert item.colour is Colour.UNKNOWN
    assert "Microsoft.VirtualMachineImages/imageTemplates/read" in item.says
    assert ("may not read" in item.says) is (read == "denied")
    assert not readiness(sightings, knows).ready
