"""`aibwatch reload`: another configuration for the daemon that runs."""

from typing import cast

from aibwatch.cli.client import post
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line
from aibwatch.status.answers.ordered import Reloading


def reload(config: ConfigOption = None, output: OutputOption = Output.TABLE) -> None:
    """Let the daemon read its own file anew, and say which sections change.

    It takes all of it between two cycles, or refuses it with all that is wrong.
    """
    answer = cast("Reloading", post(settings_of(config).http, "/api/v1/reload", {}))
    if output is Output.JSON:
        emit(answer)
        return
    line(f"changes: {', '.join(answer['changed']) or 'none'}")
