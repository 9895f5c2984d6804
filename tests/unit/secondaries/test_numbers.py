"""A version number that is fixed in advance (PROMISES S30)."""

from dataclasses import replace

import pytest

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.resource import Resource
from builders import MINUTE, NOON
from unit.secondaries.prepared import DEFINITION, HUB, a_blueprint, known, one, prepared, secondary

FIXED = known(replace(a_blueprint(), version="2.0.0"))
VERSION = ResourceId(f"{DEFINITION}/versions/2.0.0")
THERE = Resource(VERSION, "microsoft.compute/galleries/images/versions", HUB)
GONE = Fault(FaultKind.NOT_FOUND, "none", 404)
DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)


@pytest.mark.parametrize(
    ("answer", "colour"),
    [(THERE, Colour.RED), (GONE, Colour.YELLOW), (DENIED, Colour.UNKNOWN), (None, Colour.UNKNOWN)],
)
def test_a_number_that_is_taken_is_red(answer: Resource | Fault | None, colour: Colour) -> None:
    """The build would fail when it publishes; one that is free serves one build only."""
    sightings = prepared()
    if answer:
        sightings.resources[VERSION], sightings.resources_seen[VERSION] = answer, NOON

    item = one(Check.VERSION_FREE, sightings, FIXED)

    assert item.colour is colour
    assert "2.0.0" in item.says
    assert (colour is not Colour.UNKNOWN) or "galleries/images/versions/read" in item.says


def test_a_number_that_was_free_long_ago_is_unknown() -> None:
    """Somebody may have taken it since."""
    sightings = prepared()
    sightings.resources[VERSION] = GONE
    sightings.resources_seen[VERSION] = NOON - 46 * MINUTE

    assert one(Check.VERSION_FREE, sightings, FIXED).colour is Colour.UNKNOWN


def test_who_lets_the_gallery_count_is_green() -> None:
    """And so is who publishes to none."""
    bare = prepared(secondary(definition=None))

    assert one(Check.VERSION_FREE, prepared()).colour is Colour.GREEN
    assert one(Check.VERSION_FREE, bare, FIXED).colour is Colour.GREEN
