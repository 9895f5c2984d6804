"""Small configurations for the tests of this folder."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aibwatch.config.load import load
from aibwatch.config.schema import Settings
from aibwatch.errors import ConfigError

NO_VARIABLES: Mapping[str, str] = {}


def template(name: str) -> str:
    """Return the id of an image template as people paste it."""
    return (
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/Images"
        f"/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}"
    )


def written(folder: Path, text: str) -> Path:
    """Write a configuration file and return where it is."""
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def settings_of(folder: Path, text: str, variables: Mapping[str, str] = NO_VARIABLES) -> Settings:
    """Load `text`."""
    return load(written(folder, text), variables)


def problems_of(
    folder: Path, text: str, variables: Mapping[str, str] = NO_VARIABLES, *, files: bool = False
) -> list[str]:
    """Load `text`, which must be refused, and return the problems without the folder's name."""
    path = written(folder, text)
    with pytest.raises(ConfigError) as refusal:
        load(path, variables, files=files)
    return [each.replace(f"{folder}/", "") for each in refusal.value.problems]
