"""`aibwatch ack IMAGE`: a person has seen that an image was not built."""

from typing import Annotated

import typer

from aibwatch.cli.client import post
from aibwatch.cli.options import ActorOption, ConfigOption, actor_of, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line


def ack(
    image: Annotated[str, typer.Argument(help="The image's name.")],
    reason: Annotated[str, typer.Option(help="What was found, or done.")] = "",
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say that you have seen how an image's last failover ended: its alert and cooldown end."""
    order = {"image": image, "reason": reason, **actor_of(actor)}
    answer = post(settings_of(config).http, "/api/v1/ack", order)
    if output is Output.JSON:
        emit(answer)
    else:
        line(f"acknowledged {image}: its alert ends, and its next failure may be answered at once")
