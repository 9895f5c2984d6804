"""`aibwatch pause`: forbid acting, with a reason, durably."""

from typing import Annotated

import typer

from aibwatch.cli.client import post
from aibwatch.cli.options import (
    ActorOption,
    ConfigOption,
    ForOption,
    actor_of,
    settings_of,
    until_of,
)
from aibwatch.cli.output import Output, OutputOption, emit, line

ScopeOption = Annotated[str, typer.Option(help="all, image:<name> or region:<name>.")]


def pause(
    reason: Annotated[str, typer.Option(help="Why; whoever finds the pause will read it.")],
    scope: ScopeOption = "all",
    time: ForOption = None,
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Forbid acting until resumed, or for a while. Builds under way are watched, not cancelled."""
    http = settings_of(config).http
    order = {"reason": reason, "scope": scope, **actor_of(actor), **until_of(time)}
    answer = post(http, "/api/v1/pause", order)
    if output is Output.JSON:
        emit(answer)
    else:
        line(f"paused {scope}{f' for {time}' if time else ''}: {reason}")
