"""ARM's answers about everything beside Image Builder: galleries, health, inventory, regions."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from aibwatch.model.gallery import Definition
from aibwatch.model.names import DefinitionId, group_of, subscription_of
from aibwatch.sim import body, front, staging, wire
from aibwatch.sim.exchange import Answer, Desk, Request, failed, said
from aibwatch.sim.regions import DISPLAY
from aibwatch.sim.templates import Look, SimTemplate
from aibwatch.sim.trouble import Trouble, not_found
from aibwatch.sim.weather import Op

_TOP = 1000
"""Rows of one answer of Resource Graph, at most."""

_IDS = re.compile(r"\bid\s+in~?\s*\(([^)]*)\)", re.IGNORECASE)
_ACCOUNT = re.compile(r"storageaccounts'\s*\| where name =~ '([^']*)'")
_PROJECT = re.compile(r"\|\s*project\s+([^|]*)", re.IGNORECASE)
_SPAN = re.compile(r"eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'")
_NO_FILTER = Trouble(400, "BadRequest", "The $filter must have a start and an end of the time.")
_COLUMN = re.compile(r"(\w+)\s*=\s*(?:\w+\()?\s*([\w.]+)|([\w.]+)")


def definition(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read a gallery image definition."""
    found = front.definition(desk.world, DefinitionId(match["definition"].lower()))
    if isinstance(found, Trouble):
        return failed(found)
    return said(wire.definition(Definition(found.id, found.home)))


def versions(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the versions of a definition, without their replication."""
    found = front.definition(desk.world, DefinitionId(match["definition"].lower()))
    if isinstance(found, Trouble):
        return failed(found)
    now = desk.world.now
    known = found.versions.values()
    return said({"value": [wire.version(each, now, replication=False) for each in known]})


def version(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """Read one version, with its replication if `$expand` asks for it."""
    found = front.version(desk.world, request.path.lower())
    if isinstance(found, Trouble):
        return failed(found)
    del match
    expanded = request.query.get("$expand", "").lower() == "replicationstatus"
    return said(wire.version(found, desk.world.now, replication=expanded))


def events(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the Service Health events of a subscription."""
    subscription = match["subscription"].lower()
    found = front.announced(desk.world, subscription)
    if isinstance(found, Trouble):
        return failed(found)
    return said({"value": [wire.event(each, subscription) for each in found]})


def emerging(desk: Desk, _request: Request, _match: re.Match[str]) -> Answer:
    """Read the public status page."""
    found = front.emerging(desk.world)
    if isinstance(found, Trouble):
        return failed(found)
    page = {
        "refreshTimestamp": wire.instant(desk.world.now),
        "statusBanners": [],
        "statusActiveEvents": [wire.emerging_issue(each) for each in found],
    }
    name = "/providers/Microsoft.ResourceHealth/emergingissues/default"
    kind = "/providers/Microsoft.ResourceHealth/emergingissues"
    return said({"id": name, "name": "default", "type": kind, "properties": page})


def graph(desk: Desk, request: Request, _match: re.Match[str]) -> Answer:
    """Answer a Resource Graph query for templates; of it, `id in~` and `project` are read.

    Or one for a storage account by its name.
    """
    try:
        asked = json.loads(request.body)
    except ValueError:
        return failed(
            Trouble(400, "BadRequest", "Please provide below info when asking for support")
        )
    subscriptions = [str(each).lower() for each in _list(body.at(asked, "subscriptions"))]
    query = str(body.at(asked, "query") or "")
    wanted = [each.id for name in subscriptions for each in desk.world.roster(name)]
    account = _ACCOUNT.search(query)
    if account is not None:
        return _account(desk, account[1])
    named = _IDS.search(query)
    if named is not None:
        listed = {each.strip(" '\"\n").lower() for each in named[1].split(",")}
        wanted = [each for each in wanted if each in listed]
    rows = front.rows(desk.world, subscriptions[0] if subscriptions else "", wanted)
    if isinstance(rows, Trouble):
        return failed(rows)
    return said(_result(query, body.at(asked, "options"), rows))


def _account(desk: Desk, name: str) -> Answer:
    found = front.account(desk.world, name)
    if isinstance(found, Trouble):
        return failed(found)
    rows = [{"id": f"/storageAccounts/{name}", "location": found}] if found else []
    return said({"totalRecords": len(rows), "count": len(rows), "data": rows})


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _result(
    query: str, options: object, rows: Sequence[tuple[SimTemplate, Look]]
) -> Mapping[str, object]:
    start = int(str(body.at(options, "$skipToken") or 0))
    end = start + min(int(str(body.at(options, "$top") or _TOP)), _TOP)
    data = [_projected(query, _row(*each)) for each in rows[start:end]]
    result: dict[str, object] = {
        "totalRecords": len(rows),
        "count": len(data),
        "resultTruncated": "false",
        "facets": [],
        "data": data,
    }
    if end < len(rows):
        result["$skipToken"] = str(end)
    return result


def _row(template: SimTemplate, look: Look) -> Mapping[str, object]:
    written = wire.template(template, look, None)
    subscription = subscription_of(template.id)
    places = {"resourceGroup": group_of(template.id), "subscriptionId": subscription}
    return {**written, **places, "type": "microsoft.virtualmachineimages/imagetemplates"}


def _projected(query: str, row: Mapping[str, object]) -> Mapping[str, object]:
    """Return the columns that `project` names; `tostring()` of nothing is empty text."""
    clause = _PROJECT.search(query)
    if clause is None:
        return row
    columns = [(each[1] or each[3], each[2] or each[3]) for each in _COLUMN.finditer(clause[1])]
    found = {name: body.at(row, *path.split(".")) for name, path in columns}
    return {name: "" if value is None else value for name, value in found.items()}


def subscription(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read a subscription."""
    name = match["subscription"].lower()
    trouble = front.admit(desk.world, Op.SUBSCRIPTION, name)
    if trouble is not None:
        return failed(trouble)
    known = {"id": f"/subscriptions/{name}", "subscriptionId": name, "state": "Enabled"}
    return said({**known, "displayName": "Golden images"})


def locations(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """List the regions."""
    name = match["subscription"].lower()
    trouble = front.admit(desk.world, Op.SUBSCRIPTION, name)
    if trouble is not None:
        return failed(trouble)
    regions = [
        {
            "name": each,
            "displayName": shown,
            "regionalDisplayName": f"(Earth) {shown}",
            "type": "Region",
        }
        for each, shown in DISPLAY.items()
    ]
    return said({"value": regions})


def storage_accounts(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """List the storage account of a staging group, or read it."""
    subscription = match["staging"].split("/")[2].lower()
    found = front.staged(desk.world, subscription, match["staging"])
    if isinstance(found, Trouble):
        return failed(found)
    name = staging.account(found.id)
    endpoint = f"{request.base}/{name}/"
    if not front.resolves(desk.world, found):
        endpoint = f"https://{name}.blob.invalid/"
    written = wire.storage_account(found, endpoint)
    if match["account"] is None:
        return said({"value": [written]})
    if match["account"].lower() != name:
        return failed(not_found("Microsoft.Storage/storageAccounts", match["account"], ""))
    return said(written)


def activity(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """List the Activity Log's events of the Image Builder provider, newest first, in pages."""
    subscription = match["subscription"].lower()
    span = _SPAN.search(request.query.get("$filter", ""))
    if span is None:
        return failed(_NO_FILTER)
    since, until = (datetime.fromisoformat(each) for each in span.groups())
    found = front.attempts(desk.world, subscription, since)
    if isinstance(found, Trouble):
        return failed(found)
    now = desk.world.now - desk.world.activity_delay
    events = [
        event
        for each in reversed(found)
        if each.began <= until
        for event in wire.run_events(each, now)
    ]
    start = int(request.query.get("$skiptoken", "0"))
    end = start + desk.world.page_size
    page: dict[str, object] = {"value": events[start:end]}
    if end < len(events):
        kept = {name: value for name, value in request.query.items() if name != "$skiptoken"}
        page["nextLink"] = f"{request.base}{request.path}?{urlencode({**kept, '$skiptoken': end})}"
    return said(page)


def provider(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read the Image Builder provider: where it is, by display name."""
    trouble = front.admit(desk.world, Op.SUBSCRIPTION, match["subscription"].lower())
    if trouble is not None:
        return failed(trouble)
    kind = {
        "resourceType": "imageTemplates",
        "locations": list(DISPLAY.values()),
        "apiVersions": ["2025-10-01", "2024-02-01"],
    }
    name = "Microsoft.VirtualMachineImages"
    return said({"namespace": name, "registrationState": "Registered", "resourceTypes": [kind]})


def register(_desk: Desk, _request: Request, _match: re.Match[str]) -> Answer:
    """Register the provider; nobody should ask for it, so tests count these."""
    name = "Microsoft.VirtualMachineImages"
    return said({"namespace": name, "registrationState": "Registered"})


def actions(_desk: Desk, _request: Request, _match: re.Match[str]) -> Answer:
    """List the provider's operations."""
    name = "Microsoft.VirtualMachineImages/imageTemplates/run/action"
    return said({"value": [{"name": name, "isDataAction": False}]})
