"""`aibwatch image NAME`: which run made which version, and which one to take."""

from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import quote

import typer

from aibwatch.cli.client import get
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, notify, table, when
from aibwatch.model.names import region as region_named

if TYPE_CHECKING:
    from aibwatch.config.sections import HttpSection
    from aibwatch.status.answers.edition import Latest, Version
    from aibwatch.status.answers.explained import Explanation


def image(
    name: Annotated[str, typer.Argument(help="The image's name.")],
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
    region: Annotated[
        str | None, typer.Option("--region", help="Only versions that are in this region.")
    ] = None,
    *,
    latest: Annotated[
        bool, typer.Option("--latest", help="The id of the version to take, and nothing else.")
    ] = False,
) -> None:
    """Tell which run in which region made which version of an image, or which one to take.

    With --latest exits 2 if no version is known, or none is in that region.
    """
    http, path = settings_of(config).http, f"/api/v1/images/{quote(name, safe='')}"
    if latest:
        _tell_latest(http, path, region, output)
        return
    place = region_named(region) if region else None
    known = cast("Explanation", get(http, path))["versions"]
    found = [each for each in known if place is None or place in each["replicated"]]
    if output is Output.JSON:
        emit({"image": name, "versions": found})
    else:
        _show(name, found)


def _tell_latest(http: "HttpSection", path: str, region: str | None, output: Output) -> None:
    query = f"?region={quote(region, safe='')}" if region else ""
    found = cast("Latest", get(http, f"{path}/latest{query}"))
    if output is Output.JSON:
        emit(found)
    else:
        line(found["version"])


def _show(name: str, versions: "list[Version]") -> None:
    if not versions:
        notify(f"no version of {name} is known yet")
        return
    rows = (
        (
            each["name"],
            each["region"],
            each["template_name"],
            when(each["started"]),
            ", ".join(each["replicated"]),
            "latest" if each["latest"] else each["note"],
        )
        for each in versions
    )
    heads = ("version", "built in", "template", "run (UTC)", "is in", "")
    table(f"Versions of {name}", heads, rows)
