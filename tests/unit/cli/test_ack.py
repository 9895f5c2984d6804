"""`ack` against the daemon's own HTTP face, and what `status` and `explain` say before it."""

import json
from pathlib import Path

from aibwatch.cli.client import RefusedError
from unit.cli.running import config_for, run, running
from unit.status.snapshots import unbuilt


def test_an_acknowledgement_reaches_the_operator(tmp_path: Path) -> None:
    """With who it is and what he found."""
    with running(unbuilt()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        order = ("--reason", "a typo in the secondary", "--actor", "kim", "--config", path)
        result = run("ack", "web", *order)
        machine = run("ack", "web", *order, "--output", "json")

    assert result.stdout.startswith("acknowledged web: its alert ends")
    assert json.loads(machine.stdout)["acknowledged"] == "web"
    assert daemon.orders.given == [("ack", "web", "a typo in the secondary", "kim")] * 2


def test_what_needs_nobody_cannot_be_acknowledged(tmp_path: Path) -> None:
    """A typo, or an image that is well: the daemon's own words."""
    with running(unbuilt()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        well, unknown = (run("ack", each, "--config", path) for each in ("db", "nope"))

    assert isinstance(well.exception, RefusedError)
    assert isinstance(unknown.exception, RefusedError)
    assert "no failover of db waits for a person" in str(well.exception)
    assert "unknown image 'nope'" in str(unknown.exception)


def test_status_and_explain_say_that_a_person_must_look(tmp_path: Path) -> None:
    """And what to do, before the command that ends it."""
    with running(unbuilt()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        status = run("status", "--config", path).stdout
        explained = run("explain", "web", "--config", path).stdout

    assert "NEEDS A HUMAN web since 2026-03-02 12:10 UTC (failed): look at the run of" in status
    assert "then `aibwatch ack web`" in status
    assert "NEEDS A HUMAN since 2026-03-02 12:10 UTC (failed): look at the run of" in explained
