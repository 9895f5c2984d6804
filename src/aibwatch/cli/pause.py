"""`aibwatch pause`: forbid acting, with a reason, durably."""

from datetime import timedelta
from typing import Annotated

import typer

from aibwatch.cli.client import post
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line
from aibwatch.config.duration import parse

ScopeOption = Annotated[str, typer.Option(help="all, image:<name> or region:<name>.")]


def pause(
    reason: Annotated[str, typer.Option(help="Why; whoever finds the pause will read it.")],
    scope: ScopeOption = "all",
    time: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="How long, such as 2h.")
    ] = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Forbid acting until resumed, or for a while. Builds under way are watched, not cancelled."""
    http = settings_of(config).http
    order = {"reason": reason, "scope": scope}
    if time is not None:
        # Brings asyncio with it, which --help need not wait for.
        from aibwatch.daemon.clock import wall

        order["until"] = (wall() + _duration(time)).isoformat()
    answer = post(http, "/api/v1/pause", order)
    if output is Output.JSON:
        emit(answer)
    else:
        line(f"paused {scope}{f' for {time}' if time else ''}: {reason}")


def _duration(text: str) -> timedelta:
    try:
        return parse(text)
    except ValueError as error:
        message = f"{text!r} {error}"
        raise typer.BadParameter(message, param_hint="--for") from None
