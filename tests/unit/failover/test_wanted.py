"""Builds that a schedule or a pipeline wants: at home, elsewhere only if home cannot (S37)."""

from dataclasses import replace

import pytest

from aibwatch.failover.decide import decide
from aibwatch.model.decision import Close, Decision, Drop, Move, Open, Reason, Start
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.image import Mode
from aibwatch.model.names import IncidentId, OrderId
from aibwatch.model.order import SCHEDULER, Order, OrderKind
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Classification, Success
from aibwatch.model.word import Word
from builders import (
    CAPACITY,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_run,
)
from unit.failover.test_ordered import calm, failed_on, opened, with_failover, with_order
from views import NOW, TWO_SECONDARIES, a_view

WEB_NAME = TWO_SECONDARIES.name
WANTED = Order(OrderId("w"), OrderKind.BUILD, WEB_NAME, NOW, SCHEDULER, "its schedule said so")
BY_PIPELINE = replace(WANTED, actor="pipeline")


def decided(view: View) -> Decision:
    """Return the decision about `web`."""
    return decide(view.images[WEB_NAME], view, NOW)


def asked(view: View) -> str | None:
    """Return whom the decision asks to build."""
    action = decided(view).action
    return action.target if isinstance(action, Start) else None


def under_way(view: View, order: Order = WANTED, **changes: object) -> View:
    """Return the view in which the order's failover chooses."""
    return with_failover(view, opened(order, **changes))


def with_west_out(view: View) -> View:
    """Return the view in which the primary's region has an open incident."""
    view.state.regions[WEST] = a_belief(
        health=Health.OUTAGE, incident=IncidentId("1"), incident_opened=NOON
    )
    return view


def test_it_is_built_at_home() -> None:
    """Though every secondary could take it."""
    assert isinstance(decided(with_order(calm(), WANTED)).action, Open)
    assert asked(under_way(calm())) == WEB


def test_it_is_built_elsewhere_while_the_primarys_region_is_out() -> None:
    """By our own belief or by an operator's word."""
    said = calm()
    said.state.words[WEST] = Word(WEST, True, NOON, "ada", "fire", None)  # noqa: FBT003

    assert asked(under_way(with_west_out(calm()))) == WEB_NORTH
    assert asked(under_way(said)) == WEB_NORTH


def test_what_may_be_out_is_waited_for() -> None:
    """Nobody could see yet how the primary's region is."""
    view = calm()
    view.state.regions[WEST] = a_belief(health=Health.UNKNOWN)

    held = decided(under_way(view))

    assert (held.action, held.reason) == (None, Reason.NO_CANDIDATE)
    assert "web-north: the primary comes first, and its region westeurope is not out" in held.says


@pytest.mark.parametrize(("unbegun", "target"), [(0, WEB), (1, WEB), (2, WEB_NORTH)])
def test_two_requests_in_vain_are_enough(unbegun: int, target: str) -> None:
    """The first may be bad luck; the primary is asked once more."""
    assert asked(under_way(calm(), target=WEB, unbegun=unbegun)) == target


def test_a_schedule_goes_elsewhere_only_in_mode_auto() -> None:
    """At home it builds in any mode: the schedule itself is the permission; a pipeline asks."""
    image = replace(TWO_SECONDARIES, mode=Mode.OBSERVE)

    def observing(view: View) -> View:
        return replace(view, images={WEB_NAME: image})

    assert asked(under_way(observing(calm()))) == WEB
    assert asked(under_way(with_west_out(observing(calm())))) is None
    assert asked(under_way(with_west_out(observing(calm())), BY_PIPELINE)) == WEB_NORTH


@pytest.mark.parametrize("scope", ["all", f"region:{WEST}", "image:web"])
@pytest.mark.parametrize("order", [WANTED, BY_PIPELINE], ids=["schedule", "pipeline"])
def test_a_pause_holds_it(scope: str, order: Order) -> None:
    """Nobody looked before he ordered it (PROMISES S35)."""
    view = with_order(calm(), order)
    view.state.pauses[scope, "ada"] = Paused(NOON, scope, "a freeze", "ada")

    held = decided(view)

    assert (held.action, held.reason) == (None, Reason.PAUSED)
    assert held.says == f"{scope} is paused by ada: a freeze"


def test_a_pause_of_the_secondarys_region_keeps_it_from_there() -> None:
    """The next secondary is another region's."""
    view = under_way(with_west_out(calm()))
    view.state.pauses[f"region:{NORTH}", ""] = Paused(NOON, f"region:{NORTH}", "a freeze")

    assert asked(view) not in (None, WEB_NORTH)


def test_it_waits_for_the_warm_up() -> None:
    """After a start nobody knows yet how the regions are (PROMISES S16)."""
    view = with_order(calm(), WANTED)
    view.sightings.sweeps = 0

    assert decided(view).reason is Reason.WARMING_UP


def test_what_answers_a_failure_goes_first_and_may_answer_it_too() -> None:
    """A failover that waits does not give way; once it has built, nothing is left to do."""
    waiting = a_failover()
    assert not isinstance(decided(with_order(a_view(waiting), WANTED)).action, Close)

    built = with_order(calm(), WANTED)
    good = a_run(template=WEB_NORTH, started=NOW, state=RunState.SUCCEEDED, ended=NOW + 20 * MINUTE)
    built.state.successes[WEB_NORTH] = Success(good, "recipe", "identities")
    assert decided(built).action == Drop(WANTED.id)
    assert decided(with_order(calm(), WANTED)).action != Drop(WANTED.id)


def test_a_build_that_may_have_ended_before_it_was_wanted_is_not_it_either() -> None:
    """When it ended Azure's clock tells, and when somebody wanted it ours (S43)."""
    view = with_order(calm(), WANTED)
    good = a_run(state=RunState.SUCCEEDED, started=NOON, ended=NOW + 2 * MINUTE)
    view.state.successes[WEB] = Success(good, "recipe", "identities")

    assert decided(view).action != Drop(WANTED.id)


def test_a_build_that_was_good_before_is_not_the_one_that_is_wanted() -> None:
    """Yesterday's version does not answer today's schedule."""
    view = with_order(calm(), WANTED)
    good = a_run(state=RunState.SUCCEEDED, started=NOW - HOUR, ended=NOW)
    view.state.successes[WEB] = Success(good, "recipe", "identities")

    assert isinstance(decided(view).action, Open)


@pytest.mark.parametrize(
    ("error", "goes_on"), [(GENERIC, True), (CAPACITY, True), (USER_BUILD, False)]
)
def test_what_fails_at_home_goes_on_if_it_may_be_the_platform(
    error: Classification, *, goes_on: bool
) -> None:
    """An owner's error would come again elsewhere."""
    action = decided(failed_on(WEB, WANTED, error)).action

    end = Close(opened(WANTED).id, Outcome.FAILED)
    assert action == (Move(opened(WANTED).id, Event.HOPPED) if goes_on else end)


def test_what_failed_at_home_waits_until_its_region_is_out() -> None:
    """One failure proves no outage; a lack of capacity needs no more proof for its own image."""
    for error, target in ((GENERIC, None), (CAPACITY, WEB_NORTH)):
        view = under_way(calm(), tried=(WEB,))
        view.state.failures[WEB] = replace(a_failure(), classification=error)
        assert asked(view) == target
        assert asked(with_west_out(view)) == WEB_NORTH


def test_what_somebody_builds_meanwhile_ends_it() -> None:
    """The service reran what had failed at home."""
    view = under_way(calm(), tried=(WEB,))
    good = a_run(state=RunState.SUCCEEDED, started=NOW, ended=NOW + 20 * MINUTE)
    view.state.successes[WEB] = Success(good, "recipe", "identities")

    assert decided(view).action == Close(opened(WANTED).id, Outcome.SUPERSEDED)
