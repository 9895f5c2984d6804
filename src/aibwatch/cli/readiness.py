"""`aibwatch readiness`: every secondary item by item, for people and for a pipeline's checks."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import quote

import typer

from aibwatch.cli.client import get
from aibwatch.cli.options import ConfigOption, fleet_needed, settings_of
from aibwatch.cli.output import emit, line, notify, table
from aibwatch.status.answers.explained import Preparation, Prepares

if TYPE_CHECKING:
    from pathlib import Path

    from aibwatch.config.schema import Settings
    from aibwatch.status.answers.told import Item

NOT_READY = 12
"""Exit code (DESIGN 4)."""


class Form(StrEnum):
    """For people, for programs, and as test and scan results are told to pipelines."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"


def readiness(
    image: Annotated[str | None, typer.Argument(help="One image; all if left out.")] = None,
    config: ConfigOption = None,
    output: Annotated[
        Form, typer.Option("--output", help="For people, for programs, or for a pipeline.")
    ] = Form.TABLE,
    *,
    look: Annotated[
        bool,
        typer.Option("--look", help="Look at Azure once, without a daemon; for a pipeline."),
    ] = False,
) -> None:
    """Say of every secondary what is ready and what is not, with the remedy. Changes nothing.

    Asks the daemon, or with --look Azure itself. Exit code 12 if any secondary is not ready.
    """
    settings = settings_of(config)
    answer = _looked(settings, image) if look else _asked(settings, image)
    _tell(answer, output, config)
    raise typer.Exit(NOT_READY if any(map(is_unready, answer["images"])) else 0)


def is_unready(image: Prepares) -> bool:
    """Whether any secondary of an image is not ready, or the image is held as misconfigured."""
    return bool(image["misconfigured"]) or not all(each["ready"] for each in image["secondaries"])


def _asked(settings: "Settings", image: str | None) -> Preparation:
    query = f"?image={quote(image)}" if image else ""
    return cast("Preparation", get(settings.http, f"/api/v1/readiness{query}"))


def _looked(settings: "Settings", image: str | None) -> Preparation:
    fleet_needed(settings)
    # Azure's SDK takes half a second, which --help need not wait for.
    from aibwatch.cli.looking import looked

    return cast("Preparation", looked(settings, image))


def _tell(answer: Preparation, output: Form, config: "Path | None") -> None:
    if output is Form.JUNIT:
        from aibwatch.cli.junit import junit

        line(junit(answer))
    elif output is Form.SARIF:
        from aibwatch.cli.sarif import sarif

        emit(sarif(answer, str(config) if config else "aibwatch.yaml"))
    elif output is Form.JSON:
        emit(answer)
    else:
        _show(answer)


def _show(answer: Preparation) -> None:
    line(answer["summary"])
    for image in answer["images"]:
        if image["misconfigured"]:
            line(f"{image['name']}: held, it {image['misconfigured']}")
        if image["next"]:
            line(f"{image['name']} is unprotected, it has one template alone: {image['next']}")
            if image["alone"]:
                line(f"  {image['alone']}")
            notify(f"  what a secondary of {image['name']} costs: {image['cost']}")
        for each in image["secondaries"]:
            state = "ready" if each["ready"] else "not ready"
            title = f"{image['name']}: {each['name']} in {each['region'] or '?'} is {state}"
            rows = [_row(item, answer["at"]) for item in each["items"]]
            unread = ("", "unknown", "", "not checked", "")
            table(title, ("item", "", "", "says", "read"), rows or [unread])
            for item in each["items"]:
                if item["page"] and item["colour"] != "green":
                    line(f"Microsoft on {item['check']}: {item['page']}")


def _row(item: "Item", now: str) -> tuple[str, ...]:
    """Return an item as cells; the last says how long ago what it rests on was read."""
    from aibwatch.status.page import ago

    tells = "" if item["gates"] else "tells"
    read = ago(item["seen"], now) if item["seen"] else ""
    return item["check"], item["colour"], tells, item["says"], read
