"""ARM's answers about much beside Image Builder: galleries, health, logs, activity."""

import re
from datetime import datetime
from urllib.parse import urlencode

from aibwatch.model.gallery import Definition
from aibwatch.model.names import DefinitionId, ResourceId
from aibwatch.sim import front, staging, wire
from aibwatch.sim.arm_resources import resource
from aibwatch.sim.exchange import Answer, Desk, Request, failed, said
from aibwatch.sim.trouble import Trouble, not_found
from aibwatch.sim.weather import Op

_SPAN = re.compile(r"eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'")
_NO_FILTER = Trouble(400, "BadRequest", "The $filter must have a start and an end of the time.")


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


def subscription(desk: Desk, _request: Request, match: re.Match[str]) -> Answer:
    """Read a subscription."""
    name = match["subscription"].lower()
    trouble = front.admit(desk.world, Op.SUBSCRIPTION, name)
    if trouble is not None:
        return failed(trouble)
    known = {"id": f"/subscriptions/{name}", "subscriptionId": name, "state": "Enabled"}
    return said({**known, "displayName": "Golden images"})


def storage_accounts(desk: Desk, request: Request, match: re.Match[str]) -> Answer:
    """List the storage account of a staging group, or read it, or one that an owner made."""
    if ResourceId(request.path.lower()) in desk.world.estate.resources:
        return resource(desk, request, match)
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


def register(_desk: Desk, _request: Request, _match: re.Match[str]) -> Answer:
    """Register the provider; nobody should ask for it, so tests count these."""
    name = "Microsoft.VirtualMachineImages"
    return said({"namespace": name, "registrationState": "Registered"})


def actions(_desk: Desk, _request: Request, _match: re.Match[str]) -> Answer:
    """List the provider's operations."""
    name = "Microsoft.VirtualMachineImages/imageTemplates/run/action"
    return said({"value": [{"name": name, "isDataAction": False}]})
