"""`pause` and `resume` against the daemon's own HTTP face."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aibwatch.cli.client import RefusedError
from aibwatch.daemon.clock import wall
from aibwatch.errors import PermissionDeniedError, TemporaryError
from unit.cli.running import config_for, run, running
from unit.status.snapshots import calm


def test_a_pause_reaches_the_operator_with_scope_and_reason(tmp_path: Path) -> None:
    """What was typed is what is ordered."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("pause", "--reason", "gallery move", "--scope", "image:web", "--config", path)

    assert (result.exit_code, result.stdout) == (0, "paused image:web: gallery move\n")
    assert daemon.orders.given == [("pause", "image:web", "gallery move", None)]


def test_a_pause_can_end_by_itself(tmp_path: Path) -> None:
    """`--for` is counted from now."""
    before = wall()
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        run("pause", "--reason", "x", "--for", "2h", "--config", path, "--output", "json")

    ((_, scope, _, until),) = daemon.orders.given
    assert scope == "all"
    assert isinstance(until, datetime)
    assert timedelta(0) <= until - before - timedelta(hours=2) < timedelta(minutes=1)


def test_a_time_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    """It is told before anything is sent."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("pause", "--reason", "x", "--for", "soon", "--config", path)

    assert result.exit_code == 2
    assert "'soon' is no duration" in result.stderr
    assert daemon.orders.given == []


def test_a_resume_ends_what_was_paused(tmp_path: Path) -> None:
    """Both forms of output say so."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        run("pause", "--reason", "x", "--config", path)
        result = run("resume", "--reason", "done", "--config", path, "--output", "json")

    assert json.loads(result.stdout)["resumed"] == "all"
    assert daemon.orders.given[1] == ("resume", "all", "done")


def test_a_resume_tells_what_is_paused_still(tmp_path: Path) -> None:
    """One's own pause is gone; another's is named, and so nobody believes that it acts again."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        run("pause", "--reason", "x", "--config", path)
        mine = run("resume", "--actor", "kim", "--config", path)
        everybodys = run("resume", "--all-owners", "--config", path)

    assert mine.stdout.splitlines() == [
        "resumed all",
        "STILL PAUSED all until 2026-03-02 13:00 UTC by not kim: a freeze",
    ]
    assert everybodys.stdout == "resumed all\n"


def test_what_is_not_paused_cannot_be_resumed(tmp_path: Path) -> None:
    """A typo in the scope must not look like success."""
    with running(calm()) as daemon:
        result = run("resume", "--config", str(config_for(tmp_path, daemon.port)))

    assert isinstance(result.exception, RefusedError)
    assert "all is not paused" in str(result.exception)


def test_a_wrong_token_is_denied(tmp_path: Path) -> None:
    """Exit code 77, in the daemon's words."""
    with running(calm(), token="other") as daemon:
        path = config_for(tmp_path, daemon.port)
        result = run("pause", "--reason", "x", "--config", str(path))

    assert isinstance(result.exception, PermissionDeniedError)
    assert daemon.orders.given == []


@pytest.mark.parametrize("scope", ["image:nope", "planet:earth"])
def test_an_unknown_scope_is_refused_with_what_there_is(tmp_path: Path, scope: str) -> None:
    """Nothing is guessed."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("pause", "--reason", "x", "--scope", scope, "--config", path)

    assert isinstance(result.exception, RefusedError)
    assert result.exception.exit_code == 2


def test_a_pause_that_cannot_be_written_is_no_pause(tmp_path: Path) -> None:
    """A full disk is told; it may work later."""
    with running(calm()) as daemon:
        daemon.orders.broken = True
        result = run("pause", "--reason", "x", "--config", str(config_for(tmp_path, daemon.port)))

    assert isinstance(result.exception, TemporaryError)
