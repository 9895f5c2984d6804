"""`aibwatch region out` and `region clear`: a person's word on a region."""

from typing import Annotated, cast

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
from aibwatch.cli.output import Output, OutputOption, emit, line, when
from aibwatch.status.answers.ordered import Said

RegionArgument = Annotated[str, typer.Argument(help="Its name, such as westeurope.")]


def out(
    region: RegionArgument,
    reason: Annotated[str, typer.Option(help="What you see; it is shown as the evidence.")],
    time: ForOption = None,
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say that a region is out: a family of evidence, which suffices beside one other."""
    order = {"region": region, "out": True, "reason": reason}
    _say({**order, **actor_of(actor), **until_of(time)}, config, output)


def clear(
    region: RegionArgument,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say that a region is well: what spoke against it is spent, its incident ends at once."""
    _say({"region": region, "out": False, "reason": reason, **actor_of(actor)}, config, output)


def _say(order: dict[str, object], config: ConfigOption, output: Output) -> None:
    answer = cast("Said", post(settings_of(config).http, "/api/v1/region", order))
    if output is Output.JSON:
        emit(answer)
    else:
        line(_told(answer))


def _told(said: Said) -> str:
    if not said["out"]:
        return f"{said['region']} is said to be well: what spoke against it before is spent"
    until = f"until {when(said['until'])} UTC" if said["until"] else "until something else is said"
    return (
        f"{said['region']} is said to be out {until}; beside one other family it is evidence enough"
    )
