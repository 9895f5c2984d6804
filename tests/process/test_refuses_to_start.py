"""What keeps the daemon from serving is said in words, with the exit code that tells its kind."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from process.stage import Stage


def misspelt(config: dict[str, Any]) -> None:
    """Write a key with two letters changed."""
    config["poll"]["intervall"] = config["poll"].pop("interval")


def no_token(config: dict[str, Any]) -> None:
    """Leave the token file empty."""
    Path(config["http"]["token_file"]).write_text("")


def token_gone(config: dict[str, Any]) -> None:
    """Name a token file that is not there."""
    Path(config["http"]["token_file"]).unlink()


def no_images(config: dict[str, Any]) -> None:
    """Name nothing to watch."""
    config["images"] = []


@pytest.fixture
def written(stage: Stage) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Return what writes a configuration that is right but for one thing."""

    def write(spoil: Callable[[dict[str, Any]], None]) -> Path:
        stage.image("image", "westeurope", "northeurope")
        path = stage.write_config()
        config = yaml.safe_load(path.read_text())
        spoil(config)
        path.write_text(yaml.safe_dump(config))
        return path

    return write


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (misspelt, "did you mean interval?"),
        (no_token, "holds no token"),
        (token_gone, "is no readable text file"),
        (no_images, "there is nothing to watch"),
    ],
)
def test_a_wrong_configuration_is_refused_in_words(
    stage: Stage,
    written: Callable[[Callable[[dict[str, Any]], None]], Path],
    spoil: Callable[[dict[str, Any]], None],
    says: str,
) -> None:
    """Exit code 78, what is wrong and how to mend it, no traceback, and no request."""
    path = written(spoil)

    code, told = stage.refused(path)

    assert code == 78
    assert says in told
    assert "Traceback" not in told
    assert stage.arm.requests == []


def test_an_unknown_variable_is_refused_with_the_nearest_known_one(stage: Stage) -> None:
    """A misspelt variable would otherwise leave its key as it was, in silence."""
    stage.image("image", "westeurope", "northeurope")

    code, told = stage.refused(AIBWATCH_POLL__INTERVALL="1s")

    assert code == 78
    assert "did you mean AIBWATCH_POLL__INTERVAL?" in told
    assert "Traceback" not in told


def test_a_missing_configuration_is_refused_by_its_name(stage: Stage, tmp_path: Path) -> None:
    """Exit code 78, and the path that was given."""
    code, told = stage.refused(tmp_path / "nowhere.yaml")

    assert code == 78
    assert "nowhere.yaml" in told
    assert "Traceback" not in told


def test_a_token_that_everybody_may_read_is_refused(stage: Stage) -> None:
    """Exit code 77: whoever has the token may pause what protects the images."""
    stage.image("image", "westeurope", "northeurope")
    stage.write_config()
    (stage.directory / "token").chmod(0o644)

    code, told = stage.refused()

    assert code == 77
    assert "may be read by everybody" in told
    assert "Traceback" not in told


def test_a_port_in_use_is_refused_with_its_number(stage: Stage) -> None:
    """Exit code 75: it may be free later."""
    stage.image("image", "westeurope", "northeurope")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        stage.port = int(other.getsockname()[1])

        code, told = stage.refused()

    assert code == 75
    assert f"cannot listen on 127.0.0.1:{stage.port}" in told
    assert "Traceback" not in told


def test_a_store_that_another_daemon_holds_is_refused_with_its_pid(stage: Stage) -> None:
    """Exit code 75; the first daemon goes on, and a power cut leaves no lock behind."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    assert stage.daemon is not None

    code, told = stage.refused()
    stage.kill()
    holder = stage.daemon.pid
    stage.serve()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")

    assert code == 75
    assert f"pid {holder}" in told
    assert "Traceback" not in told
    assert stage.changes() == [f"POST {secondary}/run"]
