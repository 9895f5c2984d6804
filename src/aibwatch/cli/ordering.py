"""What `failover`, `failback` and `drill` share: who orders, giving the order, showing its plan."""

import getpass
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

import typer

from aibwatch.cli.client import RefusedError, post
from aibwatch.cli.output import Output, emit, line
from aibwatch.status.answers.ordered import Plan

if TYPE_CHECKING:
    from aibwatch.config.sections import HttpSection

AcceptOption = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="ITEM", help="A red readiness item to take as it is."),
]
ReasonOption = Annotated[str, typer.Option(help="Why; needed unless --dry-run.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what it would do, and do nothing.")
]
PlanOption = Annotated[
    str, typer.Option(metavar="HASH", help="Do exactly that plan; refused if it is another now.")
]


def give(http: "HttpSection", kind: str, fields: Mapping[str, object]) -> Plan:
    """Order a build, or only plan it. Raises as `client.post` does."""
    said = {name: value for name, value in fields.items() if value}
    return cast("Plan", post(http, f"/api/v1/{kind}", {**said, "actor": who()}))


def who() -> str:
    """Return the name of the user who runs this command, "" if the machine has none for him."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # Python 3.13 raises the latter
        return ""


def show(plan: Plan, output: Output) -> None:
    """Write what is ordered, or would be. Exits with 2 if that would be refused."""
    if output is Output.JSON:
        emit(plan)
    else:
        _tell(plan)
    if plan["refused"]:
        raise typer.Exit(RefusedError.exit_code)


def _tell(plan: Plan) -> None:
    line(became(plan))
    line(f"plan {plan['plan']}")
    if plan["request"] and not plan["order"]:
        line(f"request: {plan['request']}")
    for warning in plan["warnings"]:
        line(f"warning: {warning}")
    for each in plan["red"]:
        mark = "accepted" if each["accepted"] else "red"
        line(f"{mark}: {each['check']}: {each['says']}")
    for hold in plan["skipped"]:
        line(f"passed over: {hold['reason']}: {hold['says']}")


def became(plan: Plan) -> str:
    """Return in a line what became of an order, or what would."""
    where = f"{plan['target_name'] or 'nowhere'} ({plan['region'] or 'region unknown'})"
    if plan["order"]:
        done = "rehearsed" if plan["kind"] == "drill" else "built"
        return f"ordered: {plan['image']} is {done} in {where}, order {plan['order']}"
    if plan["refused"]:
        return f"would be refused: {plan['image']}: {plan['refused']}"
    return f"would build {plan['image']} in {where}"
