"""The daemon with its journal in a container of (emulated) Azure Storage."""

from azurite import Azurite, connection_string
from process.stage import Stage
from process.twins import PATIENCE


def test_a_daemon_that_dies_goes_on_from_the_container(stage: Stage, azurite: Azurite) -> None:
    """It has no disk of its own. When its last lease has lapsed it ends what it began, once."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    variables = {
        "AIBWATCH_STORE__URL": f"{azurite.url}/aibwatch",
        "AIBWATCH_STORE__CONNECTION_STRING": connection_string(azurite.port),
        "AIBWATCH_STORE__LEASE": "15s",
        "AIBWATCH_FAILOVER__REQUEST_TIMEOUT": "5s",
    }
    stage.serve(**variables)
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is written down")

    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.began(secondary) == 1, "the secondary builds")
    stage.kill()
    stage.serve(**variables)
    stage.until(lambda: stage.outcomes("image") == ["succeeded"], "it is built", PATIENCE)
    audit = stage.status()["audit"]

    assert not (stage.directory / "aibwatch.db").exists()
    assert stage.changes() == [f"POST {secondary}/run"]
    assert audit["entries"] > 10
    assert audit["head"] is not None
