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
    wrong = _wrong_with(listen) if listen else ""
    if wrong:
        words = f"{listen!r} {wrong}"
        raise typer.BadParameter(words, param_hint="--listen")
    from aibwatch.cli.demo.play import play

    raise typer.Exit(play(keep=keep, listen=listen))


def _wrong_with(listen: str) -> str:
    """Say why the page could not be shown there, "" if it could."""
    from aibwatch.config.values import listen_address

    try:
        listen_address(listen)
    except ValueError as error:
        return str(error)
    free = "names no port; leave --listen out for one that is free"
    return free if listen.endswith(":0") else ""
