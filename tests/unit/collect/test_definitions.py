"""Gallery definitions are read in turns, so that they starve neither the lists nor an act."""

from aibwatch.azure.resources import ALONE
from aibwatch.azure.throttle import REFILL
from aibwatch.collect.due import due
from aibwatch.collect.foundations import BATCH
from aibwatch.collect.prerequisites import DEFINITIONS_AT_ONCE
from aibwatch.collect.question import Asked, Subject, hold
from aibwatch.model.names import ImageName
from aibwatch.model.state import View
from builders import (
    MINUTE,
    NOON,
    a_definition_id,
    a_failure,
    a_policy,
    a_state,
    a_template,
    an_id,
    an_image,
    some_sightings,
)
from unit.collect.watching import SECOND, a_view

MANY = DEFINITIONS_AT_ONCE + 7


def a_large_view(failed: int) -> View:
    """Return a view of many images, each with a definition of its own; one of them failed."""
    numbers = range(MANY)
    images = [an_image(name=ImageName(f"i{n:04}"), templates=(an_id(f"t{n:04}"),)) for n in numbers]
    templates = [
        a_template(id=an_id(f"t{n:04}"), definition=a_definition_id(f"d{n:04}")) for n in numbers
    ]
    state = a_state(failures=[a_failure(template=an_id(f"t{failed:04}"))])
    return a_view(*images, state=state, sightings=some_sightings(*templates))


def test_so_many_are_read_at_once_and_the_rest_in_turn() -> None:
    """Those that were read are not due again before the others have had their turn."""
    view, asked = a_large_view(failed=0), Asked()

    first = due(view, asked, NOON)
    for name in first.definitions:
        asked.note(Subject.DEFINITION, name, None, NOON)
    second = due(view, asked, NOON + MINUTE)

    assert len(first.definitions) == DEFINITIONS_AT_ONCE
    assert first.more_definitions
    assert len(second.definitions) == MANY - DEFINITIONS_AT_ONCE
    assert not second.more_definitions
    assert not {*first.definitions} & {*second.definitions}


def test_that_of_an_image_in_doubt_is_read_first() -> None:
    """Without it its secondary could not be used when it is needed."""
    view = a_large_view(failed=MANY - 1)

    assert due(view, Asked(), NOON).definitions[0] == a_definition_id(f"d{MANY - 1:04}")


def test_none_is_read_before_the_pause_between_two_turns_is_over() -> None:
    """The pause is what bounds their share of the request budget (PROMISES S25)."""
    view, asked = a_large_view(failed=0), Asked()

    hold(asked, Subject.DEFINITION, NOON + 10 * SECOND)

    assert due(view, asked, NOON + 9 * SECOND).definitions == ()
    assert len(due(view, asked, NOON + 10 * SECOND).definitions) == DEFINITIONS_AT_ONCE


def test_who_waits_longest_is_read_first_and_not_who_comes_first_in_the_alphabet() -> None:
    """In a fleet that one interval has no room for, the last would never have its turn."""
    view, asked = a_large_view(failed=0), Asked()
    names = [a_definition_id(f"d{n:04}") for n in range(MANY)]
    for number, name in enumerate(reversed(names)):
        asked.note(Subject.DEFINITION, name, None, NOON + number * SECOND / 100)

    first = due(view, asked, NOON + 20 * MINUTE).definitions

    assert first == (names[0], *names[:-DEFINITIONS_AT_ONCE:-1])


def test_the_definitions_of_ten_thousand_templates_are_read_before_they_are_too_old() -> None:
    """Each template with a gallery of its own; and within a share of what ARM lets flow."""
    policy = a_policy()
    turn = policy.active_interval.total_seconds()
    alone = ALONE * DEFINITIONS_AT_ONCE / BATCH

    assert 10_000 / DEFINITIONS_AT_ONCE * turn < policy.readiness_max_age.total_seconds()
    assert alone / turn <= 0.2 * REFILL
