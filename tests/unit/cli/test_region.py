"""`region out` and `region clear` against the daemon's own HTTP face."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.cli.client import RefusedError
from aibwatch.daemon.clock import wall
from aibwatch.model.word import Word
from builders import WEST, a_word
from unit.cli.running import config_for, run, running
from unit.status.snapshots import calm, said_out


def test_a_word_reaches_the_operator(tmp_path: Path) -> None:
    """What was typed is what is said; without an end it stands until something else is said."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        order = ("--reason", "all builds hang", "--actor", "kim", "--config", path)
        out = run("region", "out", "West Europe", *order)
        clear = run("region", "clear", WEST, "--actor", "lee", "--config", path)

    assert (out.exit_code, clear.exit_code) == (0, 0)
    assert out.stdout.startswith("westeurope is said to be out until something else is said;")
    assert clear.stdout.startswith("westeurope is said to be well: what spoke against it before")
    assert daemon.orders.given == [
        ("say", a_word(reason="all builds hang")),
        ("say", a_word(out=False, reason="", actor="lee")),
    ]


def test_a_word_may_lapse_by_itself(tmp_path: Path) -> None:
    """`--for` is counted from now; JSON has the instant."""
    before = wall()
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        order = ("--reason", "x", "--for", "6h", "--config", path, "--output", "json")
        result = run("region", "out", WEST, *order)

    ((_, word),) = daemon.orders.given
    assert isinstance(word, Word)
    assert word.until is not None
    assert timedelta(0) <= word.until - before - timedelta(hours=6) < timedelta(minutes=1)
    assert json.loads(result.stdout)["until"] == word.until.isoformat()


def test_who_speaks_is_the_login_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the next person knows whom to ask."""
    monkeypatch.setenv("LOGNAME", "kim")
    with running(calm()) as daemon:
        run("region", "clear", WEST, "--config", str(config_for(tmp_path, daemon.port)))

    ((_, word),) = daemon.orders.given
    assert isinstance(word, Word)
    assert word.actor == "kim"


def test_a_region_that_nobody_knows_is_refused_with_what_there_is(tmp_path: Path) -> None:
    """A typo must not look like a declared outage."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("region", "out", "westeurop", "--reason", "x", "--config", path)

    assert isinstance(result.exception, RefusedError)
    assert "unknown region 'westeurop'; there are: eastus, northeurope" in str(result.exception)
    assert daemon.orders.given == []


def test_a_region_is_not_said_to_be_out_without_a_reason(tmp_path: Path) -> None:
    """It is the evidence that others will read."""
    path = str(config_for(tmp_path, 1))

    result = run("region", "out", WEST, "--config", path)

    assert result.exit_code == 2
    assert "--reason" in result.stderr


def test_status_and_explain_tell_what_was_said(tmp_path: Path) -> None:
    """By whom, until when and why."""
    with running(said_out()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        status = run("status", "--config", path).stdout
        explained = run("explain", "web", "--config", path).stdout

    assert "SAID OUT westeurope until 2026-03-02 14:00 UTC by kim: we see it ourselves" in status
    assert (
        "kim says that westeurope is out until 2026-03-02 14:00 UTC: we see it ourselves"
        in explained
    )
