"""`aibwatch serve`: the daemon itself."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.cli.init import SubscriptionOption, subscriptions_named
from aibwatch.cli.options import ConfigOption, fleet_needed, settings_of
from aibwatch.cli.output import notify

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings
    from aibwatch.config.sections import StoreSection


def serve(
    config: ConfigOption = None,
    *,
    observe: Annotated[
        bool, typer.Option("--observe", help="Start nothing, whatever the configuration says.")
    ] = False,
    subscription: SubscriptionOption = None,
) -> None:
    """Watch builds and regions, and build elsewhere when a region fails.

    With --observe nothing is started and no order is taken. With --subscription beside it there
    need be no configuration: the images are those that `aibwatch init` would propose.
    """
    if subscription and not observe:
        message = "is for --observe only; for more, write its images down with `aibwatch init`"
        raise typer.BadParameter(message, param_hint="--subscription")
    from aibwatch.daemon.reload import as_written

    settings = settings_of(config, files=not observe)
    with ExitStack() as stack:
        taken = _observing(settings, subscription, stack) if observe else as_written
        settings = taken(settings)
        fleet_needed(settings)
        for warning in settings.warnings:
            notify(f"warning: {warning}")
        from aibwatch.daemon.serve import serve as run

        code = run(settings, config, taken)
    raise typer.Exit(code)


def _observing(
    settings: "Settings", subscription: list[str] | None, stack: ExitStack
) -> Callable[["Settings"], "Settings"]:
    """Return what makes of settings, read now or later, some under which nothing is started.

    If subscriptions are named, the images are theirs, as they are now.
    """
    from aibwatch.daemon.discovery import discover, observing, with_images

    if not subscription:
        return observing

    import asyncio

    from aibwatch.config.proposed import summary

    wanted = subscriptions_named(subscription)
    proposals = asyncio.run(discover(settings, wanted))
    notify(f"observing: {summary(proposals)}")
    store = _store(settings, stack)

    def found(read: "Settings") -> "Settings":
        kept = read.model_copy(update={"store": store})
        return observing(with_images(kept, proposals, wanted))

    return found


def _store(settings: "Settings", stack: ExitStack) -> "StoreSection":
    """Return the store that is configured, or else one that lasts as long as `stack`."""
    import tempfile

    from aibwatch.config.sections import StoreSection

    if settings.store != StoreSection():
        return settings.store
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="aibwatch-observe-"))
    notify(f"the journal is in {folder} and goes with this process; store.url keeps it")
    return StoreSection(url=f"sqlite:///{folder}/aibwatch.db")
