"""A law of what is kept from one cycle to the next: it asks what looking anew would ask."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.collect.agenda import Agenda
from aibwatch.collect.due import due, next_due
from aibwatch.collect.question import Asked, Subject, hold
from aibwatch.collect.sightings import absorb
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import scope_of
from aibwatch.model.needs import Needs
from aibwatch.model.observation import SweepEnded, TemplatesSeen
from aibwatch.model.policy import Policy
from aibwatch.model.state import Sightings
from aibwatch.model.template import RunState, Template
from builders import (
    A_BASE,
    DAY,
    MINUTE,
    NOON,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    a_definition_id,
    a_policy,
    a_run,
    a_template,
)
from unit.collect.watching import a_view

SECOND = timedelta(seconds=1)
DEFINITIONS = (a_definition_id(), a_definition_id("api"))
TEMPLATES = st.builds(
    lambda name, definition, state: a_template(
        id=name, definition=definition, run=a_run(template=name, state=state)
    ),
    st.sampled_from([WEB, WEB_NORTH]),
    st.sampled_from([None, *DEFINITIONS]),
    st.sampled_from([RunState.RUNNING, RunState.SUCCEEDED]),
)
SEES = st.builds(lambda each: ("sees", each), TEMPLATES)
ANSWERS = st.builds(
    lambda asked, fault: ("answers", asked, fault),
    st.sampled_from(
        [
            (Subject.DEFINITION, DEFINITIONS[0]),
            (Subject.BASE, A_BASE),
            (Subject.RIGHT, scope_of(WEB_NORTH)),
        ]
    ),
    st.sampled_from(
        [
            None,
            Fault(FaultKind.PLATFORM, "down"),
            Fault(FaultKind.THROTTLED, "slowly", retry_after=2 * MINUTE),
        ]
    ),
)
NEEDS = st.builds(
    lambda bases, scopes: ("needs", Needs(bases, scopes)),
    st.sampled_from([(), (A_BASE,)]),
    st.sampled_from([(), (scope_of(WEB_NORTH),)]),
)
POLICIES = st.builds(
    lambda minutes: ("policy", a_policy(readiness_interval=minutes * MINUTE)), st.integers(1, 20)
)
OTHERS = st.sampled_from(
    [("holds", Subject.DEFINITION), ("begins anew", None), ("forgets", None), ("goes", None)]
)
WAITS = st.sampled_from([SECOND, 10 * SECOND, MINUTE, 14 * MINUTE])
STEPS = st.lists(st.tuples(st.one_of(SEES, ANSWERS, NEEDS, POLICIES, OTHERS), WAITS), max_size=12)


RARELY = (
    *((Subject.DEFINITION, each) for each in DEFINITIONS),
    (Subject.BASE, A_BASE),
    (Subject.RIGHT, scope_of(WEB_NORTH)),
)
OFTEN = (
    *((each, SUBSCRIPTION) for each in (Subject.LIST, Subject.EVENTS, Subject.ACTIVITY)),
    (Subject.EMERGING, ""),
)


def answer(asked: Asked, questions: Iterable[tuple[Subject, str]], at: datetime) -> None:
    """Note that all these were answered well."""
    for subject, name in questions:
        asked.note(subject, name, None, at)


@given(STEPS)
def test_what_is_kept_is_what_looking_anew_would_ask(
    steps: list[tuple[tuple[object, ...], timedelta]],
) -> None:
    """Whatever is seen, answered or forgotten, and however long it takes: no question is missed.

    What is asked every minute was just answered each time: else it would hide what comes later.
    """
    sightings, asked, now = Sightings(NOON), Asked(), NOON
    both = [a_template(id=each, definition=DEFINITIONS[0]) for each in (WEB, WEB_NORTH)]
    absorb(sightings, [TemplatesSeen(NOON, both)])
    needs = Needs((A_BASE,), (scope_of(WEB_NORTH),))
    view, agenda = replace(a_view(sightings=sightings), needs=needs), Agenda(asked)
    answer(asked, RARELY, NOON)

    for step, wait in steps:
        answer(asked, OFTEN, now)
        assert due(view, asked, now, agenda=agenda) == due(view, asked, now)
        assert next_due(view, asked, now, agenda=agenda) == next_due(view, asked, now)
        match step:
            case "sees", Template() as template:
                absorb(sightings, [TemplatesSeen(now, [template])])
            case "goes", _:
                absorb(sightings, [SweepEnded(now + 2 * DAY)])
            case "answers", (subject, name), fault:
                asked.note(subject, name, fault, now)
            case "needs", Needs() as needs:
                view = replace(view, needs=needs)
            case "policy", Policy() as policy:
                view = replace(view, policy=policy)
            case "holds", subject:
                hold(asked, subject, now + 20 * MINUTE)
            case "begins anew", _:
                asked.begin_anew()
            case "forgets", _:
                asked.forget(now)
        now += wait
        view = replace(view)  # a cycle has a view of its own
