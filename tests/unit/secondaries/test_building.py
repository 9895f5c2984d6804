"""Whether a secondary could be built: its source in its region, and our right to run it."""

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import NO_BASE, BaseId, Scope
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.supply import Deprecation, Supply, gallery_base, managed_base, platform_base
from builders import A_BASE, MINUTE, NOON, NORTH, SUBSCRIPTION, WEB_NORTH, WEST
from unit.secondaries.prepared import GROUP, found, prepared, secondary

COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute"
PLATFORM = platform_base(SUBSCRIPTION, NORTH, "Canonical", "ubuntu", "22_04-LTS", "")
GALLERY = gallery_base(f"{COMPUTE}/galleries/Hub/images/Ubuntu/versions/1.2.3")
MANAGED = managed_base(f"{COMPUTE}/images/Base")
DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)
GONE = Fault(FaultKind.NOT_FOUND, "none", 404)
ALONE = Scope(WEB_NORTH)

NAMED = {
    PLATFORM: ("canonical:ubuntu:22_04-lts:latest", "artifacttypes/offers/skus/versions/read"),
    GALLERY: ("ubuntu/1.2.3", "Microsoft.Compute/galleries/images/versions/read"),
    MANAGED: ("base", "Microsoft.Compute/images/read"),
}
"""What each is called, and the right that reading it takes."""


@pytest.mark.parametrize("base", NAMED)
def test_a_source_that_can_be_had_in_its_region_is_green(base: BaseId) -> None:
    """Whatever its kind."""
    sightings = prepared(secondary(base=base))
    sightings.supplies[base], sightings.supplies_seen[base] = Supply((WEST, NORTH)), NOON

    assert found(Check.SOURCE, sightings).colour is Colour.GREEN


@pytest.mark.parametrize("base", NAMED)
@pytest.mark.parametrize("answer", [Supply((WEST,)), Supply(), GONE])
def test_a_source_that_is_not_in_its_region_is_red_with_its_name_and_a_remedy(
    base: BaseId, answer: Supply | Fault
) -> None:
    """A build would fail at its begin."""
    sightings = prepared(secondary(base=base))
    sightings.supplies[base], sightings.supplies_seen[base] = answer, NOON

    item = found(Check.SOURCE, sightings)

    assert item.colour is Colour.RED
    assert NAMED[base][0] in item.says
    assert NORTH in item.says
    assert "there" in item.says.partition("; ")[2]


@pytest.mark.parametrize(
    ("state", "colour"),
    [(Deprecation.DONE, Colour.RED), (Deprecation.COMING, Colour.YELLOW)],
)
def test_a_source_that_its_publisher_takes_back_is_told(state: Deprecation, colour: Colour) -> None:
    """It holds once no VM is made of it any more; the remedy is a newer version in both."""
    exact = platform_base(SUBSCRIPTION, NORTH, "Canonical", "ubuntu", "22_04-LTS", "22.4.7")
    sightings = prepared(secondary(base=exact))
    sightings.supplies[exact], sightings.supplies_seen[exact] = Supply((NORTH,), state), NOON

    item = found(Check.SOURCE, sightings)

    assert item.colour is colour
    assert "canonical:ubuntu:22_04-lts:22.4.7" in item.says
    assert "name a newer version, in the primary too" in item.says


@pytest.mark.parametrize("base", NAMED)
def test_a_source_that_may_not_be_read_is_unknown_and_names_the_right(base: BaseId) -> None:
    """Unknown on a gating item holds and names the missing right (S26)."""
    sightings, unread = prepared(secondary(base=base)), prepared(secondary(base=base))
    sightings.supplies[base], sightings.supplies_seen[base] = DENIED, NOON

    item = found(Check.SOURCE, sightings)

    assert (item.colour, found(Check.SOURCE, unread).colour) == (Colour.UNKNOWN, Colour.UNKNOWN)
    assert NAMED[base][1] in item.says
    assert "may not read" in item.says


@pytest.mark.parametrize(
    "base", [NO_BASE, BaseId("communityimage"), BaseId("/communitygalleries/x")]
)
def test_a_source_of_a_kind_that_nobody_can_look_up_holds_until_it_is_tolerated(
    base: BaseId,
) -> None:
    """A protection that nobody has checked is none; the way out is the owner's to take."""
    sightings = prepared(secondary(base=base))

    item = found(Check.SOURCE, sightings)
    accepted = found(Check.SOURCE, sightings, tolerate=frozenset({Check.SOURCE}))

    assert (item.colour, accepted.colour) == (Colour.UNKNOWN, Colour.YELLOW)
    assert "tolerate: [source]" in item.says


@pytest.mark.parametrize(("age", "colour"), [(45, Colour.GREEN), (46, Colour.UNKNOWN)])
def test_a_source_that_was_looked_up_too_long_ago_is_unknown(age: int, colour: Colour) -> None:
    """It may have been withdrawn since (S26: younger than R minutes)."""
    sightings = prepared()
    sightings.seen = dict.fromkeys(sightings.seen, NOON + age * MINUTE)

    assert found(Check.SOURCE, sightings, NOON + age * MINUTE).colour is colour


# the right to run


def test_a_right_that_its_group_gives_suffices() -> None:
    """Roles are mostly given for whole groups."""
    assert found(Check.PERMISSION, prepared()).colour is Colour.GREEN


def test_a_right_that_only_the_template_itself_gives_suffices() -> None:
    """Its group gives it not."""
    sightings = prepared()
    sightings.rights = {GROUP: False, ALONE: True}
    sightings.rights_seen = dict.fromkeys(sightings.rights, NOON)

    assert found(Check.PERMISSION, sightings).colour is Colour.GREEN


def test_a_right_that_neither_gives_is_red_and_names_the_action() -> None:
    """The request would be refused."""
    sightings = prepared()
    sightings.rights = {GROUP: False, ALONE: False}
    sightings.rights_seen = dict.fromkeys(sightings.rights, NOON)

    item = found(Check.PERMISSION, sightings)

    assert item.colour is Colour.RED
    assert "Microsoft.VirtualMachineImages/imageTemplates/run/action" in item.says


@pytest.mark.parametrize("answer", [None, DENIED, False])
def test_a_right_that_could_not_be_read_is_no_denial(*, answer: bool | Fault | None) -> None:
    """Of the group alone a no says nothing: the template may have the right of its own."""
    sightings = prepared()
    sightings.rights, sightings.rights_seen = {}, {}
    if answer is not None:
        sightings.rights[GROUP], sightings.rights_seen[GROUP] = answer, NOON

    assert found(Check.PERMISSION, sightings).colour is Colour.YELLOW


def test_a_denial_counts_no_longer_than_any_other_answer() -> None:
    """It may have been granted since, and only asking shows."""
    sightings = prepared()
    sightings.rights = {GROUP: False, ALONE: False}
    sightings.rights_seen = dict.fromkeys(sightings.rights, NOON - 46 * MINUTE)

    assert found(Check.PERMISSION, sightings).colour is Colour.YELLOW


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.ADVISE])
def test_who_is_never_run_needs_no_right(mode: Mode) -> None:
    """Watching takes the reader's role alone (docs/permissions.md)."""
    sightings = prepared()
    sightings.rights = {GROUP: False, ALONE: False}
    sightings.rights_seen = dict.fromkeys(sightings.rights, NOON)

    assert found(Check.PERMISSION, sightings, mode=mode).colour is Colour.GREEN


def test_the_base_of_builders_is_a_gallery_version() -> None:
    """So that its regions can be told, and `prepared` has it everywhere."""
    assert found(Check.SOURCE, prepared()).says == f"its gallery version can be had in {NORTH}"
    assert A_BASE.endswith("/versions/22.4.1")
