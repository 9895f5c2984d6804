"""Which templates are due, and how they are asked for."""

from datetime import timedelta

import pytest

from aibwatch.collect.closely import PAGE
from aibwatch.collect.due import Due, due
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.failover import Phase
from aibwatch.model.fault import Fault, FaultKind
from builders import (
    HOUR,
    MINUTE,
    NOON,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    a_definition_id,
    a_template,
    an_id,
    some_sightings,
)
from unit.collect.watching import (
    DOWN,
    NOT_FOUND,
    OTHER,
    SECOND,
    a_view,
    asked_all,
    building,
    following,
    idle,
)


def test_at_the_start_everything_is_due() -> None:
    """Nothing was asked yet: lists, events, the Activity Log and definitions are."""
    questions = due(a_view(), Asked(), NOON, (OTHER,))

    assert questions == Due(
        subscriptions=(SUBSCRIPTION, OTHER),
        watched={SUBSCRIPTION: (WEB, WEB_NORTH)},
        events=(SUBSCRIPTION, OTHER),
        activity=(SUBSCRIPTION, OTHER),
        emerging=True,
        definitions=(a_definition_id(),),
    )


def test_a_configured_subscription_is_listed_once_whatever_its_case() -> None:
    """The same GUID in capitals is the same subscription."""
    questions = due(a_view(), Asked(), NOON, (SUBSCRIPTION.upper(),))

    assert questions.subscriptions == (SUBSCRIPTION,)


def test_nothing_is_due_twice() -> None:
    """What was just asked waits for its interval."""
    view = a_view()

    questions = due(view, asked_all(view), NOON + SECOND)

    assert questions == Due()


def test_lists_and_notices_come_back_with_their_interval() -> None:
    """A minute later the lists and notices are due, the definitions are not."""
    view = a_view()

    questions = due(view, asked_all(view), NOON + MINUTE)

    assert questions == Due(
        subscriptions=(SUBSCRIPTION,),
        watched={SUBSCRIPTION: (WEB, WEB_NORTH)},
        events=(SUBSCRIPTION,),
        activity=(SUBSCRIPTION,),
        emerging=True,
    )


def test_an_early_tick_puts_nothing_off() -> None:
    """A tick that comes a few seconds early asks, or the real interval would be a tick longer."""
    view = a_view()

    questions = due(view, asked_all(view), NOON + MINUTE - 5 * SECOND)

    assert questions.subscriptions == (SUBSCRIPTION,)


def test_a_building_template_is_read_alone_between_lists() -> None:
    """It is due every `active_interval`, and no list is."""
    view = a_view(sightings=some_sightings(building("web-west"), idle()[1]))
    asked = asked_all(view)

    too_soon = due(view, asked, NOON + 5 * SECOND)
    questions = due(view, asked, NOON + 10 * SECOND)

    assert too_soon == Due()
    assert questions == Due(templates=(WEB,))


def test_a_list_saves_the_single_reads() -> None:
    """When the list is due anyway, nothing of its subscription is read alone (PROMISES S25)."""
    view = a_view(sightings=some_sightings(building("web-west"), idle()[1]))

    questions = due(view, asked_all(view), NOON + MINUTE)

    assert questions.subscriptions == (SUBSCRIPTION,)
    assert questions.templates == ()


def test_one_more_list_where_it_is_cheaper() -> None:
    """Two builds cost two reads, or one list of one page: the list it is (PROMISES S25)."""
    view = a_view(sightings=some_sightings(building("web-west"), building("web-north")))
    asked = asked_all(view)

    questions = due(view, asked, NOON + 10 * SECOND)

    assert questions.subscriptions == (SUBSCRIPTION,)
    assert questions.templates == ()


def test_as_many_builds_as_pages_are_read_alone() -> None:
    """A list of two pages costs as much as two reads, which are fresher."""
    many = [a_template(id=an_id(f"t{n}")) for n in range(PAGE)]
    view = a_view(sightings=some_sightings(building("web-west"), building("web-north"), *many))

    questions = due(view, asked_all(view), NOON + 10 * SECOND)

    assert questions == Due(templates=(WEB_NORTH, WEB))


@pytest.mark.parametrize("phase", [Phase.REQUESTED, Phase.STARTING, Phase.BUILDING])
def test_the_target_of_a_failover_is_watched_closely(phase: Phase) -> None:
    """Also before its run shows, and also if it was never seen."""
    view = a_view(state=following(phase))

    questions = due(view, asked_all(view), NOON + 10 * SECOND)

    assert questions.templates == (WEB_NORTH,)


@pytest.mark.parametrize("phase", [Phase.CHOOSING, Phase.PUBLISHING])
def test_the_target_of_an_idle_failover_is_not(phase: Phase) -> None:
    """A void request, or a run that ended, leaves nothing to see on the target."""
    view = a_view(state=following(phase))

    questions = due(view, asked_all(view), NOON + 10 * SECOND)

    assert questions.templates == ()


def test_those_that_answered_last_are_read_first() -> None:
    """A region that does not answer gets the time that is left."""
    many = [a_template(id=an_id(f"t{n}")) for n in range(PAGE)]
    sightings = some_sightings(building("web-west"), building("web-north"), *many)
    sightings.faults[WEB_NORTH] = DOWN
    view = a_view(sightings=sightings)

    questions = due(view, asked_all(view), NOON + 10 * SECOND)

    assert questions.templates == (WEB, WEB_NORTH)


def test_a_template_that_was_deleted_while_it_built_is_not_followed() -> None:
    """What is not found does not run, whatever was seen last."""
    sightings = some_sightings(building("web-west"))
    sightings.faults[WEB] = NOT_FOUND
    view = a_view(sightings=sightings)

    questions = due(view, asked_all(view), NOON + 10 * SECOND)

    assert questions.templates == ()


def test_a_template_that_no_list_shows_any_more_is_not_followed() -> None:
    """A stranger's template that vanished while it built is forgotten after `max_age`."""
    view = a_view(sightings=some_sightings(*idle(), building("stranger")))
    asked = asked_all(view, NOON + HOUR)

    questions = due(view, asked, NOON + HOUR + 10 * SECOND)

    assert questions.templates == ()


def test_retry_after_holds_lists_and_reads_of_its_subscription_alone() -> None:
    """On 429 we wait as long as we are told to, there and nowhere else (PROMISES S25)."""
    view = a_view(sightings=some_sightings(building("web-west"), idle()[1]))
    asked = asked_all(view)
    told = Fault(FaultKind.THROTTLED, "slow down", 429, retry_after=timedelta(minutes=5))
    asked.note(Subject.TEMPLATE, WEB, told, NOON)

    held = due(view, asked, NOON + 4 * MINUTE, (OTHER,))
    free = due(view, asked, NOON + 5 * MINUTE, (OTHER,))

    assert held.subscriptions == (OTHER,)
    assert held.templates == ()
    assert held.events == (SUBSCRIPTION, OTHER)
    assert free.subscriptions == (SUBSCRIPTION, OTHER)
