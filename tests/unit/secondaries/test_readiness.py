"""What is green and what is red about a secondary, item by item."""

from datetime import timedelta

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.gallery import Definition
from aibwatch.model.names import Region, scope_of
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.state import Sightings
from aibwatch.model.template import ProvisioningState, RunState, Template
from aibwatch.secondaries.readiness import CHECKS, assess
from builders import (
    A_BASE,
    EAST,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition,
    a_definition_id,
    a_policy,
    a_run,
    a_supply,
    a_template,
    an_image,
    some_sightings,
)
from unit.secondaries.prepared import prepared, readiness

PRIMARY = a_template()
SECONDARY = a_template(id=WEB_NORTH, region=NORTH)
GROUP = scope_of(WEB_NORTH)


def seen(
    secondary: Template | None = SECONDARY,
    primary: Template | None = PRIMARY,
    definition: Definition | Fault | None = None,
) -> Sightings:
    """Return sightings of both templates and of the definition that both publish to."""
    sightings = some_sightings(*(each for each in (primary, secondary) if each))
    sightings.definitions = {a_definition_id(): definition or a_definition()}
    sightings.definitions_seen = {a_definition_id(): NOON}
    sightings.supplies, sightings.supplies_seen = {A_BASE: a_supply()}, {A_BASE: NOON}
    sightings.rights, sightings.rights_seen = {GROUP: True}, {GROUP: NOON}
    return sightings


def checked(sightings: Sightings, age: timedelta = timedelta(0)) -> Readiness:
    """Check the secondary of `web` so long after the sightings."""
    return assess(an_image(), WEB_NORTH, sightings, a_policy(), NOON + age)


def item(check: Check, readiness: Readiness) -> Item:
    """Return one item."""
    return next(each for each in readiness.items if each.check is check)


def test_a_good_secondary_is_ready_in_every_item() -> None:
    """All items are checked, all are green."""
    found = readiness(prepared())

    assert {each.check: each.colour for each in found.items} == dict.fromkeys(Check, Colour.GREEN)
    assert found.ready


def test_where_nobody_reads_what_owners_wrote_nothing_is_said_of_it() -> None:
    """Nor does it hold: what was never asked is no answer."""
    assert checked(seen()).ready
    assert not {each.check for each in checked(seen()).items} & CHECKS.keys()


def test_a_secondary_that_is_not_there_is_red() -> None:
    """Azure says that there is none: that is known, and the remedy is named."""
    sightings = seen()
    sightings.faults[WEB_NORTH] = Fault(FaultKind.NOT_FOUND, "none", 404)

    exists = item(Check.SECONDARY_EXISTS, checked(sightings))

    assert exists.colour is Colour.RED
    assert "create" in exists.says


def test_a_secondary_that_was_never_seen_is_unknown_in_every_item() -> None:
    """Nothing is guessed about what was not seen; why it was not is said."""
    sightings = seen(secondary=None)
    sightings.faults[WEB_NORTH] = Fault(FaultKind.PERMISSION, "may not read", 403)

    readiness = checked(sightings)

    assert {each.colour for each in readiness.items} == {Colour.UNKNOWN}
    assert "may not read" in item(Check.SECONDARY_EXISTS, readiness).says
    assert {each.check for each in readiness.items} == set(Check)


@pytest.mark.parametrize(("age", "ready"), [(45, True), (46, False)])
def test_a_secondary_that_was_not_read_for_long_is_unknown(age: int, *, ready: bool) -> None:
    """What was seen counts for readiness_max_age (S26)."""
    assert checked(seen(), age * MINUTE).ready is ready


def test_a_read_that_just_failed_does_not_make_it_unready() -> None:
    """What was seen a minute ago still holds; freshness is asked elsewhere (S11)."""
    sightings = seen()
    sightings.faults[WEB_NORTH] = Fault(FaultKind.TIMEOUT, "slow")

    assert checked(sightings, MINUTE).ready


@pytest.mark.parametrize(
    "state", [each for each in ProvisioningState if each is not ProvisioningState.SUCCEEDED]
)
def test_only_a_provisioned_template_can_run(state: ProvisioningState) -> None:
    """Every other state holds; one that is not known is unknown (S6)."""
    template = a_template(
        id=WEB_NORTH, region=NORTH, provisioning=state, provisioning_error="Other: no subnet"
    )

    provisioned = item(Check.PROVISIONED, checked(seen(template)))

    unknown = state is ProvisioningState.UNKNOWN
    assert provisioned.colour is (Colour.UNKNOWN if unknown else Colour.RED)
    assert unknown or "no subnet" in provisioned.says


@pytest.mark.parametrize(
    ("state", "colour"),
    [
        (RunState.RUNNING, Colour.RED),
        (RunState.CANCELING, Colour.RED),
        (RunState.UNKNOWN, Colour.UNKNOWN),
        (RunState.SUCCEEDED, Colour.GREEN),
        (RunState.FAILED, Colour.GREEN),
        (RunState.CANCELED, Colour.GREEN),
        (RunState.PARTIALLY_SUCCEEDED, Colour.GREEN),
    ],
)
def test_a_busy_template_takes_no_run(state: RunState, colour: Colour) -> None:
    """Running and canceling hold, with since when; every ended run leaves it idle (S6)."""
    template = a_template(id=WEB_NORTH, region=NORTH, run=a_run(template=WEB_NORTH, state=state))

    idle = item(Check.IDLE, checked(seen(template)))

    assert idle.colour is colour
    assert colour is not Colour.RED or "2026-03-02 11:30 UTC" in idle.says


def test_a_secondary_in_the_primarys_region_is_red() -> None:
    """It would be out together with what it is to replace (S27)."""
    neighbour = a_template(id=WEB_NORTH, region=WEST)

    assert item(Check.OTHER_REGION, checked(seen(neighbour))).colour is Colour.RED


def test_the_region_of_a_primary_that_was_not_seen_is_unknown() -> None:
    """Nobody can say that the secondary lives elsewhere."""
    unseen = item(Check.OTHER_REGION, checked(seen(primary=None)))

    assert unseen.colour is Colour.UNKNOWN


# residency


def residency(sightings: Sightings, *allowed: Region) -> Item:
    """Check residency for an image with these allowed regions."""
    image = an_image(allowed_regions=frozenset(allowed))
    return item(Check.RESIDENCY, assess(image, WEB_NORTH, sightings, a_policy(), NOON))


def test_allowed_regions_must_hold_all_that_it_touches() -> None:
    """Its region, its targets and its definition's home: each is needed (S28)."""
    everywhere = seen(definition=a_definition(home=EAST))

    assert residency(everywhere, NORTH, WEST, EAST).colour is Colour.GREEN
    for missing in (NORTH, WEST, EAST):
        allowed = {NORTH, WEST, EAST} - {missing}
        held = residency(everywhere, *allowed)
        assert held.colour is Colour.RED
        assert missing in held.says


def test_without_a_list_it_may_be_where_the_image_is_already() -> None:
    """Regions of its templates, and where the primary publishes, home of its definition too."""
    sightings = seen(definition=a_definition(home=EAST))

    assert residency(sightings).colour is Colour.GREEN


def test_without_a_list_a_new_region_is_red() -> None:
    """A target that the primary does not have is data in a new place."""
    template = a_template(id=WEB_NORTH, region=NORTH, targets=(NORTH, EAST))

    assert residency(seen(template)).colour is Colour.RED


def test_without_a_list_an_unseen_primary_makes_a_new_region_unknown() -> None:
    """The primary may publish there; that it does not was not seen."""
    template = a_template(id=WEB_NORTH, region=NORTH, targets=(NORTH, EAST))

    held = residency(seen(template, primary=None))

    assert held.colour is Colour.UNKNOWN
    assert "web-west" in held.says


def test_without_a_list_an_unread_home_of_the_primary_makes_a_new_region_unknown() -> None:
    """The primary's definition may live there; that it does not was not read."""
    template = a_template(id=WEB_NORTH, region=NORTH, targets=(NORTH, EAST))
    unread = seen(template)
    unread.definitions = {}

    assert residency(unread).colour is Colour.UNKNOWN


def test_a_definition_that_cannot_be_read_is_unknown_and_named() -> None:
    """Unknown counts as not allowed, and what is missing is said (S26, S28)."""
    denied = seen(definition=Fault(FaultKind.PERMISSION, "may not read", 403))
    unread = seen()
    unread.definitions = {}

    assert residency(denied, NORTH, WEST).colour is Colour.UNKNOWN
    assert "grant read" in residency(denied, NORTH, WEST).says
    assert residency(unread, NORTH, WEST).colour is Colour.UNKNOWN


def test_an_output_that_is_no_gallery_has_only_its_regions() -> None:
    """Without a definition there is no home to ask for."""
    template = a_template(id=WEB_NORTH, region=NORTH, definition=None, targets=())

    assert residency(seen(template), NORTH).colour is Colour.GREEN


def test_the_primary_itself_is_never_a_place_to_go() -> None:
    """Checked as a target, the primary is red: it lives in its own region."""
    readiness = assess(an_image(), WEB, seen(), a_policy(), NOON)

    assert not readiness.ready
