"""`aibwatch demo`: the whole loop against a simulated Azure, told as it happens."""

from typing import Annotated

import typer


def demo(
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave it running afterwards, to look around.")
    ] = False,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where its page is; else on a free port here.")
    ] = "",
) -> None:
    """Watch a region fail and the builds move, in under a minute and without Azure.

    Exits with 0 only if the story ended as it should, with the daemon's code if that cannot serve.
    """
    _look_at(listen)
    from aibwatch.cli.demo.play import play

    raise typer.Exit(play(keep=keep, listen=listen))


def _look_at(listen: str) -> None:
    """Raise BadParameter if the page could not be shown there."""
    from aibwatch.config.values import listen_address

    try:
        if listen and listen_address(listen).endswith(":0"):
            message = "names no port; leave --listen out for one that is free"
            raise ValueError(message)  # noqa: TRY301  told in one place
    except ValueError as error:
        words = f"{listen!r} {error}"
        raise typer.BadParameter(words, param_hint="--listen") from None
