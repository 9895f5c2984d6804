"""Options that commands share, and reading the configuration that they name."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.errors import ConfigError

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", envvar="AIBWATCH_CONFIG", metavar="FILE", help="The configuration, in YAML."
    ),
]


def settings_of(config: Path | None, *, files: bool = False) -> "Settings":
    """Return the settings of this command, telling warnings on stderr.

    Raises ConfigError and PermissionDeniedError as `config.load.load` does.
    """
    from aibwatch.config.load import load

    return load(config, os.environ, files=files)


def fleet_needed(settings: "Settings") -> None:
    """Raise ConfigError if there is nothing to watch: the file was surely not the one meant."""
    if not settings.images and not settings.subscriptions:
        problem = (
            "images: none is configured, so there is nothing to watch; give a file with"
            " --config FILE or AIBWATCH_CONFIG (config/aibwatch.example.yaml shows one)"
        )
        raise ConfigError([problem])
