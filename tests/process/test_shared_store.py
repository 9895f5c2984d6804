"""The daemon with its journal in a container of (emulated) Azure Storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from azurite import Azurite, connection_string, running
from process.stage import Stage


@pytest.fixture
def azurite(tmp_path: Path) -> Iterator[Azurite]:
    """An emulator of its own."""
    folder = tmp_path / "azurite"
    folder.mkdir()
    with running(folder, tls=False) as found:
        yield found


def test_a_daemon_that_dies_goes_on_from_the_container(stage: Stage, azurite: Azurite) -> None:
    """It has no disk of its own; what it began it ends, and the image is built once."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    variables = {
        "AIBWATCH_STORE__URL": f"{azurite.url}/aibwatch",
        "AIBWATCH_STORE__CONNECTION_STRING": connection_string(azurite.port),
    }
    stage.serve(**variables)
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is written down")

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.began(secondary) == 1, "the secondary builds")
    stage.kill()
    stage.serve(**variables)
    stage.until_built_elsewhere("image")
    audit = stage.status()["audit"]

    assert not (stage.directory / "aibwatch.db").exists()
    assert stage.changes() == [f"POST {secondary}/run"]
    assert audit["entries"] > 10
    assert audit["head"] is not None
