"""Logs of builds, read by the real daemon from a storage account over TLS."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.weather import Op
from process.stage import Stage
from scripted_arm import Said, ScriptedArm, scripted


@contextmanager
def a_stranger(directory: Path) -> Iterator[ScriptedArm]:
    """Run a host that nobody should ask, whose certificate nobody trusts either."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    directory.mkdir()
    host = scripted(directory, Said(b"gotcha"))
    try:
        yield asyncio.run_coroutine_threadsafe(host.__aenter__(), loop).result()
        asyncio.run_coroutine_threadsafe(host.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def logs_read(stage: Stage) -> list[tuple[str, int]]:
    """Return the requests to storage accounts: path and status."""
    return [
        (each.path, each.status)
        for each in stage.arm.requests
        if "/packerlogs" in each.path and not each.path.startswith("/subscriptions/")
    ]


def test_a_failed_builds_log_is_read_by_name(stage: Stage) -> None:
    """One read of what the message names, no list, and nothing but reads."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    stage.serve()

    stage.fails(primary, "customizer")
    stage.begin(primary)
    stage.until(lambda: logs_read(stage), "the log is read")
    stage.cycles()

    assert {status for _, status in logs_read(stage)} == {206}
    assert all(path.endswith("/customization.log") for path, _ in logs_read(stage))
    assert stage.changes() == []


def test_a_host_that_a_message_names_gets_no_request(stage: Stage, tmp_path: Path) -> None:
    """Neither our token nor a handshake: the log is looked for in the staging account instead."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    with a_stranger(tmp_path / "stranger") as stranger:
        where = f"{stranger.endpoint}/packerlogs/{{guid}}/customization.log"
        message = f"Packer build command has failed. Image Build log location: {where}."
        ending = replace(ENDINGS["stranger"], message=message)
        stage.serve()

        stage.arm.do(lambda world: world.weather.endings.__setitem__(primary, ending))
        stage.begin(primary)
        stage.until(
            lambda: any(path.endswith(".log") for path, _ in logs_read(stage)), "the log is read"
        )
        stage.cycles()

        assert stranger.heard == []
        assert stranger.connections == set()
    assert stage.alive


@pytest.mark.parametrize("trouble", ["403", "junk", "silence"])
def test_an_account_that_answers_badly_neither_stops_nor_moves_anything(
    stage: Stage, trouble: str
) -> None:
    """Unreadable is not absent: a missing right makes no outage."""
    primary, _ = stage.image("web", "westeurope", "northeurope")
    stage.answers("westeurope", trouble, Op.LOGS)
    stage.serve()

    stage.fails(primary, "customizer")
    stage.begin(primary)
    stage.until(lambda: logs_read(stage), "the log is asked for")
    stage.cycles(2)

    assert stage.changes() == []
    assert stage.health("westeurope") in {"healthy", "unknown"}


def test_the_activity_log_is_read_beside_service_health(stage: Stage) -> None:
    """At the rhythm of all sources that are no template."""
    stage.image("web", "westeurope", "northeurope")
    stage.serve()

    stage.until(lambda: stage.arm.count("GET", "/eventtypes/management/values") > 1, "read twice")

    assert stage.changes() == []
