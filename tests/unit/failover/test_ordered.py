"""What an operator ordered: what it skips, what it never skips, and what gives way to it (S37)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.failover.decide import decide
from aibwatch.model.decision import Close, Decision, Drop, Hold, Move, Open, Reason, Start
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Event, Failover, Outcome, Phase, Refusal
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import FailoverId, IncidentId, OrderId
from aibwatch.model.observation import SelfTested
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.readiness import ADVISORY, Check, Colour, Item, Readiness
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import KeyKind, failover_id, order_key
from builders import (
    CAPACITY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_policy,
    a_run,
)
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view

WEB_NAME = TWO_SECONDARIES.name
ORDER = Order(OrderId("0rder"), OrderKind.FAILOVER, WEB_NAME, NOW, "ada", "a move")
HOME = replace(ORDER, kind=OrderKind.FAILBACK)
Change = Callable[[View], View]


def opened(order: Order = ORDER, **changes: object) -> Failover:
    """Return the open failover of an order."""
    key = order_key(WEB, order.id)
    name = failover_id(WEB_NAME, key)
    return replace(
        a_failover(id=name, key=key, opened=NOW, since=NOW, order=order),
        **changes,  # type: ignore[arg-type]
    )


def with_order(view: View, order: Order = ORDER) -> View:
    """Return the view in which an order was given that nothing carries out yet."""
    view.state.orders[WEB_NAME] = order
    return view


def calm() -> View:
    """Return a view in which nothing failed, and every template is as ready as can be."""
    view = a_view()
    view.state.failures.clear()
    view.state.runs.clear()
    view.state.regions[WEST] = a_belief()
    home = Readiness(WEB, (Item(Check.IDLE, Colour.GREEN, "idle"),))
    readiness = {**view.readiness, (WEB_NAME, WEB): home}
    return replace(view, verdicts={}, readiness=readiness)


def decided(view: View, at: datetime = NOW) -> Decision:
    """Return the decision about `web`."""
    return decide(view.images[WEB_NAME], view, at)


def asked(decision: Decision) -> str | None:
    """Return whom a decision asks to build."""
    return decision.action.target if isinstance(decision.action, Start) else None


def test_an_order_opens_a_failover_of_its_own() -> None:
    """Nothing failed; its key names the order, so that it is carried out at most once."""
    decision = decided(with_order(calm()))

    assert isinstance(decision.action, Open)
    assert decision.action.key.kind is KeyKind.ORDER
    assert decision.action.failover == opened().id
    assert decision.reason is Reason.ORDERED
    assert decision.says == "ada ordered a failover: a move"


def test_the_first_secondary_that_can_is_asked_unless_one_is_named() -> None:
    """`to` leaves no choice."""
    busy = calm()
    busy = replace(
        busy,
        readiness={**busy.readiness, (WEB_NAME, WEB_NORTH): a_readiness(WEB_NORTH, "it is busy")},
    )
    named = replace(ORDER, to=WEB_EAST)

    assert asked(decided(with_failover(calm(), opened()))) == WEB_NORTH
    assert asked(decided(with_failover(busy, opened()))) == WEB_EAST
    assert asked(decided(with_failover(calm(), opened(named)))) == WEB_EAST


def with_failover(view: View, failover: Failover) -> View:
    """Return the view in which a failover is open."""
    view.state.failovers[failover.id] = failover
    view.state.open[WEB_NAME] = failover.id
    return view


def paused(scope: str) -> Change:
    """Return what pauses a scope."""

    def change(view: View) -> View:
        view.state.pauses[scope] = Paused(NOON, scope, "a freeze")
        return view

    return change


def cold(view: View) -> View:
    """Let the daemon have just begun."""
    view.sightings.sweeps = 0
    return view


def observed(view: View) -> View:
    """Let the image be only observed."""
    return replace(view, images={WEB_NAME: replace(TWO_SECONDARIES, mode=Mode.OBSERVE)})


def built_elsewhere(view: View) -> View:
    """Let the other secondary have built since."""
    run = a_run(template=WEB_EAST, started=NOW, state=RunState.SUCCEEDED)
    view.state.runs[WEB_EAST] = run
    return view


def tired(view: View) -> View:
    """Let an automatic failover of the image have failed just now."""
    past = a_failover(
        id=FailoverId("past"), phase=Phase.CLOSED, outcome=Outcome.FAILED, closed=NOW, last_sent=NOW
    )
    view.state.failovers[past.id] = past
    return view


SKIPPED: dict[str, Change] = {
    "S13 distrust": lambda view: replace(view, suspicion=Hold(Reason.SELF_SUSPECT, "too much")),
    "S16 warm-up": cold,
    "S21 cooldown": tired,
    "S22 caps": lambda view: replace(view, policy=a_policy(total=0, per_day=0, per_region=0)),
    "S35 everything is paused": paused("all"),
    "S35 the image is paused": paused("image:web"),
    "S35 the target's region is paused": paused(f"region:{NORTH}"),
    "S36 mode": observed,
    "S44 built elsewhere": built_elsewhere,
    "misconfigured": lambda view: replace(view, misconfigured={WEB_NAME: "it is red"}),
}


@pytest.mark.parametrize("change", SKIPPED.values(), ids=SKIPPED.keys())
def test_what_guards_against_our_own_misjudgement_does_not_hold_an_order(change: Change) -> None:
    """A person answers for it (PROMISES S37)."""
    assert asked(decided(change(with_failover(calm(), opened())))) == WEB_NORTH


def red(check: Check) -> Change:
    """Return what makes an item of the first secondary red; the second is not there."""

    def change(view: View) -> View:
        bad = Readiness(WEB_NORTH, (Item(check, Colour.RED, f"{check} is red"),))
        gone = a_readiness(WEB_EAST, "it is gone")
        return replace(
            view,
            readiness={(WEB_NAME, WEB_NORTH): bad, (WEB_NAME, WEB_EAST): gone},
        )

    return change


def unread(view: View) -> View:
    """Let the first secondary not have been read lately."""
    view.sightings.seen[WEB_NORTH] = NOW - HOUR
    return view


def faulty(view: View) -> View:
    """Let the last read of the first secondary have failed."""
    view.sightings.faults[WEB_NORTH] = Fault(FaultKind.PLATFORM, "500")
    return view


def north_is_out(view: View) -> View:
    """Let the region of the first secondary be out."""
    view.state.regions[NORTH] = a_belief(region=NORTH, health=Health.OUTAGE)
    return view


def given_up(view: View) -> View:
    """Let the last run of the first secondary have been given up."""
    past = a_failover(
        id=FailoverId("past"), phase=Phase.CLOSED, outcome=Outcome.ABANDONED, closed=NOW
    )
    view.state.failovers[past.id] = past
    view.state.quarantined[WEB_NORTH] = past.id
    return view


NEVER_SKIPPED: dict[str, tuple[Change, Reason]] = {
    "S4 leadership": (lambda view: replace(view, leader=False), Reason.NOT_LEADER),
    "S5 quarantine": (given_up, Reason.NO_CANDIDATE),
    "S6 busy": (red(Check.IDLE), Reason.NO_CANDIDATE),
    "S6 not provisioned": (red(Check.PROVISIONED), Reason.NO_CANDIDATE),
    "S15 not read lately": (unread, Reason.NO_CANDIDATE),
    "S15 not readable": (faulty, Reason.NO_CANDIDATE),
    "S26 a red item": (red(Check.SOURCE), Reason.NO_CANDIDATE),
    "S26 its region is out": (north_is_out, Reason.NO_CANDIDATE),
    "S28 residency": (red(Check.RESIDENCY), Reason.NO_CANDIDATE),
    "S44 the store": (lambda view: replace(view, writable=False), Reason.STORE_UNWRITABLE),
}


@pytest.mark.parametrize(("change", "reason"), NEVER_SKIPPED.values(), ids=NEVER_SKIPPED.keys())
def test_what_guards_against_two_runs_and_bad_targets_holds_an_order(
    change: Change, reason: Reason
) -> None:
    """Whoever ordered it (PROMISES S37)."""
    order = replace(ORDER, to=WEB_NORTH)

    decision = decided(change(with_failover(calm(), opened(order))))

    assert (decision.action, decision.reason) == (None, reason)


@pytest.mark.parametrize("check", [each for each in Check if each not in ADVISORY])
def test_a_red_item_is_accepted_by_its_own_name_if_it_can_be_at_all(check: Check) -> None:
    """Not by another's, and never what a run could not do without (PROMISES S6, S28)."""
    view = red(check)(calm())
    never = {Check.SECONDARY_EXISTS, Check.PROVISIONED, Check.IDLE, Check.RESIDENCY}

    by_name = decided(with_failover(view, opened(replace(ORDER, accept=frozenset({check})))))
    others = frozenset(Check) - {check}
    by_others = decided(with_failover(view, opened(replace(ORDER, accept=others))))

    assert asked(by_name) == (None if check in never else WEB_NORTH)
    assert asked(by_others) is None


def test_coming_home_asks_the_primary_alone() -> None:
    """Only where its region is well, and nothing else is asked instead (PROMISES S33)."""
    out = calm()
    out.state.regions[WEST] = a_belief(
        health=Health.DEGRADED, incident=IncidentId("1"), incident_opened=NOON
    )

    assert asked(decided(with_failover(calm(), opened(HOME)))) == WEB
    held = decided(with_failover(out, opened(HOME)))
    assert (held.action, held.reason) == (None, Reason.NO_CANDIDATE)
    assert "web-west: its region westeurope is degraded" in held.says


def test_a_primary_that_was_not_checked_is_no_home() -> None:
    """Unknown holds."""
    view = calm()
    view = replace(view, readiness={k: v for k, v in view.readiness.items() if k[1] != WEB})

    assert decided(with_failover(view, opened(HOME))).says == "web-west: not checked yet"


@pytest.mark.parametrize("order", [None, replace(ORDER, id=OrderId("older"))])
def test_what_still_waits_gives_way_to_an_order(order: Order | None) -> None:
    """Whether it answers a failure or is an older order (precedence human > real)."""
    waiting = a_failover() if order is None else opened(order)

    decision = decided(with_order(a_view(waiting)))

    assert decision.action == Close(waiting.id, Outcome.SUPERSEDED)
    assert decision.reason is Reason.OVERRULED


@pytest.mark.parametrize("phase", [Phase.REQUESTED, Phase.STARTING, Phase.BUILDING])
def test_what_builds_goes_on_and_the_order_waits(phase: Phase) -> None:
    """A request that was sent is nobody's to take back (PROMISES S1, S5)."""
    building = a_failover(
        phase=phase, target=WEB_NORTH, first_sent=NOW, since=NOW, run=RunKey(WEB_NORTH, NOW)
    )
    view = a_view(building)
    view.state.runs[WEB_NORTH] = a_run(template=WEB_NORTH, started=NOW, state=RunState.RUNNING)
    without = decided(view)

    assert decided(with_order(view)) == without
    assert not isinstance(without.action, Close)


def test_an_order_that_waited_too_long_is_dropped() -> None:
    """At the edge it stands; past it, it is dropped in words, whatever else goes on."""
    building = a_failover(phase=Phase.REQUESTED, target=WEB_NORTH, since=NOW + 2 * HOUR)
    late = NOW + a_policy().max_failure_age

    assert not isinstance(decided(with_order(a_view(building)), late).action, Drop)
    dropped = decided(with_order(a_view(building)), late + timedelta(seconds=1))
    assert dropped.action == Drop(ORDER.id)
    assert dropped.reason is Reason.ORDER_ENDED
    assert dropped.says == "it could not be begun by 2026-03-02 14:05Z"


def test_an_order_is_carried_out_once() -> None:
    """The same entry found again, after its failover ended, begins nothing."""
    past = opened(phase=Phase.CLOSED, outcome=Outcome.SUCCEEDED)

    assert decided(with_order(a_view(past))).action == Drop(ORDER.id)


def test_an_order_waits_for_the_right_to_act() -> None:
    """What could not be journalled is not opened; it is held, not lost."""
    decision = decided(replace(with_order(calm()), leader=False))

    assert (decision.action, decision.reason) == (None, Reason.NOT_LEADER)
    assert decision.wake_at == NOW + a_policy().max_failure_age


def test_an_order_that_nothing_could_take_ends_in_time() -> None:
    """Its failover has a deadline as every other (PROMISES L3)."""
    view = red(Check.SOURCE)(with_failover(calm(), opened()))
    until = NOW + a_policy().max_failure_age

    held, ended = decided(view, NOW), decided(view, until + timedelta(seconds=1))

    assert (held.deadline, held.action) == (until, None)
    assert ended.action == Close(opened().id, Outcome.NO_CANDIDATE)
    assert ended.reason is Reason.ORDER_ENDED


def test_a_resend_goes_to_the_same_template() -> None:
    """Its one-run rule is the only guard against two runs (PROMISES S2)."""
    again = decided(with_failover(calm(), opened(target=WEB_EAST)))
    refused = opened(target=WEB_NORTH, refusals=(Refusal(WEB_NORTH, NOW, "409"),))
    following = decided(with_failover(calm(), refused))

    assert (asked(again), again.reason) == (WEB_EAST, Reason.RESEND)
    assert (asked(following), following.reason) == (WEB_EAST, Reason.NEXT_SECONDARY)


FAILED_THERE = {"generic": GENERIC, "capacity": CAPACITY, "no signature": UNKNOWN}


@pytest.mark.parametrize("error", FAILED_THERE.values(), ids=FAILED_THERE.keys())
def test_a_target_that_was_named_and_fails_ends_its_order(error: object) -> None:
    """With no target named the next is asked; there is no failure that it could be the same as."""
    for order, goes_on in ((replace(ORDER, to=WEB_NORTH), False), (ORDER, True)):
        decision = decided(failed_on(WEB_NORTH, order, error))
        if goes_on:
            assert decision.action == Move(opened().id, Event.HOPPED)
        else:
            assert decision.action == Close(opened().id, Outcome.FAILED)
        assert decision.reason is Reason.FAILED_ITS_OWN_WAY


def failed_on(target: str, order: Order, error: object) -> View:
    """Return the view in which an order's run failed on its target."""
    failure = replace(
        a_failure(template=target, ended=NOW),  # type: ignore[arg-type]
        classification=error,
    )
    assert failure.run
    run = failure.run
    building = opened(order, phase=Phase.BUILDING, target=target, run=run.key)
    view = with_failover(calm(), building)
    view.state.runs[run.template], view.state.failures[run.template] = run, failure
    return view


def test_a_build_that_fails_by_its_own_script_is_not_tried_elsewhere() -> None:
    """It would fail anywhere."""
    decision = decided(failed_on(WEB_NORTH, ORDER, USER_BUILD))

    assert decision.action == Close(opened().id, Outcome.FAILED)


def test_coming_home_that_fails_ends_there() -> None:
    """There is no other home."""
    decision = decided(failed_on(WEB, HOME, GENERIC))

    assert decision.action == Close(opened().id, Outcome.FAILED)


def test_when_every_secondary_had_its_run_the_order_ends() -> None:
    """None is asked twice for one order (PROMISES S1, S23)."""
    decision = decided(with_failover(calm(), opened(tried=(WEB_NORTH, WEB_EAST))))

    assert decision.action == Close(opened().id, Outcome.FAILED)


def test_a_target_that_is_no_secondary_any_more_is_named() -> None:
    """The configuration may have changed since the order."""
    view = replace(calm(), images={WEB_NAME: replace(TWO_SECONDARIES, templates=(WEB, WEB_NORTH))})

    decision = decided(with_failover(view, opened(replace(ORDER, to=WEB_EAST))))

    assert decision.says == "web-east is no secondary of it"


def test_a_hold_of_an_order_waits_for_a_refusal_to_be_forgotten() -> None:
    """Who refused is asked again after `settle`, not before."""
    order = replace(ORDER, to=WEB_NORTH)
    failover = opened(order, refusals=(Refusal(WEB_NORTH, NOW, "409"),))

    decision = decided(with_failover(calm(), failover))

    assert decision.wake_at == NOW + a_policy().settle
    assert "it refused: 409" in decision.says
    assert decided(with_failover(calm(), failover), NOW + 2 * MINUTE).action is None


def test_what_was_built_at_home_has_no_double() -> None:
    """The primary's next run is the next build; after one elsewhere it may be the same again."""
    again = a_run(started=NOW + HOUR, state=RunState.SUCCEEDED)

    home = opened(HOME, target=WEB, run=RunKey(WEB, NOW))
    away = opened(target=WEB_NORTH, run=RunKey(WEB_NORTH, NOW))

    assert not home.is_doubled_by(again)
    assert away.is_doubled_by(again)


@pytest.mark.parametrize("ahead", [-1, 1])
def test_an_order_waits_while_our_clock_is_known_to_be_wrong(ahead: int) -> None:
    """What began a run is told by when it began (PROMISES S2); a test that failed holds nothing."""
    view = with_order(calm())
    skew = ahead * (view.policy.skew + timedelta(seconds=1))
    view.sightings.self_test = SelfTested(NOW, None, skew)
    right = with_order(calm())
    right.sightings.self_test = SelfTested(NOW, None, ahead * right.policy.skew)
    failed = with_order(calm())
    failed.sightings.self_test = SelfTested(NOW, Fault(FaultKind.NETWORK, "no answer"))

    held = decided(view)

    assert [each.reason for each in held.held_by] == [Reason.SELF_SUSPECT]
    assert decided(right).held_by == decided(failed).held_by == ()
