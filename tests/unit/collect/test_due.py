"""What is due, and when the next thing is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.collect.due import PAGE, Due, due, next_due
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import IncidentId, TemplateId
from aibwatch.model.observation import SelfTested
from aibwatch.model.region import Health
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.template import RunState, Template
from builders import (
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    a_belief,
    a_definition_id,
    a_failover,
    a_failure,
    a_policy,
    a_run,
    a_state,
    a_template,
    an_id,
    an_image,
    some_sightings,
)

SECOND = timedelta(seconds=1)
OTHER = "99999999-2222-3333-4444-555555555555"
NOT_FOUND = Fault(FaultKind.NOT_FOUND, "gone")
DOWN = Fault(FaultKind.PLATFORM, "down", 503)


def a_view(*images: Image, state: State | None = None, sightings: Sightings | None = None) -> View:
    """Return a view of these images, by default of `web` with two idle templates."""
    return View(
        images={image.name: image for image in images or (an_image(),)},
        state=state or State(),
        sightings=sightings or some_sightings(*idle()),
        verdicts={},
        readiness={},
        policy=a_policy(),
    )


def idle() -> tuple[Template, Template]:
    """Return the templates of `web`, which never ran."""
    return a_template(), a_template(id=WEB_NORTH, region=NORTH, definition=None)


def building(name: str) -> Template:
    """Return a template that is building."""
    template = an_id(name)
    run = a_run(template=template, state=RunState.RUNNING, ended=None)
    return a_template(id=template, run=run)


def answer_all(asked: Asked, questions: Due, at: datetime) -> None:
    """Note that everything that was due was asked and answered well."""
    names = {
        Subject.LIST: questions.subscriptions,
        Subject.TEMPLATE: questions.templates,
        Subject.EVENTS: questions.events,
        Subject.EMERGING: ("",) if questions.emerging else (),
        Subject.DEFINITION: questions.definitions,
        Subject.VERSIONS: questions.versions,
        Subject.PUBLICATION: [failover for failover, _template in questions.publications],
        Subject.SELF_TEST: (questions.self_test,) if questions.self_test else (),
    }
    for subject, each in names.items():
        for name in each:
            asked.note(subject, name, None, at)


def asked_all(view: View, at: datetime = NOON) -> Asked:
    """Return the memory of having asked everything at `at`."""
    asked = Asked()
    answer_all(asked, due(view, asked, at), at)
    return asked


def failing_web() -> State:
    """Return the state in which `web` failed in a way that may be the platform's fault."""
    return a_state(failures=[a_failure()])


def following(phase: Phase, target: TemplateId = WEB_NORTH) -> State:
    """Return the state of an open failover in this phase."""
    failover: Failover = a_failover(phase=phase, target=target)
    return State(failovers={failover.id: failover}, open={failover.image: failover.id})


def test_at_the_start_everything_is_due() -> None:
    """Nothing was asked yet: lists, events, emerging issues and definitions are."""
    questions = due(a_view(), Asked(), NOON, (OTHER,))

    assert questions == Due(
        subscriptions=(SUBSCRIPTION, OTHER),
        watched=(WEB, WEB_NORTH),
        events=(SUBSCRIPTION, OTHER),
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
        watched=(WEB, WEB_NORTH),
        events=(SUBSCRIPTION,),
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
