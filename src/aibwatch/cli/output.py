"""What a command was asked for goes to stdout, as a table or as JSON; all else to stderr."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

COLOURS = {
    "green": "green",
    "healthy": "green",
    "yes": "green",
    "yellow": "yellow",
    "degraded": "yellow",
    "red": "bold red",
    "outage": "bold red",
    "no": "bold red",
    "unknown": "magenta",
}
"""Words that have a colour of their own wherever they are a whole cell."""


class Output(StrEnum):
    """For people or for programs."""

    TABLE = "table"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", help="For people, or for programs.")]


def emit(value: object) -> None:
    """Write JSON to stdout, on one screen line for each key."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def notify(words: str) -> None:
    """Write words for a person to stderr."""
    typer.echo(words, err=True)


def line(words: str = "") -> None:
    """Write a line for a person to stdout."""
    typer.echo(words)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table to stdout, no wider than the terminal; nothing if there are no rows.

    Cells are text as it is: what comes from Azure must not be taken for markup.
    """
    rows = list(rows)
    if not rows:
        return
    # Only here, so that --help and JSON need not wait for it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    drawn.show_header = any(columns)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    console = Console(highlight=False)
    console.print()
    console.print(drawn)


def when(instant: str | None) -> str:
    """Return an ISO 8601 time as people read it, to the minute, in UTC; "" for None."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}" if instant else ""
