"""Whether a secondary could publish what it builds: its definition, and where that is at home."""

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.readiness import Check, Colour
from builders import EAST, MINUTE, NOON, NORTH, WEST, a_definition, a_definition_id
from unit.secondaries.prepared import HUB, found, prepared, secondary

WEB = a_definition_id()
DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)
GONE = Fault(FaultKind.NOT_FOUND, "none", 404)


def test_a_definition_that_was_read_is_there() -> None:
    """Its gallery is too: nothing can be read in one that does not exist."""
    assert found(Check.DISTRIBUTE_TARGET, prepared()).colour is Colour.GREEN


def test_a_definition_that_is_not_there_is_red_with_its_gallery_and_name() -> None:
    """A build would fail when it distributes."""
    sightings = prepared()
    sightings.definitions[WEB] = GONE

    item = found(Check.DISTRIBUTE_TARGET, sightings)

    assert item.colour is Colour.RED
    assert "golden/web" in item.says
    assert "create it" in item.says


def test_a_definition_that_may_not_be_read_is_unknown_and_names_the_right() -> None:
    """Unknown on a gating item holds and names the missing right (S26)."""
    sightings = prepared()
    sightings.definitions[WEB] = DENIED

    item = found(Check.DISTRIBUTE_TARGET, sightings)

    assert item.colour is Colour.UNKNOWN
    assert "may not read" in item.says
    assert "Microsoft.Compute/galleries/images/read" in item.says


def test_a_definition_that_was_never_read_is_unknown() -> None:
    """Nothing is guessed of it."""
    sightings = prepared()
    sightings.definitions = {}

    assert found(Check.DISTRIBUTE_TARGET, sightings).colour is Colour.UNKNOWN


@pytest.mark.parametrize(("age", "colour"), [(45, Colour.GREEN), (46, Colour.UNKNOWN)])
def test_a_definition_that_was_read_too_long_ago_is_unknown(age: int, colour: Colour) -> None:
    """It may have been deleted since (S26: younger than R minutes)."""
    sightings = prepared()
    sightings.seen = dict.fromkeys(sightings.seen, NOON + age * MINUTE)

    item = found(Check.DISTRIBUTE_TARGET, sightings, NOON + age * MINUTE)

    assert item.colour is colour


def test_a_replica_in_the_primarys_region_is_yellow_and_holds_nothing() -> None:
    """It settles later; the version is usable elsewhere (S27)."""
    item = found(Check.DISTRIBUTE_TARGET, prepared(secondary(targets=(NORTH, WEST))))

    assert item.colour is Colour.YELLOW
    assert WEST in item.says


@pytest.mark.parametrize("home", [NORTH, HUB])
def test_a_definition_at_home_in_another_region_is_green(home: str) -> None:
    """The secondary's own region, or a third."""
    sightings = prepared()
    sightings.definitions[WEB] = a_definition(home=home)

    assert found(Check.GALLERY_HOME, sightings).colour is Colour.GREEN


def test_a_definition_at_home_with_the_primary_is_red_with_the_way_out() -> None:
    """It would take the build down with the region that the build stands in for (S27)."""
    sightings = prepared()
    sightings.definitions[WEB] = a_definition(home=WEST)

    item = found(Check.GALLERY_HOME, sightings)

    assert item.colour is Colour.RED
    for said in ("golden/web", WEST, "tolerate: [gallery_home]"):
        assert said in item.says


def test_a_home_that_is_out_is_red_as_long_as_its_incident_is_open() -> None:
    """A third region may fail too; another region's incident says nothing of it."""
    sightings = prepared()

    assert found(Check.GALLERY_HOME, sightings, out=[HUB]).colour is Colour.RED
    assert found(Check.GALLERY_HOME, sightings, out=[EAST, WEST]).colour is Colour.GREEN


def test_a_home_that_is_not_known_is_unknown() -> None:
    """Whether the definition was not read, or the primary was not seen."""
    unread, alone = prepared(), prepared()
    unread.definitions[WEB] = DENIED
    del alone.templates[next(name for name in alone.templates if "west" in name)]

    assert found(Check.GALLERY_HOME, unread).colour is Colour.UNKNOWN
    assert found(Check.GALLERY_HOME, alone).colour is Colour.UNKNOWN


def test_who_publishes_to_no_gallery_needs_none() -> None:
    """A disk or a managed image is no version of anything."""
    sightings = prepared(secondary(definition=None, targets=()))

    assert found(Check.DISTRIBUTE_TARGET, sightings).colour is Colour.GREEN
    assert found(Check.GALLERY_HOME, sightings).colour is Colour.GREEN


def test_a_home_that_is_tolerated_is_yellow_and_still_says_what_is_wrong() -> None:
    """The owner accepts it as it is; what he did not name holds as before (S27)."""
    sightings = prepared()
    sightings.definitions[WEB] = a_definition(home=WEST)

    item = found(Check.GALLERY_HOME, sightings, tolerate=frozenset({Check.GALLERY_HOME}))
    other = found(Check.GALLERY_HOME, sightings, tolerate=frozenset({Check.SOURCE}))

    assert (item.colour, other.colour) == (Colour.YELLOW, Colour.RED)
    assert WEST in item.says


@pytest.mark.parametrize("check", [Check.RESIDENCY, Check.PROVISIONED, Check.IDLE])
def test_what_must_not_be_tolerated_is_not_even_if_it_is_named(check: Check) -> None:
    """The configuration refuses it; the rule does not rest on that (S28)."""
    sightings = prepared(secondary(provisioning="Failed"))

    item = found(check, sightings, tolerate=frozenset({check}), allowed_regions=frozenset({EAST}))

    assert item.colour is (Colour.GREEN if check is Check.IDLE else Colour.RED)
