"""What is kept of every secondary's readiness, and when it is checked again."""

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.state import Sightings
from aibwatch.secondaries.checklist import Checklist
from builders import (
    MINUTE,
    NOON,
    NORTH,
    WEB_NORTH,
    a_definition,
    a_definition_id,
    a_policy,
    a_template,
    an_image,
    some_sightings,
)

POLICY = a_policy(readiness_max_age=10 * MINUTE)
IMAGE = an_image()
SECONDARY = (IMAGE.name, WEB_NORTH)


def all_seen() -> Sightings:
    """Return sightings in which everything that the image needs was read."""
    sightings = some_sightings(a_template(), a_template(id=WEB_NORTH, region=NORTH))
    sightings.definitions[a_definition_id()] = a_definition()
    return sightings


def test_what_did_not_change_is_not_checked_again() -> None:
    """The finding is the same object: ten thousand unchanged templates cost next to nothing."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)
    before = checklist.found[SECONDARY]

    checklist.renew((), sightings, NOON + 10 * MINUTE)

    assert before.ready
    assert checklist.found[SECONDARY] is before


def test_time_alone_makes_a_secondary_unready() -> None:
    """That the last read is too old is told by nothing that was seen."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)

    checklist.renew((), sightings, NOON + 11 * MINUTE)

    assert not checklist.found[SECONDARY].ready


def test_the_images_of_what_was_touched_are_checked() -> None:
    """A failure of the primary has its secondaries checked, whatever else stays as it is."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)
    before = checklist.found[SECONDARY]

    checklist.renew([IMAGE.primary], sightings, NOON + MINUTE)

    assert checklist.found[SECONDARY] is not before
    assert checklist.found[SECONDARY] == before


def test_a_secondary_that_can_be_read_again_is_checked() -> None:
    """It is as it was before, so nothing but the fault that is gone tells of it."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    sightings.faults[WEB_NORTH] = Fault(FaultKind.NOT_FOUND, "none", 404)
    checklist.renew((), sightings, NOON)
    before = checklist.found[SECONDARY]

    del sightings.faults[WEB_NORTH]
    checklist.renew((), sightings, NOON + MINUTE)

    assert not before.ready
    assert checklist.found[SECONDARY].ready
