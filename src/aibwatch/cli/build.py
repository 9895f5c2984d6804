"""`aibwatch build IMAGE`: what a pipeline calls in place of starting Azure Image Builder itself."""

import time
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aibwatch.cli.client import RefusedError, get, post
from aibwatch.cli.direct import start_primary
from aibwatch.cli.options import ActorOption, ConfigOption, actor_of, duration, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify
from aibwatch.errors import AibwatchError, TemporaryError
from aibwatch.status.answers.ordered import OrderTold, Plan

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.config.sections import HttpSection

EVERY = 5.0
"""Seconds between two looks at what became of the order; the daemon answers from memory."""
PATIENCE = 12
"""So many looks in a row may find no daemon, or one that is starting: it may be restarting."""


class NotBuiltError(AibwatchError):
    """The order ended and there is no image of it."""


def build(
    image: Annotated[str, typer.Argument(metavar="IMAGE")],
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    timeout: Annotated[
        str, typer.Option(metavar="DURATION", help="How long to --wait at most.")
    ] = "8h",
    *,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until it is built; prints the version's id.")
    ] = False,
    fallback_direct: Annotated[
        bool,
        typer.Option("--fallback-direct", help="Start the primary itself if no daemon answers."),
    ] = False,
    actor: ActorOption = None,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Build an image: at home, or in a secondary while its primary's region is out."""
    settings, seconds = settings_of(config), duration(timeout, "--timeout").total_seconds()
    fields = {"image": image, "reason": reason, **actor_of(actor)}
    try:
        plan = cast("Plan", post(settings.http, "/api/v1/build", fields))
    except TemporaryError as error:
        if not fallback_direct:
            raise
        _without_a_daemon(settings, image, error, output)
        return
    if wait:
        _show(_awaited(settings.http, cast("str", plan["order"]), seconds), output)
    elif output is Output.JSON:
        emit(plan)
    else:
        line(f"ordered: {image} is built, order {plan['order']}")


def _without_a_daemon(
    settings: "Settings", image: str, error: AibwatchError, output: Output
) -> None:
    notify(f"{error}; starting the primary itself, as --fallback-direct says")
    started = start_primary(settings, image)
    if output is Output.JSON:
        emit(started)
    else:
        line(f"started: {started['template']}; nobody watches it")


def _awaited(http: "HttpSection", order: str, seconds: float) -> OrderTold:
    """Return what became of the order at its end. Raises TemporaryError when time is up."""
    until, missed = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        try:
            told = cast("OrderTold", get(http, f"/api/v1/orders/{order}"))
        except (TemporaryError, RefusedError):  # it restarts, or has not looked at the order yet
            missed += 1
            if missed > PATIENCE:
                raise
        else:
            missed = 0
            if told["state"] == "ended":
                return told
        time.sleep(EVERY)
    message = f"order {order} has not ended yet; see aibwatch status"
    raise TemporaryError(message)


def _show(told: OrderTold, output: Output) -> None:
    """Write the version that was made. Raises NotBuiltError if there is none."""
    if output is Output.JSON:
        emit(told)
    if not told["good"]:
        message = f"{told['image']} was not built ({told['outcome']}: {told['says']})"
        raise NotBuiltError(message)
    if output is not Output.JSON:
        line(told["version"] or f"{told['image']} was built; its output is no gallery version")
