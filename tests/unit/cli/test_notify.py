"""`aibwatch notify test`: each channel is tried, and what became of it is told."""

import json
from pathlib import Path

from typer.testing import CliRunner

from aibwatch.cli.app import app
from aibwatch.errors import ConfigError
from receiver import receiving

RUNNER = CliRunner()


def written(folder: Path, *channels: dict[str, str]) -> str:
    """Write a configuration with these channels and return its path."""
    path = folder / "aibwatch.yaml"
    path.write_text(json.dumps({"notify": channels}))
    return str(path)


def test_each_channel_is_tried_and_the_one_that_fails_says_why(tmp_path: Path) -> None:
    """Exit 75: it may work later."""
    with receiving(tmp_path) as well, receiving() as ill:
        ill.status = 503
        trusted = {"url": well.url, "ca_file": str(well.ca_file)}
        config = written(
            tmp_path,
            {"name": "well", "kind": "slack", **trusted},
            {"name": "ill", "kind": "webhook", "url": ill.url},
        )
        result = RUNNER.invoke(app, ["notify", "test", "--config", config, "--output", "json"])
        one = ["notify", "test", "--channel", "well", "--config", config]
        alone = RUNNER.invoke(app, one)

    assert result.exit_code == 75
    assert json.loads(result.stdout) == [
        {"channel": "well", "ok": True, "says": ""},
        {"channel": "ill", "ok": False, "says": "server_error: answered 503"},
    ]
    assert alone.exit_code == 0
    assert alone.stdout.split()[-2:] == ["well", "yes"]
    assert len(ill.got) == 1
    assert well.bodies[0]["text"].startswith("This is a test of aibwatch")


def test_a_channel_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    """A slip of the pen is no success."""
    config = written(tmp_path, {"name": "ops", "kind": "webhook", "url": "https://a.b"})

    result = RUNNER.invoke(app, ["notify", "test", "--channel", "opps", "--config", config])

    assert isinstance(result.exception, ConfigError)
    assert "there is no channel 'opps'; there are: ops" in str(result.exception)
