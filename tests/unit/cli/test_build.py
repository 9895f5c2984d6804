"""`build` against the daemon's own HTTP face, and without any daemon."""

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from aibwatch.cli import build as built
from aibwatch.errors import TemporaryError
from aibwatch.model.failover import Outcome, Phase
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.state import Snapshot, View
from unit.cli.running import Running, config_for, run, running
from unit.cli.test_failover import fleet, planning
from unit.failover.test_ordered import WEB_NAME, opened
from unit.status.snapshots import calm
from views import NOW

VERSION = "/subscriptions/s/versions/1.0.7"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "EVERY", 0.01)


def ended(view: View, order: Order, outcome: Outcome, version: str = "") -> None:
    """Let an order have been carried out."""
    failover = opened(order, phase=Phase.CLOSED, outcome=outcome, version=version, closed=NOW)
    view.state.failovers[failover.id] = replace(failover, reason="replicated")


def served(view: View) -> AbstractContextManager[Running]:
    """Serve a daemon that believes this."""
    picture: Snapshot = replace(calm(), view=view)
    return running(picture, plan=planning(view))


def ordered(daemon: Running) -> Order:
    """Return the one order that was given."""
    ((_, order),) = daemon.orders.given
    assert isinstance(order, Order)
    return order


def test_a_build_is_ordered_without_a_reason(tmp_path: Path) -> None:
    """A pipeline has none to give; its order says who it is."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("build", "web", "--actor", "release-7", "--config", path)
        order = ordered(daemon)

    assert (order.kind, order.image, order.actor) == (OrderKind.BUILD, WEB_NAME, "release-7")
    assert result.stdout == f"ordered: web is built, order {order.id}\n"


@pytest.mark.parametrize(
    ("outcome", "code", "told"),
    [(Outcome.SUCCEEDED, 0, VERSION), (Outcome.FAILED, 1, "web was not built (failed: replicated")],
)
def test_who_waits_gets_the_version_or_an_error(
    tmp_path: Path, outcome: Outcome, code: int, told: str
) -> None:
    """The version is all that is on stdout."""
    view = fleet()
    with served(view) as daemon:
        daemon.orders.taken = lambda order: ended(view, order, outcome, VERSION)
        path = str(config_for(tmp_path, daemon.port))
        result = run("build", "web", "--wait", "--config", path)
        machine = run("build", "web", "--wait", "--config", path, "--output", "json")

    assert result.exit_code == code
    assert (result.stdout.strip() if code == 0 else str(result.exception)).startswith(told)
    assert json.loads(machine.stdout)["good"] is (code == 0)


def test_an_order_of_which_nobody_knows_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """It was dropped: the daemon's own words."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("build", "web", "--wait", "--config", path)

    assert "no order" in str(result.exception)


def test_without_a_daemon_nothing_is_started_unless_it_was_said(tmp_path: Path) -> None:
    """The error tells how to start a daemon."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))

    result = run("build", "web", "--config", path)

    assert isinstance(result.exception, TemporaryError)
    assert "no daemon answers" in str(result.exception)
