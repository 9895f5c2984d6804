"""The app: one line for each subcommand.

Nothing heavy (pydantic, aiohttp, Azure's SDK) is imported before a command needs it, so that
`--help` and tab completion answer at once.
"""

from typing import Annotated

import typer

from aibwatch import __version__
from aibwatch.cli.ack import ack
from aibwatch.cli.backtest import backtest
from aibwatch.cli.build import build
from aibwatch.cli.check import check
from aibwatch.cli.classify import classify
from aibwatch.cli.config import schema, show, validate
from aibwatch.cli.demo import demo
from aibwatch.cli.drill import drill
from aibwatch.cli.explain import explain
from aibwatch.cli.failback import failback
from aibwatch.cli.failover import failover
from aibwatch.cli.history import history
from aibwatch.cli.image import image
from aibwatch.cli.init import init
from aibwatch.cli.leftovers import leftovers
from aibwatch.cli.notify import try_channels
from aibwatch.cli.pause import pause
from aibwatch.cli.readiness import readiness
from aibwatch.cli.region import clear, out
from aibwatch.cli.reload import reload
from aibwatch.cli.replay import replay
from aibwatch.cli.replicate import replicate
from aibwatch.cli.resume import resume
from aibwatch.cli.serve import serve
from aibwatch.cli.simulate import simulate
from aibwatch.cli.status import status
from aibwatch.cli.templates import diff, export, listing
from aibwatch.cli.templates import show as show_copy
from aibwatch.cli.ticket import ticket

app = typer.Typer(
    no_args_is_help=True,
    # Plain help: the boxes cost a tenth of a second.
    rich_markup_mode=None,
    # Rich's tracebacks show the values of locals, and there are tokens among them.
    pretty_exceptions_enable=False,
)
config = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at the configuration.")

notifications = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Tell people.")
region = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Say how a region is.")

templates = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Look at the copies of templates."
)

app.command()(init)
app.command()(serve)
app.command()(demo)
app.command()(simulate)
app.command()(check)
app.command()(status)
app.command()(readiness)
app.command()(explain)
app.command()(image)
app.command()(history)
app.command()(ticket)
app.command()(classify)
app.command()(replay)
app.command()(backtest)
app.command()(pause)
app.command()(resume)
app.command()(build)
app.command()(failover)
app.command()(failback)
app.command()(drill)
app.command()(ack)
app.command()(replicate)
app.add_typer(templates, name="templates")
templates.command("list")(listing)
templates.command("show")(show_copy)
templates.command()(diff)
templates.command()(export)
app.command()(leftovers)
app.command()(reload)
app.add_typer(region, name="region")
region.command()(out)
region.command()(clear)
app.add_typer(notifications, name="notify")
notifications.command("test")(try_channels)
app.add_typer(config, name="config")
config.command()(validate)
config.command()(show)
config.command()(schema)


def _say_version(asked: bool) -> None:  # noqa: FBT001  typer calls it with the flag's value
    if asked:
        typer.echo(f"aibwatch {__version__}")
        raise typer.Exit


@app.callback()
def aibwatch(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Keep Azure Image Builder's images coming when a region fails.

    Exit codes: 0 ok, 1 unexpected, 2 usage, 75 temporary, 77 permission, 78 configuration;
    check, readiness and status: 10 degraded, 11 outage, 12 secondary not ready.
    """
