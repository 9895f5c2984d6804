"""`aibwatch ticket INCIDENT`: a support request to Microsoft, ready to be sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from aibwatch.cli.options import ConfigOption, settings_of
from aibwatch.cli.output import Output, OutputOption, emit, line, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aibwatch.model.incident import Incident
    from aibwatch.model.names import IncidentId
    from aibwatch.status.ticket import Ticket, Trouble


def ticket(
    incident: Annotated[
        str, typer.Argument(help="The incident's id, or a region: its newest incident.")
    ],
    config: ConfigOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Write a support request: what failed, when, and the ids that support asks for.

    Reads the store, beside a daemon or without one. No address in it has its query, so no signature
    can be told.
    """
    from dataclasses import asdict

    from aibwatch.cli.stored import entries_of
    from aibwatch.journal.fold import fold
    from aibwatch.status.ticket import ticket as made

    settings = settings_of(config)
    entries = entries_of(settings)
    state = fold(entries)
    found = _named(incident, state.incidents)
    told = made(found, state, entries, settings.failover.max_failure_age)
    if output is Output.JSON:
        emit(asdict(told))
        return
    for each in _written(told):
        line(each)


def _named(name: str, incidents: "Mapping[IncidentId, Incident]") -> "Incident":
    """Return an incident by its id, or a region's newest. Raises BadParameter, naming all."""
    newest = [*incidents.values()][::-1]
    found = next((each for each in newest if name.lower() in (each.id, each.region)), None)
    if found is None:
        listed = ", ".join(
            f"{each.id} ({each.region}, {when(each.opened.isoformat())} UTC)" for each in newest
        )
        message = f"there is no incident {name!r}; there are: {listed or 'none'}"
        raise typer.BadParameter(message, param_hint="INCIDENT")
    return found


def _written(told: "Ticket") -> "Iterator[str]":
    began, closed = when(told.agreed), when(told.closed)
    yield f"Title: Azure Image Builder fails in {told.region} since {began} UTC"
    yield "Service: Azure VM Image Builder (Microsoft.VirtualMachineImages)"
    yield f"Region: {told.region}"
    yield f"Time (UTC): {began} to {closed or 'now, it goes on'}"
    yield f"Subscriptions: {', '.join(told.subscriptions) or 'none of ours failed there'}"
    yield f"Your notices: {'; '.join(told.notices) or 'none that we saw'}"
    yield from _section("What speaks for the platform", told.evidence)
    yield from _section("Built well elsewhere meanwhile (UTC)", told.elsewhere)
    for number, each in enumerate(told.troubles, start=1):
        yield from _trouble(number, each)
    yield ""
    yield f"Our own id of this incident: {told.incident}"


def _section(title: str, lines: "tuple[str, ...]") -> "Iterator[str]":
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"- {each}" for each in lines)


def _trouble(number: int, each: "Trouble") -> "Iterator[str]":
    yield ""
    yield f"Failure {number}: {each.template}"
    yield f"- from {when(each.began)} to {when(each.ended)} UTC"
    yield f"- error: {each.error}"
    yield f"- ids: {', '.join(each.ids) or 'none was told'}"
    if each.groups:
        yield f"- staging groups: {', '.join(each.groups)}"
