"""`aibwatch failover`: build an image, or all of a region, in a secondary, by hand."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aibwatch.cli.client import RefusedError, get
from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.ordering import (
    AcceptOption,
    DryRunOption,
    PlanOption,
    ReasonOption,
    became,
    give,
    show,
)
from aibwatch.cli.output import Output, OutputOption, emit, table
from aibwatch.status.answers.document import Image
from aibwatch.status.answers.ordered import Plan

if TYPE_CHECKING:
    from aibwatch.config.sections import HttpSection


def failover(
    image: Annotated[str, typer.Argument(metavar="IMAGE")] = "",
    region: Annotated[str, typer.Option(help="All images whose primary lives there.")] = "",
    to: Annotated[str, typer.Option(metavar="TEMPLATE", help="A secondary, by name or id.")] = "",
    reason: ReasonOption = "",
    accept: AcceptOption = None,
    plan: PlanOption = "",
    *,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Build an image in a secondary now, whatever holds aibwatch itself."""
    if bool(image) == bool(region):
        message = "name an IMAGE or a --region, and not both"
        raise typer.BadParameter(message)
    if region and (to or plan):
        message = "--to and --plan are for one image"
        raise typer.BadParameter(message)
    http = settings_of(config).http
    order = {"reason": reason, "accept": accept, "dry_run": dry_run}
    if region:
        _all(http, region, order, output)
        return
    answer = give(http, "failover", {**order, "image": image, "to": to, "plan": plan})
    show(answer, output)


def _all(http: "HttpSection", region: str, order: Mapping[str, object], output: Output) -> None:
    """Order one build for each image that lives in a region; exit 2 if any is refused."""
    found = [(name, _one(http, {**order, "image": name})) for name in living_in(http, region)]
    if output is Output.JSON:
        told = [each if isinstance(each, dict) else _refused(name, each) for name, each in found]
        emit({"region": region, "images": told})
    else:
        rows = [(name, each if isinstance(each, str) else became(each)) for name, each in found]
        table(f"Failover of {region}", ("image", "what becomes of it"), rows)
    if any(isinstance(each, str) or each["refused"] for _, each in found):
        raise typer.Exit(RefusedError.exit_code)


def living_in(http: "HttpSection", region: str) -> list[str]:
    """Return the images whose primary lives in a region. Raises RefusedError if there are none."""
    answer = cast("Mapping[str, list[Image]]", get(http, "/api/v1/images"))
    homes = {each["name"]: each["templates"][0]["region"] for each in answer["images"]}
    wanted = region.replace(" ", "").lower()
    found = [name for name, home in homes.items() if home == wanted]
    if not found:
        there = ", ".join(sorted({home for home in homes.values() if home})) or "none yet"
        message = f"no image has its primary in {region!r}; primaries live in: {there}"
        raise RefusedError(message)
    return found


def _one(http: "HttpSection", order: Mapping[str, object]) -> Plan | str:
    """Give one order of many; what is refused is told and holds up no other."""
    try:
        return give(http, "failover", order)
    except RefusedError as error:
        return f"refused: {error}"


def _refused(image: str, why: str) -> Mapping[str, object]:
    return {"image": image, "order": None, "refused": why.removeprefix("refused: ")}
