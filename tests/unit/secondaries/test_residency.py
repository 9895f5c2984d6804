"""Residency by geography: where Azure says that a region lies (PROMISES S28)."""

from typing import Any

import pytest

from aibwatch.model.names import Region
from aibwatch.model.offer import Geography
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.state import Sightings
from builders import NORTH, SUBSCRIPTION, WEST, a_template
from unit.secondaries.prepared import HUB, an_offer, one, prepared, secondary

DOHA = Region("qatarcentral")


def residency(sightings: Sightings, *geographies: str, regions: tuple[Region, ...] = ()) -> Item:
    """Return the item for an image with these allowed geographies and regions."""
    allowed: dict[str, Any] = {
        "allowed_geographies": frozenset(geographies),
        "allowed_regions": frozenset(regions),
    }
    return one(Check.RESIDENCY, sightings, **allowed)


def test_a_geography_allows_all_its_regions_whatever_its_case() -> None:
    """The secondary, its targets and the gallery's home alike."""
    assert residency(prepared(), "EUROPE", "sweden").colour is Colour.GREEN
    assert residency(prepared(), "Europe", regions=(HUB,)).colour is Colour.GREEN


@pytest.mark.parametrize(("allowed", "outside"), [("Europe", HUB), ("Sweden", NORTH)])
def test_a_region_of_another_geography_is_red(allowed: str, outside: Region) -> None:
    """The home of the gallery is a place too."""
    item = residency(prepared(), allowed)

    assert item.colour is Colour.RED
    assert outside in item.says


def test_a_target_in_another_geography_is_red() -> None:
    """A replica is data."""
    sightings = prepared(secondary(targets=(NORTH, DOHA)))
    sightings.geographies[DOHA] = Geography(DOHA, "Qatar")

    assert DOHA in residency(sightings, "Europe", "Sweden").says


@pytest.mark.parametrize("told", [None, Geography(HUB)])
def test_a_region_of_which_nobody_knows_the_geography_is_not_allowed(
    told: Geography | None,
) -> None:
    """Unknown holds, and says what would tell (S28)."""
    sightings = prepared()
    del sightings.geographies[HUB]
    if told:
        sightings.geographies[HUB] = told

    item = residency(sightings, "Europe", "Sweden", "")

    assert item.colour is Colour.UNKNOWN
    assert HUB in item.says
    assert "Microsoft.Resources/subscriptions/locations/read" in item.says


def test_a_region_that_is_allowed_by_name_needs_no_geography() -> None:
    """Both lists count."""
    sightings = prepared()
    sightings.geographies = {}

    assert residency(sightings, "Europe", regions=(NORTH, HUB)).colour is Colour.GREEN


def test_with_geographies_the_regions_of_its_templates_are_not_allowed_by_themselves() -> None:
    """Who names where it may be, means that."""
    assert residency(prepared(), "Qatar").colour is Colour.RED


# a geography with one region


def alone(**offers: bool) -> Item:
    """Return the item of an image at home in Qatar; of its other regions: who builds images."""
    sightings = prepared(a_template(region=DOHA), secondary())
    sightings.geographies = {
        **sightings.geographies,
        DOHA: Geography(DOHA, "Qatar"),
        **{Region(name): Geography(Region(name), "Qatar") for name in offers},
    }
    for name, builds in offers.items():
        sightings.offers[SUBSCRIPTION, Region(name)] = an_offer(builds_images=builds)
    return residency(sightings, "Qatar")


def test_an_image_whose_geography_has_no_other_region_is_told_its_choices() -> None:
    """Another geography by name, or exports only: nothing is chosen for the owner."""
    for item in (alone(), alone(qatarsouth=False)):
        assert item.colour is Colour.RED
        assert "accept another geography by name" in item.says
        assert "exports" in item.says


def test_a_region_that_the_provider_does_not_list_is_no_other_region() -> None:
    """As Norway West: nobody has a template there, so nobody asks what it offers.

    But with what any region offers it is told where Image Builder is.
    """
    sightings = prepared(a_template(region=DOHA), secondary())
    for name in (DOHA, Region("qatarsouth")):
        sightings.geographies[name] = Geography(name, "Qatar")
    before = residency(sightings, "Qatar")
    sightings.offers[SUBSCRIPTION, NORTH] = an_offer(builders=frozenset({NORTH, DOHA}))

    assert "accept another" not in before.says
    assert "Qatar has no other region with Image Builder" in residency(sightings, "Qatar").says


def test_an_image_whose_geography_may_have_another_region_is_not_told_so() -> None:
    """What was not asked may have it."""
    assert "accept another" not in alone(qatarsouth=True).says
    assert "accept another" not in residency(prepared(), "Sweden").says
    assert WEST in prepared().geographies
