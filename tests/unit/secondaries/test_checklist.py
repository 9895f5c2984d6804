"""What is kept of every secondary's readiness, and when it is checked again."""

from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName, Scope, scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.state import Sightings
from aibwatch.model.supply import Supply
from aibwatch.secondaries.checklist import Checklist
from builders import (
    A_BASE,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_definition,
    a_definition_id,
    a_policy,
    a_supply,
    a_template,
    an_id,
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
    sightings.definitions_seen[a_definition_id()] = NOON
    sightings.supplies[A_BASE], sightings.supplies_seen[A_BASE] = a_supply(), NOON
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


def test_what_cannot_be_read_is_checked_again_only_when_that_is_told_otherwise() -> None:
    """In a dark region most stays unread for hours; another request id is no other reason."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    found = []
    for minute, says in enumerate(("down", "down", "slow")):
        fault = Fault(FaultKind.PLATFORM, says, request_id=str(minute))
        sightings.faults[WEB_NORTH] = fault
        checklist.renew((), sightings, NOON + minute * MINUTE)
        found.append(checklist.found[SECONDARY])

    assert found[1] is found[0]
    assert found[2] is not found[0]


def test_the_images_of_what_was_touched_are_checked() -> None:
    """A primary that is not what it was has its secondaries checked, whatever else stays so."""
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


def test_what_is_asked_is_asked_once_for_all_that_rest_on_it() -> None:
    """Three secondaries of one group that build from one thing: two questions."""
    names = [an_id(f"s{number}") for number in range(3)]
    images = [an_image(name=ImageName(each[-2:]), templates=(WEB, each)) for each in names]
    checklist = Checklist(images, POLICY)

    checklist.renew((), some_sightings(*(a_template(id=each) for each in names)), NOON)

    assert checklist.needs == Needs((A_BASE,), (scope_of(WEB_NORTH),))


def test_where_a_group_has_no_right_its_templates_are_asked_for_one_by_one() -> None:
    """Each may have a right of its own."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    group = scope_of(WEB_NORTH)
    sightings.rights[group], sightings.rights_seen[group] = False, NOON

    checklist.renew((), sightings, NOON)

    assert checklist.needs.scopes == (group, Scope(WEB_NORTH))


def test_who_is_never_run_is_not_asked_about() -> None:
    """A large fleet that is only observed costs no reads of rights."""
    checklist = Checklist([an_image(mode=Mode.OBSERVE)], POLICY)

    checklist.renew((), all_seen(), NOON)

    assert checklist.needs == Needs((A_BASE,), ())


def test_a_region_that_goes_out_makes_those_red_that_are_at_home_there() -> None:
    """Nothing was seen of the templates themselves."""
    sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
    checklist.renew((), sightings, NOON)
    before = checklist.found[SECONDARY]

    checklist.renew((), sightings, NOON, frozenset({NORTH}))
    during = checklist.found[SECONDARY]
    checklist.renew((), sightings, NOON, frozenset())

    assert (before.ready, during.ready, checklist.found[SECONDARY].ready) == (True, False, True)


def test_an_answer_alone_makes_those_red_that_rest_on_it() -> None:
    """A source that is withdrawn, a right that is taken: the templates stay as they are."""
    for withdrawn in (True, False):
        sightings, checklist = all_seen(), Checklist([IMAGE], POLICY)
        checklist.renew((), sightings, NOON)
        assert checklist.found[SECONDARY].ready

        if withdrawn:
            sightings.supplies[A_BASE] = Supply()
        else:
            sightings.rights[Scope(WEB_NORTH)] = False
            sightings.rights_seen[Scope(WEB_NORTH)] = NOON
        checklist.renew((), sightings, NOON)

        assert not checklist.found[SECONDARY].ready
