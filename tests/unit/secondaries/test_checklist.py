"""What is kept of every secondary's readiness, and when it is checked again."""

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

POLICY = a_policy(readiness_interval=15 * MINUTE, readiness_max_age=10 * MINUTE)
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

    checklist.renew((), sightings, NOON + 14 * MINUTE)

    assert before.ready
    assert checklist.found[SECONDARY] is before


def test_all_are_checked_once_an_interval() -> None:
    """That the last read is too old is told by nothing that was seen, only by time."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)

    checklist.renew((), sightings, NOON + 15 * MINUTE)

    assert not checklist.found[SECONDARY].ready


def test_the_images_of_what_was_touched_are_checked() -> None:
    """A failure of the primary has its secondaries checked, whatever else stays as it is."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)
    before = checklist.found[SECONDARY]

    checklist.renew([IMAGE.primary], sightings, NOON + MINUTE)

    assert checklist.found[SECONDARY] is not before
    assert checklist.found[SECONDARY] == before
