"""`drill` against the daemon's own HTTP face, and what `status` shows of drills."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from aibwatch.cli.client import RefusedError
from aibwatch.cli.drills import drill_rows
from aibwatch.model.drill import Blocked, Drills
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.schedule import Schedule
from aibwatch.model.state import View
from aibwatch.status.answers.document import Status
from aibwatch.status.drills import removal
from aibwatch.status.view import status
from builders import DAY
from unit.cli.running import config_for, run, running
from unit.cli.test_failover import planning
from unit.failover.test_drill import DRILL, building, calm, ordered
from unit.failover.test_ordered import WEB_NAME
from unit.status.snapshots import calm as calm_day
from unit.status.test_drills import VERSION, drilled
from views import NOW


def rehearsable() -> View:
    """Return a view in which nothing is in the way of a drill."""
    view = ordered()
    view.state.orders.clear()
    return view


def test_a_drill_is_ordered_without_a_reason(tmp_path: Path) -> None:
    """It passes over nothing, so nobody has to answer for it."""
    view = rehearsable()
    with running(replace(calm_day(), view=view), plan=planning(view)) as daemon:
        result = run("drill", "web", "--config", str(config_for(tmp_path, daemon.port)))
        ((_, order),) = daemon.orders.given

    assert isinstance(order, Order)
    assert order.kind is OrderKind.DRILL
    assert "ordered: web is rehearsed in web-drill (northeurope)" in result.stdout


def test_a_dry_run_orders_nothing_and_says_what_would_run(tmp_path: Path) -> None:
    """The one request."""
    view = rehearsable()
    with running(replace(calm_day(), view=view), plan=planning(view)) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("drill", "web", "--dry-run", "--config", path)
        assert daemon.orders.given == []

    assert result.exit_code == 0
    assert f"request: POST {DRILL}/run" in result.stdout.replace("\n", "")


def test_a_drill_is_refused_with_what_is_in_its_way(tmp_path: Path) -> None:
    """Here another drill of the image, which builds."""
    view = building(calm())
    with running(replace(calm_day(), view=view), plan=planning(view)) as daemon:
        result = run("drill", "web", "--config", str(config_for(tmp_path, daemon.port)))
        assert daemon.orders.given == []

    assert isinstance(result.exception, RefusedError)
    assert "of web is building" in str(result.exception)


def test_the_status_shows_drills_and_what_they_left(tmp_path: Path) -> None:
    """The last, the next, and the command that removes a version."""
    rules = Drills(Schedule("0 3 * * *"), require_within=7 * DAY)
    snapshot = drilled(rules)
    with running(snapshot) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        shown = run("status", "--config", path).stdout

    assert "next drill: web, 2026-03-03 03:00 UTC" in shown
    assert "succeeded" in shown
    assert f"in 2 regions; to remove it: {removal(VERSION)}\n" in shown


def test_a_drill_that_was_blocked_since_is_shown_with_why() -> None:
    """In place of what came of the one before."""
    snapshot = drilled()
    before = list(drill_rows(cast("Status", status(snapshot, "1"))["images"]))
    snapshot.view.state.blocked[WEB_NAME] = Blocked(NOW + DAY, "blocked: paused")

    ((_, _, outcome, took, *_),) = drill_rows(cast("Status", status(snapshot, "1"))["images"])

    assert before[0][2:4] == ("succeeded", "60 min (trigger 1, build 40, replicate 19)")
    assert (outcome, took) == ("blocked: paused", "60 min (trigger 1, build 40, replicate 19)")
