"""`aibwatch failback`: build an image at home again."""

from typing import Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.ordering import (
    AcceptOption,
    DryRunOption,
    PlanOption,
    ReasonOption,
    give,
    show,
)
from aibwatch.cli.output import Output, OutputOption


def failback(
    image: Annotated[str, typer.Argument(metavar="IMAGE")],
    reason: ReasonOption = "",
    accept: AcceptOption = None,
    plan: PlanOption = "",
    *,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Run an image's primary once, by hand: aibwatch never comes home by itself."""
    order = {"image": image, "reason": reason, "accept": accept, "plan": plan, "dry_run": dry_run}
    answer = give(settings_of(config).http, "failback", order)
    show(answer, output)
