"""`aibwatch resume`: allow acting again."""

from typing import Annotated, cast

import typer

from aibwatch.cli.client import post
from aibwatch.cli.options import ActorOption, ConfigOption, actor_of, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, when
from aibwatch.status.answers.ordered import Resumption
from aibwatch.status.answers.told import Pause


def resume(
    scope: Annotated[str, typer.Option(help="all, image:<name> or region:<name>.")] = "all",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    *,
    all_owners: Annotated[
        bool, typer.Option("--all-owners", help="Take away everybody's pause of the scope.")
    ] = False,
) -> None:
    """Take away your own pause of a scope, and say what is still paused, by whom and why."""
    order = {"scope": scope, "reason": reason, **actor_of(actor)}
    if all_owners:
        order["owner"] = "all"
    answer = cast("Resumption", post(settings_of(config).http, "/api/v1/resume", order))
    if output is Output.JSON:
        emit(answer)
        return
    line(f"resumed {scope}")
    for each in answer["still"]:
        line(_still(each))


def _still(pause: Pause) -> str:
    until = f" until {when(pause['until'])} UTC" if pause["until"] else ""
    return f"STILL PAUSED {pause['scope']}{until} by {pause['actor']}: {pause['reason']}"
