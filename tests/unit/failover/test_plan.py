"""The plan of an order: what it would do, what it passes over, and when it is another one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aibwatch.failover.decide import decide
from aibwatch.failover.plan import plan
from aibwatch.model.decision import Hold, Reason, Start
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Phase
from aibwatch.model.names import OrderId
from aibwatch.model.order import Order
from aibwatch.model.plan import PARTS, Plan, changed
from aibwatch.model.readiness import Check, Colour, Item, Readiness
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from builders import (
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_definition_id,
    a_failover,
    a_failure,
    a_policy,
    a_run,
    a_version,
)
from unit.failover.test_ordered import HOME, ORDER, WEB_NAME, calm, opened, with_failover
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view


def planned(view: View, order: Order = ORDER) -> Plan:
    """Return the plan of an order as of NOW."""
    return plan(view.images[WEB_NAME], order, view, NOW)


def red(view: View, *checks: Check) -> View:
    """Return the view in which these items of the first secondary are red."""
    items = tuple(Item(each, Colour.RED, f"{each} is red") for each in checks)
    return replace(
        view,
        readiness={**view.readiness, (WEB_NAME, WEB_NORTH): Readiness(WEB_NORTH, items)},
    )


@pytest.mark.parametrize("order", [ORDER, HOME, replace(ORDER, to=WEB_EAST)])
def test_a_plan_names_the_very_request_that_the_order_then_makes(order: Order) -> None:
    """The same code chooses the target, so that a dry run cannot lie."""
    found = planned(calm(), order)
    decision = decide(TWO_SECONDARIES, with_failover(calm(), opened(order)), NOW)

    assert isinstance(decision.action, Start)
    assert found.target == decision.action.target
    assert found.request == f"POST {decision.action.target}/run"
    assert (found.refusal, found.needed) == ("", ())


def test_what_is_red_is_named_with_what_must_be_accepted() -> None:
    """Then the order is refused in these words; accepted by name, it is not."""
    to_north = replace(ORDER, to=WEB_NORTH)
    view = red(calm(), Check.SOURCE, Check.PERMISSION)

    found = planned(view, to_north)
    part = planned(view, replace(to_north, accept=frozenset({"source"})))
    whole = planned(view, replace(to_north, accept=frozenset({"source", "permission"})))

    assert [each.check for each in found.red] == [Check.SOURCE, Check.PERMISSION]
    assert found.needed == ("source", "permission")
    assert found.refusal == (
        "web-north: source is red; to build all the same: --accept source --accept permission"
    )
    assert (part.needed, whole.needed) == (("permission",), ())
    assert part.request == ""
    assert whole.request == f"POST {WEB_NORTH}/run"


def test_what_cannot_be_accepted_is_not_offered() -> None:
    """A busy template is waited for."""
    found = planned(red(calm(), Check.IDLE), replace(ORDER, to=WEB_NORTH))

    assert (found.needed, found.refusal) == ((), "web-north: idle is red")


def test_an_order_that_names_no_target_passes_to_the_next_that_can() -> None:
    """As a failover does (PROMISES L5)."""
    assert planned(red(calm(), Check.SOURCE)).target == WEB_EAST


def test_what_would_hold_aibwatch_itself_is_told_as_skipped() -> None:
    """The operator sees what he overrules (PROMISES S37)."""
    view = a_view(families=())
    view.state.pauses["all"] = Paused(NOON, "all", "a freeze")
    view.state.pauses[f"region:{NORTH}"] = Paused(NOON, f"region:{NORTH}", "a move")
    view.sightings.sweeps = 0

    found = planned(view)

    assert [each.reason for each in found.skipped] == [
        Reason.AWAITING_EVIDENCE,
        Reason.WARMING_UP,
        Reason.PAUSED,
        Reason.PAUSED,
    ]
    assert found.refusal == ""


def test_without_a_failure_only_what_needs_none_is_skipped() -> None:
    """The guards about a failure have nothing to say."""
    suspicion = Hold(Reason.SELF_SUSPECT, "too much looks ill")
    view = replace(calm(), suspicion=suspicion, policy=a_policy(total=0))

    assert [each.reason for each in planned(view).skipped] == [Reason.SELF_SUSPECT, Reason.BUDGET]


def test_a_person_is_warned() -> None:
    """Of a primary that runs, of what is published already, and of what gives way."""
    running = calm()
    running.state.runs[WEB] = a_run(state=RunState.RUNNING, ended=None)
    published = a_view(a_failover())
    newer = a_version(published=NOON + MINUTE)
    published.sightings.versions[a_definition_id()] = (newer,)

    assert planned(running).warnings == (
        "the primary web-west is Running since 2026-03-02 11:30Z",
        "no failure of the primary is known",
    )
    assert planned(published).warnings == (
        "its failure is answered already: 1.0.42 was published",
        "failover f00d, which waits, gives way and is not taken up again",
    )
    assert planned(calm(), HOME).warnings == ()


def test_what_builds_stands_in_the_way() -> None:
    """One failover of an image at a time, and one order that waits (PROMISES S5)."""
    building = a_failover(phase=Phase.BUILDING, target=WEB_NORTH)
    waiting = calm()
    waiting.state.orders[WEB_NAME] = replace(ORDER, id=OrderId("first"), actor="bob")

    refused = planned(a_view(building)).refusal

    assert refused == "failover f00d of web is building in web-north; wait for its end"
    assert planned(waiting).refusal.startswith("order first of bob is not begun yet")
    assert planned(a_view(a_failover())).obstacle == ""


def test_a_standby_carries_nothing_out() -> None:
    """Who gives the order there is told."""
    assert planned(replace(calm(), leader=False)).refusal == "another replica leads"


def new_recipe(view: View) -> View:
    """Let the first secondary have been written anew."""
    found = replace(view.sightings.templates[WEB_NORTH], recipe="another")
    view.sightings.templates[WEB_NORTH] = found
    return view


def new_failure(view: View) -> View:
    """Let the primary have failed once more."""
    failure = a_failure(ended=NOW)
    assert failure.run
    view.state.failures[WEB], view.state.runs[WEB] = failure, failure.run
    return view


def other_target(view: View) -> View:
    """Let the first secondary be busy."""
    readiness = {**view.readiness, (WEB_NAME, WEB_NORTH): a_readiness(WEB_NORTH, "busy")}
    return replace(view, readiness=readiness)


CHANGES: dict[str, tuple[Callable[[View], View], Order, tuple[str, ...]]] = {
    "nothing": (lambda view: view, ORDER, ()),
    "who orders it, when and why": (
        lambda view: view,
        replace(ORDER, id=OrderId("x"), actor="bob", reason="other", at=NOON, plan="x"),
        (),
    ),
    "what is ordered": (lambda view: view, replace(ORDER, to=WEB_NORTH), PARTS[:1]),
    "coming home": (lambda view: view, HOME, PARTS[:3]),
    "the target": (other_target, ORDER, PARTS[1:3]),
    "its recipe": (new_recipe, ORDER, PARTS[2:3]),
    "what is accepted": (lambda view: view, replace(ORDER, accept=frozenset({"x"})), PARTS[3:4]),
    "the primary": (new_failure, ORDER, PARTS[4:]),
}


@pytest.mark.parametrize(("change", "order", "parts"), CHANGES.values(), ids=CHANGES.keys())
def test_a_hash_tells_what_has_changed(
    change: Callable[[View], View], order: Order, parts: tuple[str, ...]
) -> None:
    """Part by part, without anybody having kept the plan."""
    view = a_view()
    templates = view.sightings.templates
    templates[WEB_EAST] = replace(templates[WEB_EAST], recipe="recipe-east")
    templates[WEB] = replace(templates[WEB], recipe="recipe-home")
    before = planned(view).hash

    assert changed(before, planned(change(view), order).hash) == parts


def test_a_failure_that_is_too_old_makes_another_plan() -> None:
    """What was advised for it is valid so long and no longer."""
    view = a_view(image=TWO_SECONDARIES)
    late = NOON + 12 * HOUR
    before, edge, after = (
        plan(TWO_SECONDARIES, ORDER, view, at).hash for at in (NOW, late, late + MINUTE)
    )

    assert changed(before, edge) == ()
    assert changed(before, after) == PARTS[4:]


def test_what_is_no_hash_has_changed_in_every_part() -> None:
    """A misspelt one is never taken for the plan."""
    for other in ("", "abc", "-----", "x-x-x-x-x"):
        assert changed(other, planned(calm()).hash) == PARTS
