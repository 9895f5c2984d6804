"""What is due besides templates, above all in doubt; and when the next thing is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.collect.due import Due, due, next_due
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.failover import Phase
from aibwatch.model.names import IncidentId
from aibwatch.model.observation import SelfTested
from aibwatch.model.region import Health
from aibwatch.model.state import Sightings, State, View
from builders import (
    HOUR,
    MINUTE,
    NOON,
    SUBSCRIPTION,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    a_belief,
    a_definition_id,
    a_failover,
    a_failure,
    a_policy,
    a_state,
    some_sightings,
)
from unit.collect.watching import (
    DOWN,
    SECOND,
    a_view,
    asked_all,
    building,
    failing_web,
    following,
    idle,
)


def test_versions_and_self_test_are_due_while_an_image_is_in_doubt() -> None:
    """A failure that may be the platform's makes us look at the gallery, and at ourselves."""
    view = a_view(state=failing_web())

    questions = due(view, Asked(), NOON + MINUTE)

    assert questions.versions == (a_definition_id(),)
    assert questions.self_test == SUBSCRIPTION
    assert questions.pressing == {WEB, WEB_NORTH}


@pytest.mark.parametrize(
    ("state", "later"),
    [
        (State(), MINUTE),
        (a_state(failures=[a_failure(classification=USER_BUILD)]), MINUTE),
        (failing_web(), 3 * HOUR),
    ],
    ids=["no failure", "the user's", "too old"],
)
def test_no_doubt_no_self_test(state: State, later: timedelta) -> None:
    """Where nothing can lead to an act, nothing is asked for it."""
    questions = due(a_view(state=state), Asked(), NOON + later)

    assert questions.versions == ()
    assert questions.self_test == ""
    assert questions.pressing == frozenset()


def test_in_an_incident_a_failure_stays_in_doubt_for_longer() -> None:
    """Within an open incident `incident_failure_age` counts."""
    state = failing_web()
    belief = a_belief(health=Health.OUTAGE, incident=IncidentId("i"))
    state.regions[belief.region] = belief

    questions = due(a_view(state=state), Asked(), NOON + 3 * HOUR)

    assert questions.self_test == SUBSCRIPTION


@pytest.mark.parametrize(
    "last",
    [SelfTested(NOON, DOWN), SelfTested(NOON, None, timedelta(hours=-1))],
    ids=["failed", "clocks differ"],
)
def test_a_failed_self_test_is_repeated_until_it_passes(last: SelfTested) -> None:
    """Suspicion of ourselves must end by itself, also when the failure is long past (L6)."""
    sightings = replace(some_sightings(*idle()), self_test=last)
    view = a_view(sightings=sightings)
    asked = asked_all(view)

    questions = due(view, asked, NOON + 10 * SECOND)

    assert questions.self_test == SUBSCRIPTION


def test_a_passed_self_test_is_not_repeated_without_doubt() -> None:
    """It costs a call, and only an act needs it."""
    sightings = replace(some_sightings(*idle()), self_test=SelfTested(NOON, None))

    questions = due(a_view(sightings=sightings), Asked(), NOON)

    assert questions.self_test == ""


def test_a_publication_is_read_while_its_failover_publishes() -> None:
    """It is asked with the template whose run made it, every `active_interval`."""
    state = following(Phase.PUBLISHING)
    view = a_view(state=state)
    asked = asked_all(view)

    questions = due(view, asked, NOON + 10 * SECOND)

    assert questions.publications == ((a_failover().id, idle()[1]),)


def test_a_definition_that_could_not_be_read_is_tried_each_interval() -> None:
    """Readiness must not wait a quarter of an hour for a blip to pass."""
    view = a_view()
    asked = asked_all(view)
    asked.note(Subject.DEFINITION, a_definition_id(), DOWN, NOON)

    questions = due(view, asked, NOON + MINUTE)

    assert questions.definitions == (a_definition_id(),)


def test_the_next_thing_is_due_when_its_interval_is_over() -> None:
    """A simulation may jump there: before it nothing is due, at it something is."""
    quiet = a_view()
    busy = a_view(sightings=some_sightings(building("web-west"), idle()[1]))

    at_rest = next_due(quiet, asked_all(quiet), NOON + SECOND)
    at_work = next_due(busy, asked_all(busy), NOON + SECOND)

    assert at_rest == NOON + MINUTE
    assert at_work == NOON + 10 * SECOND


def test_what_was_never_asked_is_due_now() -> None:
    """A new failure wakes the questions that it raises at once."""
    calm = a_view()

    at = next_due(a_view(state=failing_web()), asked_all(calm), NOON + SECOND)

    assert at == NOON + SECOND


def test_the_next_instant_is_never_past() -> None:
    """An overdue question is due now."""
    view = a_view()

    at = next_due(view, asked_all(view), NOON + HOUR)

    assert at == NOON + HOUR


def test_with_nothing_to_watch_only_notices_are_asked_for() -> None:
    """No image, no subscription: emerging issues need neither."""
    view = View({}, State(), Sightings(NOON), {}, {}, a_policy())

    questions = due(view, Asked(), NOON)

    assert questions == Due(emerging=True)
