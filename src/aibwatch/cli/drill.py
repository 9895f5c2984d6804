"""`aibwatch drill IMAGE`: rehearse an image's failover, or show what that would run."""

from typing import Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.ordering import DryRunOption, give, show
from aibwatch.cli.output import Output, OutputOption


def drill(
    image: Annotated[str, typer.Argument(metavar="IMAGE")],
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    *,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Rehearse the failover of an image now; refused while anything is suspect or under way."""
    fields = {"image": image, "reason": reason, "dry_run": dry_run}
    show(give(settings_of(config).http, "drill", fields), output)
