"""Builds that an operator orders over HTTP: read strictly, planned, refused in words."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from aibwatch.failover.plan import plan
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.readiness import UNACCEPTABLE, Check
from aibwatch.status.builds import confirmed
from aibwatch.status.orders import OrderError, read_build
from aibwatch.status.refusal import Refusal
from builders import NOON, WEB, WEB_NORTH
from unit.failover.test_ordered import WEB_NAME, calm
from unit.failover.test_plan import red
from unit.status.test_server import Stage, message
from views import NOW, TWO_SECONDARIES, WEB_EAST

IMAGES: Mapping[ImageName, Image] = {WEB_NAME: TWO_SECONDARIES}


def read(kind: OrderKind = OrderKind.FAILOVER, **fields: object) -> Order:
    """Return the order that these fields make; with an image and a reason."""
    body = json.dumps({"image": "web", "reason": "a move", **fields}).encode()
    return read_build(body, kind, IMAGES, NOON, "api from 127.0.0.1").order


def test_an_order_is_what_was_said() -> None:
    """The actor is whom the caller names, else where it came from."""
    order = read(to="web-east", accept=["source"], plan="a-b", actor="ada")

    assert order == Order(
        order.id,
        OrderKind.FAILOVER,
        WEB_NAME,
        NOON,
        "ada",
        "a move",
        WEB_EAST,
        frozenset({"source"}),
        "a-b",
    )
    assert read().actor == "api from 127.0.0.1"
    assert read(OrderKind.FAILBACK).kind is OrderKind.FAILBACK


def test_a_secondary_is_named_by_its_name_or_its_id() -> None:
    """In any spelling of either."""
    given = ("web-north", "Web-North", WEB_NORTH, f"{WEB_NORTH.upper()}/")

    assert {read(to=each).to for each in given} == {WEB_NORTH}


def test_orders_that_say_something_else_have_other_ids() -> None:
    """The same said at the same instant is one order."""
    orders = [read(), read(to="web-east"), read(reason="x"), read(accept=["source"])]

    assert len({each.id for each in orders}) == len(orders)
    assert read().id == read().id


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no image": ({"image": ""}, "unknown image ''; there are: web"),
    "no reason": ({"reason": " "}, "a failover needs a `reason`"),
    "the primary": ({"to": "web-west"}, "'web-west' is no secondary of web; there are: web-north"),
    "no such field": ({"force": True}, "unknown field 'force'"),
    "no list": ({"accept": "source"}, "`accept` must be a list"),
    "no yes or no": ({"dry_run": "yes"}, "`dry_run` must be true or false"),
    "no item": ({"accept": ["luck"]}, "'luck' is no readiness item; what can be accepted:"),
}


@pytest.mark.parametrize(("fields", "says"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_understood_is_refused(fields: dict[str, object], says: str) -> None:
    """Nothing is guessed, and the remedy is said."""
    with pytest.raises(OrderError, match=says.replace("?", r"\?")):
        read(**fields)


@pytest.mark.parametrize("check", sorted(UNACCEPTABLE))
def test_what_no_order_may_accept_is_refused(check: Check) -> None:
    """A busy template, one that is not there, and residency (PROMISES S6, S28)."""
    with pytest.raises(OrderError, match=f"'{check}' cannot be accepted by anybody"):
        read(accept=[check])


def test_coming_home_names_no_target() -> None:
    """There is one home."""
    with pytest.raises(OrderError, match="unknown field 'to'"):
        read(OrderKind.FAILBACK, to="web-north")


def test_a_dry_run_needs_no_reason() -> None:
    """It does nothing."""
    body = json.dumps({"image": "web", "dry_run": True}).encode()

    assert read_build(body, OrderKind.FAILOVER, IMAGES, NOON, "x").dry_run


def test_a_confirmed_order_carries_its_plan() -> None:
    """One that was made from a plan builds where that plan says, and nowhere else."""
    order = read()
    made = plan(TWO_SECONDARIES, order, calm(), NOW)
    exact = confirmed(replace(order, plan=made.hash), made)

    assert confirmed(order, made) == replace(order, plan=made.hash)
    assert exact == replace(order, plan=made.hash, to=WEB_NORTH)


def test_an_order_of_another_plan_is_refused_with_what_changed() -> None:
    """The person looks again before anything is done."""
    order = read()
    before = plan(TWO_SECONDARIES, order, calm(), NOW)
    after = plan(TWO_SECONDARIES, order, red(calm(), Check.SOURCE), NOW)

    with pytest.raises(Refusal, match="changed: the template that would build it") as refused:
        confirmed(replace(order, plan=before.hash), after)

    assert refused.value.status == 409
    assert f"It would be POST {WEB_EAST}/run" in str(refused.value)


def test_an_order_that_nothing_could_carry_out_is_refused() -> None:
    """At once and in words, with what would have to be accepted."""
    order = read(to="web-north")
    made = plan(TWO_SECONDARIES, order, red(calm(), Check.SOURCE), NOW)

    with pytest.raises(Refusal, match=r"web-north: source is red; .* --accept source"):
        confirmed(order, made)


# over sockets


def staged(*, planning: bool = True) -> Stage:
    """Return a server that shows the view in which nothing failed."""
    stage = Stage()
    assert stage.snapshot
    view = calm()
    observed = replace(TWO_SECONDARIES, mode=Mode.OBSERVE)
    view = replace(view, images={WEB_NAME: observed})
    stage.snapshot = replace(stage.snapshot, view=view)
    if planning:
        stage.plan = lambda order: plan(observed, order, view, NOW)
    return stage


def test_a_dry_run_answers_the_plan_and_orders_nothing() -> None:
    """The order that follows carries its hash and is taken."""
    stage = staged()

    code, text = stage.post("/api/v1/failover", {"image": "web", "dry_run": True})
    shown = json.loads(text)
    dry = list(stage.desk.orders)
    given = {"image": "web", "reason": "a move", "plan": shown["plan"], "actor": "ada"}
    taken, answer = stage.post("/api/v1/failover", given)

    assert (code, taken, dry) == (200, 200, [])
    assert (shown["request"], shown["order"]) == (f"POST {WEB_NORTH}/run", None)
    ((word, order),) = stage.desk.orders
    assert isinstance(order, Order)
    assert (word, order.actor, order.to, order.plan) == ("order", "ada", WEB_NORTH, shown["plan"])
    assert json.loads(answer)["order"] == order.id


def test_coming_home_is_ordered_at_a_path_of_its_own() -> None:
    """It asks the primary."""
    stage = staged()

    code, text = stage.post("/api/v1/failback", {"image": "web", "reason": "it is well again"})

    assert (code, json.loads(text)["target"]) == (200, WEB)
    ((_, order),) = stage.desk.orders
    assert isinstance(order, Order)
    assert order.kind is OrderKind.FAILBACK


@pytest.mark.parametrize("path", ["/api/v1/failover", "/api/v1/failback"])
def test_nothing_is_ordered_without_the_token(path: str) -> None:
    """Not even planned."""
    stage = staged()

    code, _ = stage.post(path, {"image": "web", "reason": "x", "dry_run": True}, headers={})

    assert (code, stage.desk.orders) == (401, [])


def test_a_plan_that_has_changed_is_a_conflict() -> None:
    """The words reach whoever asked."""
    stage = staged()

    given = {"image": "web", "reason": "x", "plan": "1-2-3-4-5"}
    code, text = stage.post("/api/v1/failover", given)

    assert (code, stage.desk.orders) == (409, [])
    assert message(text).startswith("the plan is another one now; changed: what is ordered")


def test_without_a_core_nothing_is_planned() -> None:
    """It comes with the daemon."""
    code, _ = staged(planning=False).post("/api/v1/failover", {"image": "web", "reason": "x"})

    assert code == 503


def test_an_order_that_cannot_be_written_is_none() -> None:
    """The disk is full."""
    stage = staged()
    stage.desk.full = True

    code, text = stage.post("/api/v1/failover", {"image": "web", "reason": "x"})

    assert (code, message(text)) == (503, "nothing was changed: the disk is full")
