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

    Exits with 0 only if the story ended as it should.
    """
    from aibwatch.cli.demo.play import play

    raise typer.Exit(play(keep=keep, listen=listen))
