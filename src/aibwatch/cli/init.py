"""`aibwatch init`: a first configuration, from what is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import notify
from aibwatch.cli.templates import FileOption, write

if TYPE_CHECKING:
    from aibwatch.config.schema import Settings

SubscriptionOption = Annotated[
    list[str] | None,
    typer.Option("--subscription", metavar="ID", help="Whose templates; may be repeated."),
]


def init(
    subscription: SubscriptionOption = None,
    file: FileOption = None,
    config: ConfigOption = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
) -> None:
    """Write a configuration for the templates of subscriptions, in mode observe. It only reads.

    Templates are paired by their tags, else by what they publish to, their names or their recipe;
    those without a secondary are named on stderr. Login and cloud are those of the section `azure`
    in --config or the environment (AIBWATCH_AZURE__CREDENTIAL__KIND=cli for your own az login).
    """
    wanted = subscriptions_named(subscription)
    if file is not None and file.exists() and not force:
        message = f"{file} is there already; --force writes over it"
        raise typer.BadParameter(message, param_hint="--output")
    settings = settings_of(config)
    import asyncio

    from aibwatch.config.proposed import proposed, remedy, summary
    from aibwatch.daemon.discovery import discover, nowhere_near

    proposals = asyncio.run(discover(settings, wanted))
    alone = asyncio.run(nowhere_near(settings, proposals))
    text = proposed(proposals, wanted, settings.azure, _store(settings, file), alone)
    write(text.removesuffix("\n"), file)
    notify(summary(proposals))
    for each in proposals:
        if each.is_alone:
            notify(f"  unprotected: {each.name}; next: {remedy(each)}")
        if each.name in alone:
            notify(f"    {alone[each.name]}")
        for doubt in each.doubts:
            notify(f"  in doubt: {each.name}: {doubt}")


def _store(settings: "Settings", file: Path | None) -> str:
    """Return the store that is configured, else one beside the file: the default needs root."""
    from aibwatch.config.sections import StoreSection

    if settings.store != StoreSection():
        return settings.store.url
    return f"sqlite:///{(file or Path('-')).absolute().parent}/aibwatch.db"


def subscriptions_named(given: list[str] | None) -> tuple[str, ...]:
    """Return the ids of subscriptions, each once. Raises BadParameter."""
    if not given:
        message = "name at least one; `az account list --output table` shows yours"
        raise typer.BadParameter(message, param_hint="--subscription")
    try:
        return tuple(dict.fromkeys(str(UUID(each)) for each in given))
    except ValueError:
        message = f"{', '.join(given)}: an id looks like 00000000-0000-0000-0000-000000000000"
        raise typer.BadParameter(message, param_hint="--subscription") from None
