"""What a drill meets is evidence of nothing, and what it builds proves nothing (S38)."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.apart import apart
from aibwatch.diagnose.partial import beside
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.fold import apply, fold
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    FailoverOpened,
    Intended,
    Moved,
    OrderDropped,
    Ordered,
    RunSeen,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import FailoverId, OrderId, TemplateId, Token
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Family, order_key
from builders import (
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    WEST,
    a_failure,
    a_policy,
    a_run,
    a_success,
    a_template,
    a_verdict,
    an_id,
    an_image,
    some_sightings,
)

DRILL = an_id("web-drill")
IMAGE = replace(an_image(templates=(WEB, WEB_NORTH)), drill=DRILL)
IMAGES = {IMAGE.name: IMAGE}
ID = FailoverId("dr1ll")
ORDER = Order(OrderId("0"), OrderKind.DRILL, IMAGE.name, NOON, "ada", "to be sure")
TARGETS = [DRILL, WEB_NORTH]


def asking(target: TemplateId, state: State | None = None) -> State:
    """Return the state in which a drill asked a template at NOON."""
    found = state or State()
    key = order_key(WEB, ORDER.id)
    apply(found, Ordered(NOON, ORDER))
    apply(found, FailoverOpened(NOON, ID, IMAGE.name, key, Reason.ORDERED, order=ORDER))
    apply(found, Intended(NOON, ID, target, Token("t"), 1, Reason.ORDERED))
    return found


def test_the_failure_of_a_secondary_that_a_drill_ran_is_no_evidence() -> None:
    """While it is asked, while it builds, and after; another run's is one like any other."""
    failed = a_failure(template=WEB_NORTH, ended=NOON + HOUR, region=NORTH)
    before = a_failure(template=WEB_NORTH, ended=NOON - HOUR, region=NORTH)
    state = asking(WEB_NORTH)

    for failure, counts in ((failed, False), (before, True)):
        state.failures = {WEB_NORTH: failure}
        verdicts = weigh_all(IMAGES, state, some_sightings(), a_policy(), NOON + HOUR)
        assert (WEB_NORTH in verdicts) == counts
    drill = state.failovers[ID]
    state.failovers[ID] = replace(drill, closed=NOON + 45 * MINUTE)
    state.failures = {WEB_NORTH: failed}
    assert WEB_NORTH in apart((), state, a_policy())
    state.failovers[ID] = replace(drill, closed=NOON + 15 * MINUTE)
    assert WEB_NORTH not in apart((), state, a_policy()), "it began after the drill"
    state.failovers[ID] = replace(drill, closed=failed.began - MINUTE)
    assert WEB_NORTH in apart((), state, a_policy()), "Azure's clock may be ahead of ours"


def test_the_failure_of_a_drill_template_is_none_whoever_ran_it() -> None:
    """Nor is it a peer of another failure of its region."""
    state = State(failures={DRILL: a_failure(template=DRILL), WEB: a_failure()})

    verdicts = weigh_all(IMAGES, state, some_sightings(), a_policy(), NOON + MINUTE)

    assert verdicts.keys() == {WEB}
    without = State(failures={WEB: a_failure()})
    alone = weigh_all(IMAGES, without, some_sightings(), a_policy(), NOON + MINUTE)
    assert verdicts[WEB].evidence == alone[WEB].evidence


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_drill_builds_proves_nothing(target: TemplateId) -> None:
    """No history of its recipe, no sign of a region that is well again; but it was built."""
    good = a_run(template=target, started=NOON, state=RunState.SUCCEEDED, ended=NOON + HOUR)
    state, plain = asking(target), State()
    for each in (state, plain):
        apply(each, RunSeen(NOON + HOUR, good, NORTH, "recipe-web", "identity-web"))

    assert (state.built, state.built_in, state.good) == ({}, {}, {})
    assert state.successes[target].run == good
    assert plain.built
    assert plain.built_in
    assert plain.good


def test_a_drill_that_goes_on_contradicts_no_outage() -> None:
    """A build beside a failed one does, as it goes well; a drill says nothing."""
    counting = [a_verdict(Family.RUN, failure=a_failure(ended=NOON + 30 * MINUTE))]
    run = a_run(template=DRILL, started=NOON + MINUTE, state=RunState.RUNNING, ended=None)
    shown = a_template(id=DRILL, region=WEST, run=replace(run, phase="Distributing"))
    now = NOON + 2 * HOUR
    sightings = some_sightings(shown, now=now)

    told = beside(WEST, counting, State(), sightings, a_policy(), now)
    drilled = beside(WEST, counting, asking(DRILL), sightings, a_policy(), now)

    assert told.well == {DRILL}
    assert not drilled.well


@pytest.mark.parametrize("kind", [OrderKind.DRILL, OrderKind.FAILOVER])
def test_what_was_built_elsewhere_is_proven(kind: OrderKind) -> None:
    """By a drill or for real; only what went well, and only away from home."""
    for target, outcome, proven in (
        (WEB_NORTH, Outcome.SUCCEEDED, True),
        (WEB_NORTH, Outcome.LATE_REPLICAS, True),
        (WEB_NORTH, Outcome.FAILED, False),
        (WEB, Outcome.SUCCEEDED, False),
    ):
        state = asking(target)
        state.failovers[ID] = replace(state.failovers[ID], order=replace(ORDER, kind=kind))
        end = NOON + HOUR
        for each in (
            Moved(NOON, ID, Event.UNCLEAR, Reason.ANSWER_OVERDUE),
            Closed(end, ID, outcome, Reason.REPLICATED),
        ):
            apply(state, each)

        assert state.proven == ({IMAGE.name: end} if proven else {})


def test_a_drill_that_was_not_begun_is_remembered_with_why() -> None:
    """Only a drill; any other order that ends is told and forgotten."""
    dropped = OrderDropped(NOON, ORDER.id, IMAGE.name, "blocked: paused")

    assert fold([Ordered(NOON, ORDER), dropped]).blocked[IMAGE.name].says == "blocked: paused"
    other = replace(ORDER, kind=OrderKind.BUILD)
    assert not fold([Ordered(NOON, other), dropped]).blocked


def test_a_drill_makes_no_edition_and_doubles_nothing() -> None:
    """It is none of the failovers that were lately answered, and a rerun at home is no double."""
    state = asking(WEB_NORTH)
    drill = replace(state.failovers[ID], run=a_run(template=WEB_NORTH).key)
    state.failovers[ID] = drill
    state.successes[WEB] = a_success()

    assert state.lately_answered() == []
    assert not drill.is_doubled_by(a_run(started=NOON + HOUR))
    assert replace(drill, order=None).is_doubled_by(a_run(started=NOON + HOUR))
