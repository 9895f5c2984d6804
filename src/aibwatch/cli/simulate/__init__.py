"""`aibwatch simulate`: an incident, lived through by the whole daemon on virtual time."""

from pathlib import Path
from typing import Annotated

import typer

from aibwatch.cli.options import ConfigOption
from aibwatch.cli.output import Output, OutputOption


def simulate(
    *,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help="One of --list, or a timetable's file."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Play all incidents: a table.")] = False,
    names: Annotated[bool, typer.Option("--list", help="Say what can be played.")] = False,
    seeds: Annotated[
        int | None,
        typer.Option("--seeds", metavar="N", min=1, help="Live through N drawn lives; judge each."),
    ] = None,
    first: Annotated[int, typer.Option("--first", metavar="SEED", min=0, help="Of them.")] = 1,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Play an incident in a simulated Azure, against your own fleet and policy with --config.

    Hours pass in a second. Exits with 0 only if it ended as its timetable says. With --seeds all
    is drawn by number: fleets, outages, lost answers, deaths; exits with 0 if every promise held.
    """
    from aibwatch.cli.simulate import stage, telling

    if [scenario is not None, every, names, seeds is not None].count(True) != 1:
        message = "say one of --scenario NAME, --all, --seeds N and --list"
        raise typer.BadParameter(message)
    if names:
        telling.programme(output)
        return
    own = stage.own(config)
    if seeds is not None:
        from aibwatch.cli.simulate.seeds import play

        good = play(seeds, first, own, output)
    elif scenario is not None:
        good = telling.story(stage.found(scenario, Path(scenario)), own, output)
    else:
        good = telling.every(own, output)
    raise typer.Exit(0 if good else 1)
