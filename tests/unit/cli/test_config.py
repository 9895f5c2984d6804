"""`config validate` and `config show`."""

import json
from pathlib import Path
from typing import Any

import yaml

from aibwatch.config.known import keys_at, section_at, sections
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


def test_programs_get_what_is_wrong_too(tmp_path: Path) -> None:
    """A pipeline shows it beside the file; it is the same error."""
    path = written(tmp_path, "a: 1\nb: 2")

    result = run("config", "validate", "--config", path, "--output", "json")

    assert isinstance(result.exception, ConfigError)
    told = json.loads(result.stdout)
    assert (told["sha256"], told["problems"]) == (None, result.exception.problems)


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


def schema() -> dict[str, Any]:
    """Return what `config schema` prints."""
    result = run("config", "schema")
    assert (result.exit_code, result.stderr) == (0, "")
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_the_schema_has_every_key_and_allows_no_other() -> None:
    """Section by section; without any configuration."""
    told = schema()

    found = {"Settings": told, **told["$defs"]}
    for path in sections():
        section = section_at(path)
        assert section is not None
        assert list(found[section.__name__]["properties"]) == keys_at(path)
        assert found[section.__name__]["additionalProperties"] is False


def test_the_schema_says_what_every_key_means() -> None:
    """In its own words, or in those of the section that it is."""
    told = schema()

    keys = [(told["properties"]), *(each.get("properties", {}) for each in told["$defs"].values())]
    silent = [key for each in keys for key, value in each.items() if not _says(told, value)]
    assert silent == []
    assert (
        "a build takes 20 minutes"
        in told["$defs"]["PollSection"]["properties"]["interval"]["description"]
    )


def _says(told: dict[str, Any], value: dict[str, Any]) -> str:
    section = told["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
    return str(value.get("description") or section.get("description", ""))


def test_the_defaults_of_the_schema_are_written_as_in_a_file(tmp_path: Path) -> None:
    """All together they are a configuration, and the one that is in force without a file."""
    defaults = {key: each["default"] for key, each in schema()["properties"].items()}
    path = written(tmp_path, yaml.safe_dump(defaults))

    result = run("config", "show", "--output", "json", "--config", path)

    assert json.loads(result.stdout)["settings"] == Settings().redacted()
    assert defaults["detection"]["dependencies"] == sorted(defaults["detection"]["dependencies"])
