"""Views of what is watched, and the memory of having asked everything."""

from datetime import datetime, timedelta

from aibwatch.collect.due import Due, due
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId
from aibwatch.model.state import Sightings, State, View
from aibwatch.model.template import RunState, Template
from builders import (
    NOON,
    NORTH,
    WEB_NORTH,
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
        Subject.EDITION: [template.id for template in questions.editions],
        Subject.LOG: [template.id for template in questions.logs],
        Subject.ACTIVITY: questions.activity,
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
