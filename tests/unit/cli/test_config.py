"""`config validate` and `config show`."""

import json
from pathlib import Path

from aibwatch.config.schema import Settings
from aibwatch.errors import ConfigError
from unit.cli.running import run


def written(folder: Path, text: str) -> str:
    """Write a configuration file and return its path."""
    path = folder / "a.yaml"
    path.write_text(text)
    return str(path)


def test_what_is_valid_is_called_so(tmp_path: Path) -> None:
    """The hash names what was validated; warnings go to stderr."""
    result = run("config", "validate", "--config", written(tmp_path, "log: {level: debug}"))

    assert result.exit_code == 0
    assert result.stdout.startswith("valid: 0 images, sha256 ")
    assert result.stderr == "warning: images: none is configured, so nothing is protected\n"


def test_what_is_wrong_is_an_error_with_every_problem(tmp_path: Path) -> None:
    """The error carries exit code 78 and one line for each problem."""
    result = run("config", "validate", "--config", written(tmp_path, "a: 1\nb: 2"))

    assert isinstance(result.exception, ConfigError)
    assert result.exception.exit_code == 78
    assert len(result.exception.problems) == 2


def test_programs_get_json(tmp_path: Path) -> None:
    """Only JSON is on stdout."""
    path = written(tmp_path, "detection: {debounce: 1s}")

    result = run("config", "validate", "--config", path, "--output", "json")

    answer = json.loads(result.stdout)
    assert len(answer["sha256"]) == 64
    assert len(answer["warnings"]) == 2
    assert result.stderr == ""


def test_what_is_in_force_is_shown_without_secrets(tmp_path: Path) -> None:
    """The token of a static credential is masked in both forms."""
    text = "azure: {endpoint: 'https://x', credential: {kind: static, token: hunter2}}"
    path = written(tmp_path, text)

    table = run("config", "show", "--config", path)
    plain = run("config", "show", "--config", path, "--output", "json")

    assert "azure.endpoint" in table.stdout
    assert "hunter2" not in table.stdout + plain.stdout
    shown = json.loads(plain.stdout)["settings"]
    assert shown["azure"]["credential"]["token"] == "**********"


def test_what_is_shown_can_be_loaded_again(tmp_path: Path) -> None:
    """The JSON of `config show` is a configuration."""
    result = run("config", "show", "--output", "json", "--config", written(tmp_path, ""))

    assert Settings.model_validate(json.loads(result.stdout)["settings"]) == Settings()
