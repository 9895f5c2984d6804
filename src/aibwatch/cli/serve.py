"""`aibwatch serve`: the daemon itself."""

import typer

from aibwatch.cli.options import ConfigOption, fleet_needed, settings_of
from aibwatch.cli.output import notify


def serve(config: ConfigOption = None) -> None:
    """Watch builds and regions, and build elsewhere when a region fails."""
    settings = settings_of(config, files=True)
    fleet_needed(settings)
    for warning in settings.warnings:
        notify(f"warning: {warning}")
    from aibwatch.daemon.serve import serve as run

    raise typer.Exit(run(settings, config))
