"""`aibwatch resume`: allow acting again."""

from typing import Annotated

import typer

from aibwatch.cli.client import post
from aibwatch.cli.options import ActorOption, ConfigOption, actor_of, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line


def resume(
    scope: Annotated[str, typer.Option(help="all, image:<name> or region:<name>.")] = "all",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Allow acting again in a scope that is paused."""
    order = {"scope": scope, "reason": reason, **actor_of(actor)}
    answer = post(settings_of(config).http, "/api/v1/resume", order)
    if output is Output.JSON:
        emit(answer)
    else:
        line(f"resumed {scope}")
