"""Options that commands share, and reading the configuration that they name."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.config.duration import parse
from aibwatch.errors import ConfigError

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="AIBWATCH_CONFIG",
        metavar="FILE",
        help="The configuration, in YAML.",
        readable=False,  # who reads it says so, with the exit code of a permission
    ),
]

ActorOption = Annotated[
    str | None,
    typer.Option("--actor", metavar="NAME", help="Who you are; your login name if left out."),
]
ForOption = Annotated[
    str | None, typer.Option("--for", metavar="DURATION", help="How long, such as 2h.")
]


def actor_of(given: str | None) -> dict[str, str]:
    """Return the field of an order that says who gives it; none where nobody can tell.

    Without the machine's name: who paused from one may resume from another.
    """
    import getpass

    try:
        name = given if given is not None else getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return {}
    return {"actor": name}


def until_of(time: str | None) -> dict[str, str]:
    """Return the field of an order that says when it lapses; none if it does not."""
    if time is None:
        return {}
    # Brings asyncio with it, which --help need not wait for.
    from aibwatch.daemon.clock import wall

    return {"until": (wall() + duration(time)).isoformat()}


def duration(text: str, option: str = "--for") -> timedelta:
    """Return a duration given on the command line. Raises BadParameter."""
    try:
        return parse(text)
    except ValueError as error:
        message = f"{text!r} {error}"
        raise typer.BadParameter(message, param_hint=option) from None


def settings_of(config: Path | None, *, files: bool = False) -> "Settings":
    """Return the settings of this command.

    Raises ConfigError and PermissionDeniedError as `config.load.load` does.
    """
    from aibwatch.config.load import load

    if files and config is None:
        # Nothing was given: what the defaults lack on this machine would lead away from that.
        fleet_needed(load(None, os.environ))
    return load(config, os.environ, files=files)


def fleet_needed(settings: "Settings") -> None:
    """Raise ConfigError if there is nothing to watch: the file was surely not the one meant."""
    if not settings.watches:
        problem = (
            "images: none is configured, so there is nothing to watch; give a file with"
            " --config FILE or AIBWATCH_CONFIG (config/aibwatch.example.yaml shows one)"
        )
        raise ConfigError([problem])
