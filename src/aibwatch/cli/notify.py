"""`aibwatch notify`: do the channels that people are told by take anything?"""

from typing import Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, table


def try_channels(
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help="Only this one.")
    ] = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Send a test by each channel of the configuration, from this machine; no daemon is needed.

    Exit 75 if one did not take it.
    """
    settings = settings_of(config)
    from aibwatch.daemon.notifying import try_all
    from aibwatch.errors import TemporaryError

    found = list(try_all(settings, channel))
    if output is Output.JSON:
        emit([{"channel": name, "ok": not says, "says": says} for name, says in found])
    else:
        table("Channels", ("channel", "took it", "why not"), map(_row, found))
    if any(says for _, says in found):
        raise typer.Exit(TemporaryError.exit_code)


def _row(found: tuple[str, str]) -> tuple[str, str, str]:
    name, says = found
    return name, "no" if says else "yes", says
