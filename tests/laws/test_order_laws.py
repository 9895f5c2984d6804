"""Laws of orders by hand, over random histories in which operators order builds (PROMISES S37)."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from aibwatch.failover.target import ADMISSIBLE
from aibwatch.failover.wanted import IN_VAIN
from aibwatch.model.decision import Decision, Start
from aibwatch.model.entry import FailoverOpened, Intended
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import FailoverId
from aibwatch.model.order import OrderKind
from aibwatch.model.readiness import UNACCEPTABLE
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import ProvisioningState, RunKey, Template
from aibwatch.model.verdict import Cause
from builders import MINUTE, an_id
from heard import breaches
from histories import FLEET, begun, histories, lived
from laws.test_failover_laws import check, intents, is_well_formed, settle
from story import Story

SOME = settings(max_examples=40, deadline=None)
ORDERS = st.sampled_from(
    [
        "ada orders web: why",
        "ada orders web to web-north: why",
        "ada orders web to web-east, accepting source,idle,residency: why",
        "ada orders web to home: why",
        "ada orders db: why",
        "ada orders db to db-north: why",
        "ada orders seen: why",
        "ada orders seen to home: why",
        "ada orders lone to home: why",
        "ada orders lone: why",
        "ada wants web: why",
        "ada wants db: why",
        "ada wants seen: why",
        "ada wants lone: why",
    ]
)


@st.composite
def ordered(draw: st.DrawFn) -> list[str]:
    """Return a history in which one order to four are given, anywhere."""
    history = list(draw(histories))
    for line in draw(st.lists(ORDERS, min_size=1, max_size=4)):
        history.insert(draw(st.integers(0, len(history))), line)
    return history


def check_order(image: Image, view: View, decision: Decision, now: datetime) -> None:
    """Check one decision; what answers a failure keeps every promise that it kept before."""
    failover = view.state.open_failover(image.name)
    if failover is None or failover.order is None or not isinstance(decision.action, Start):
        return check(image, view, decision, now)
    is_well_formed(image, view, decision, now)
    return may_take_it(image, failover, view, decision.action, now)


def may_take_it(image: Image, failover: Failover, view: View, action: Start, now: datetime) -> None:
    """Check S1, S6, S15, S23, S26, S28 and S33 of what an operator ordered."""
    order, target = failover.order, action.target
    assert order is not None
    assert view.leader
    assert view.writable
    if order.kind is OrderKind.FAILBACK:
        assert target == image.primary
    elif order.kind is OrderKind.BUILD:
        assert target == image.primary or may_leave(image, failover, view)
    else:
        assert target in image.secondaries, "S33: only an order to come home starts a primary"
    assert order.to in (None, target)
    red = {each.check for each in view.readiness[image.name, target].faults}
    assert not red & UNACCEPTABLE, "S6, S28"
    assert red <= order.accept, "S26: nothing red that was not accepted by its name"
    belief = view.state.regions[view.sightings.templates[target].region]
    assert belief.health in ADMISSIBLE
    assert belief.incident is None
    assert view.fresh(target, now), "S15"
    assert not view.sightings.templates[target].busy, "S6"
    tried = {view.region_of(each) for each in failover.tried}
    assert belief.region not in tried, "S23"
    assert failover.hop <= view.policy.max_hops, "S1"


def may_leave(image: Image, failover: Failover, view: View) -> bool:
    """Whether a build that is wanted may go elsewhere: its home is out, or was asked in vain."""
    home = view.state.regions[view.sightings.templates[image.primary].region]
    said = view.state.words.get(home.region)
    out = home.incident is not None or home.health is Health.OUTAGE or (said and said.out)
    in_vain = failover.unbegun >= IN_VAIN or failover.target in image.secondaries
    failure = view.state.failures.get(image.primary)
    lacks = failure is not None and failure.classification.cause is Cause.CAPACITY
    return bool(out) or in_vain or (lacks and image.primary in failover.tried)


@SOME
@given(ordered())
def test_every_decision_keeps_its_promises_with_orders_about(history: Sequence[str]) -> None:
    """An order skips what it may for itself alone."""
    story = begun()
    story.loop.watch = check_order

    lived(story, history)

    assert story.loop.state.epoch >= 0


@SOME
@given(ordered())
def test_an_order_begins_few_runs_and_never_two_at_once(history: Sequence[str]) -> None:
    """S1, S3 and S6, of orders as of failures; and no two runs at once of one image's failovers."""
    story = lived(begun(), history)
    runs: dict[FailoverId, list[RunKey]] = defaultdict(list)

    for intent, request in zip(intents(story), story.azure.requests, strict=True):
        assert (intent.target, intent.at) == (request.template, request.at)
        if isinstance(request.seen, Template):
            assert not request.seen.busy
            assert request.seen.provisioning is ProvisioningState.SUCCEEDED
        else:
            assert story.azure.blind or "we are blind" in history, "it was read at this instant"
        if request.began:
            runs[intent.failover].append(RunKey(request.template, request.at))
    for began in runs.values():
        assert len(began) <= 1 + story.loop.policy.max_hops
        for one, following in itertools.pairwise(began):
            assert story.azure.ended.get(one, story.now + MINUTE) <= following.started


@SOME
@given(ordered())
def test_of_what_is_only_observed_nothing_runs_but_what_was_ordered(
    history: Sequence[str],
) -> None:
    """S36: each request belongs to an order, which names its actor."""
    fleet = [line.replace(":", " in mode observe:", 1) for line in FLEET if "mode" not in line]
    story = lived(begun([*fleet, *FLEET[2:]]), history)
    failovers = story.loop.state.failovers

    for each in story.loop.journal:
        if isinstance(each, Intended):
            assert failovers[each.failover].order is not None
        if isinstance(each, FailoverOpened):
            assert each.order is not None


@SOME
@given(ordered())
def test_no_monitor_objects_to_an_order(history: Sequence[str]) -> None:
    """What an operator may order breaks no promise that is watched."""
    story = lived(begun(), history)

    assert breaches(story.loop.journal) == []


@SOME
@given(ordered())
def test_after_the_faults_every_order_ends(history: Sequence[str]) -> None:
    """L3, L12: it is carried out or dropped, and its failover has its outcome."""
    story = lived(begun(), history)

    settle(story)

    assert story.loop.state.orders == {}
    assert not story.loop.state.open


def test_the_histories_carry_orders_out() -> None:
    """The laws would hold of a product that passes every order over."""
    lines = ["pause all: why", "ada orders seen: why", "wait 1m", "seen-north succeeds", "wait 4m"]
    story: Story = lived(begun(), lines)

    assert [each.template for each in story.azure.requests] == [an_id("seen-north")]
    assert {each.phase for each in story.loop.state.failovers.values()} == {Phase.CLOSED}
