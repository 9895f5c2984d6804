"""When the trouble is our own, the daemon runs on, says so, and believes ill of no region."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aibwatch.sim import tls
from process.stage import Stage, free_port

STATIC = {"kind": "static", "token": "simulated"}


def wrong_ca(stage: Stage, directory: Path) -> dict[str, Any]:
    """Trust another CA than the one that signed ARM's certificate."""
    directory.mkdir()
    _, ca_file = tls.server_context(directory)
    return {"endpoint": stage.arm.endpoint, "ca_file": str(ca_file)}


def no_such_host(stage: Stage, _directory: Path) -> dict[str, Any]:
    """Name a host that no resolver knows: `.invalid` is reserved for that (RFC 2606)."""
    return {"endpoint": "https://arm.invalid", "ca_file": str(stage.arm.ca_file)}


def nobody_listens(stage: Stage, _directory: Path) -> dict[str, Any]:
    """Name a port that is closed."""
    return {"endpoint": f"https://localhost:{free_port()}", "ca_file": str(stage.arm.ca_file)}


@pytest.mark.parametrize(
    ("section", "says"),
    [
        (wrong_ca, "CERTIFICATE_VERIFY_FAILED"),
        (no_such_host, "arm.invalid"),
        (nobody_listens, "Cannot connect"),
    ],
)
def test_without_a_connection_to_azure_the_daemon_lives_and_says_why(
    stage: Stage,
    tmp_path: Path,
    section: Callable[[Stage, Path], dict[str, Any]],
    says: str,
) -> None:
    """It is blind and not ready, but alive; configured rightly it does what it should."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.fails("westeurope")
    stage.overrides = {"azure": {**section(stage, tmp_path / "elsewhere"), "credential": STATIC}}
    stage.serve()

    stage.until(lambda: stage.status().get("blind"), "it says that it is blind")
    fault = stage.of("image")["templates"][0]["fault"]
    live, (ready, why), reached = stage.get("/livez")[0], stage.get("/readyz"), stage.arm.requests
    code = stage.stop()
    stage.overrides = {}
    stage.serve()
    stage.until(lambda: stage.run_state("image") == "Succeeded", "it sees")
    stage.begin(primary)
    stage.until_built_elsewhere("image")

    assert says in fault
    assert (live, ready, reached, code) == (200, 503, [], 0)
    assert "token" in why
    assert stage.changes() == [f"POST {secondary}/run"]


@pytest.mark.parametrize(("answer", "blind"), [("401", True), ("403", False)])
def test_an_identity_that_may_not_read_starts_nothing_and_is_named(
    stage: Stage, answer: str, *, blind: bool
) -> None:
    """Failures are there to be read from the start; with its rights back it answers the young."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is read")

    stage.answers("everywhere", answer)
    stage.until(lambda: not stage.is_readable("image"), "its rights are gone")
    stage.fails("westeurope")
    stage.begin(primary)
    stage.cycles()
    fault, told = stage.of("image")["templates"][0]["fault"], stage.status()["blind"]
    before = stage.changes()
    stage.answers_again("everywhere")
    stage.until_built_elsewhere("image")

    assert answer in fault
    assert told is blind
    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
