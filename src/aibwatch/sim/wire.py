"""Things of the World as ARM's JSON, with the traps of the real bodies (facts section 1c)."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from aibwatch.model.gallery import Definition
from aibwatch.model.names import BaseId, Region, digest, group_of, subscription_of
from aibwatch.model.supply import Deprecation, region_of
from aibwatch.sim import activity, body, staging
from aibwatch.sim.activity import SimAttempt
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.gallery import SimVersion
from aibwatch.sim.operations import Operation
from aibwatch.sim.regions import display
from aibwatch.sim.staging import SimGroup
from aibwatch.sim.templates import Look, RunStatus, SimTemplate
from aibwatch.sim.weather import Distortion

Json = dict[str, object]

ZERO = "0001-01-01T00:00:00Z"
"""Go's zero time: `endTime` while a build runs."""

KIND = "Microsoft.VirtualMachineImages/imageTemplates"


def instant(value: datetime, digits: int = 7) -> str:
    """Write an instant with so many fractional digits (7 and 9 are in use)."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value:%f}".ljust(20 + digits, "0") + "Z"


def run_instant(value: datetime, salt: str) -> str:
    """Write an instant of a run: nanoseconds, trailing zeros dropped as Go does."""
    nanoseconds = 1 + int(digest(salt, value.isoformat()), 16) % 999
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value:%f}{nanoseconds:03}".rstrip("0") + "Z"


def template(found: SimTemplate, look: Look, distortion: Distortion | None) -> Json:
    """Write one template."""
    written: Json = {
        "id": resource_id(found),
        "name": found.name,
        "type": KIND,
        "location": found.region,
        "tags": body.at(look.body, "tags") or {},
        "identity": _identity(look.body),
        "systemData": _system_data(look),
        "properties": _properties(found, look, distortion),
    }
    if distortion is Distortion.NULLS:
        return dict.fromkeys(written)
    return written


def resource_id(found: SimTemplate) -> str:
    """Write a template's id as the service does: `resourcegroups` in lower case."""
    return (
        f"/subscriptions/{subscription_of(found.id)}/resourcegroups/{group_of(found.id)}"
        f"/providers/{KIND}/{found.name}"
    )


def _identity(authored: body.Body) -> Json:
    names = body.at(authored, "identity", "userAssignedIdentities")
    given = names if isinstance(names, Mapping) else {}
    known = {
        name: {
            "principalId": digest(str(name), "principal", size=16),
            "clientId": digest(str(name), "client", size=16),
        }
        for name in given
    }
    return {"type": "UserAssigned", "userAssignedIdentities": known}


def _system_data(look: Look) -> Json:
    return {
        "createdBy": "owner@contoso.example",
        "createdByType": "User",
        "createdAt": instant(look.created),
        "lastModifiedBy": "owner@contoso.example",
        "lastModifiedByType": "User",
        "lastModifiedAt": instant(look.modified),
    }


def _properties(found: SimTemplate, look: Look, distortion: Distortion | None) -> Json:
    authored = body.at(look.body, "properties")
    written: Json = dict(authored) if isinstance(authored, Mapping) else {}
    unknown = distortion is Distortion.STATES
    written["provisioningState"] = "Pondering" if unknown else str(look.provisioning)
    written["exactStagingResourceGroup"] = staging.group(found.id, found.name)
    if look.provisioning_error is not None:
        code, message = look.provisioning_error
        written["provisioningError"] = {"provisioningErrorCode": code, "message": message}
    if look.run is not None:
        written["lastRunStatus"] = _run(found, look.run, distortion)
    return written


def _run(found: SimTemplate, run: RunStatus, distortion: Distortion | None) -> Json:
    """Write `lastRunStatus`: no runSubState once it has ended or is being cancelled."""
    ended = run_instant(run.ended, found.id) if run.ended is not None else ZERO
    written: Json = {
        "startTime": run_instant(run.started, found.id),
        "endTime": ended,
        "runState": str(run.state),
        "message": run.message,
    }
    if run.phase:
        written["runSubState"] = run.phase
    if distortion is Distortion.STATES:
        written["runState"] = "Meditating"
    if distortion is Distortion.DATES:
        written |= {"startTime": "the day before yesterday", "endTime": "soon"}
    return written


def operation(found: Operation, now: datetime) -> Json:
    """Write the status of an operation; its name is in upper case."""
    status = found.shown(now)
    written: Json = {
        "name": found.id.upper(),
        "status": status,
        "startTime": instant(found.started),
    }
    if found.ended is not None and status != "InProgress":
        written["endTime"] = instant(found.ended)
        if found.error is not None:
            written["error"] = {"code": found.error[0], "message": found.error[1]}
    return written


def run_output(found: SimTemplate, name: str) -> Json:
    """Write a run output."""
    return {
        "properties": {"artifactId": found.outputs[name], "provisioningState": "Succeeded"},
        "id": f"{resource_id(found)}/runOutputs/{name}",
        "name": name,
        "type": f"{KIND}/runOutputs",
    }


def definition(found: Definition) -> Json:
    """Write a gallery image definition."""
    name = found.id.rpartition("/")[2]
    return {
        "id": found.id,
        "name": name,
        "type": "Microsoft.Compute/galleries/images",
        "location": found.home,
        "properties": {
            "osType": "Linux",
            "osState": "Generalized",
            "hyperVGeneration": "V2",
            "identifier": {"publisher": "contoso", "offer": "golden", "sku": name},
            "provisioningState": "Succeeded",
        },
    }


def offered(base: BaseId, number: str, state: Deprecation | None = None) -> Json:
    """Write one version of a marketplace image as a region offers it; a list tells no state."""
    path = base.rpartition("/")[0]
    around: Json = {"id": f"{path}/{number}", "name": number, "location": region_of(base)}
    if state is None:
        return around
    return {**around, "properties": {"imageDeprecationStatus": {"imageState": state}}}


def managed_image(base: BaseId, home: Region) -> Json:
    """Write a managed image."""
    return {
        "id": base,
        "name": base.rpartition("/")[2],
        "type": "Microsoft.Compute/images",
        "location": home,
        "properties": {"provisioningState": "Succeeded", "hyperVGeneration": "V2"},
    }


def roles(*, may_run: bool) -> list[Json]:
    """Write the roles that aibwatch has: it may read, and run if so."""
    reader = ["*/read"]
    operator = ["Microsoft.VirtualMachineImages/imageTemplates/run/*"]
    return [_role(each) for each in ([reader, operator] if may_run else [reader])]


def _role(actions: list[str]) -> Json:
    return {"actions": actions, "notActions": [], "dataActions": [], "notDataActions": []}


def version(found: SimVersion, now: datetime, *, replication: bool) -> Json:
    """Write a gallery version; its replication only on request, never in a list."""
    properties: Json = {
        "publishingProfile": {
            "publishedDate": instant(found.published),
            "targetRegions": [
                {"name": display(each), "regionalReplicaCount": 1} for each in found.targets
            ],
            "excludeFromLatest": found.excluded,
        },
        "provisioningState": str(found.state),
    }
    if replication:
        properties["replicationStatus"] = _replication(found, now)
    return {
        "id": found.id,
        "name": found.name,
        "type": "Microsoft.Compute/galleries/images/versions",
        "location": found.home,
        "properties": properties,
    }


def _replication(found: SimVersion, now: datetime) -> Json:
    there = {each: found.there(each, now) for each in found.targets}
    return {
        "aggregatedState": "Completed" if all(there.values()) else "InProgress",
        "summary": [
            {
                "region": display(each),
                "state": "Completed" if done else "Replicating",
                "progress": 100 if done else 42,
            }
            for each, done in there.items()
        ],
    }


def event(found: Announcement, subscription: str) -> Json:
    """Write a Service Health event (api 2025-05-01)."""
    status = "Active" if found.active else "Resolved"
    places = [display(each) for each in found.regions] or ["Global"]
    regions = [
        {"impactedRegion": each, "status": status, "lastUpdateTime": instant(found.updated)}
        for each in places
    ]
    properties: Json = {
        "eventType": found.kind,
        "eventSource": "ServiceHealth",
        "status": status,
        "title": found.title,
        "summary": f"<p>{found.title}</p>",
        "header": "Your service might have been impacted by an Azure service issue",
        "level": "Warning",
        "eventLevel": found.level,
        "platformInitiated": True,
        "impactStartTime": instant(found.began),
        "lastUpdateTime": instant(found.updated),
        "impact": [
            {"impactedService": each, "impactedRegions": regions} for each in found.services
        ],
    }
    if found.mitigated is not None:
        properties["impactMitigationTime"] = instant(found.mitigated)
    scope = f"/subscriptions/{subscription}/providers/Microsoft.ResourceHealth/events"
    return {
        "id": f"{scope}/{found.id}",
        "name": found.id,
        "type": "/providers/Microsoft.ResourceHealth/events",
        "properties": properties,
    }


def emerging_issue(found: Announcement) -> Json:
    """Write one active event of the public status page."""
    places = [{"id": each, "name": display(each)} for each in found.regions]
    return {
        "title": found.title,
        "description": found.title,
        "trackingId": found.id,
        "startTime": instant(found.began),
        "cloud": "Public",
        "severity": "Warning",
        "stage": "Active" if found.active else "Resolve",
        "published": True,
        "lastModifiedTime": instant(found.updated),
        "impacts": [
            {"id": digest(each), "name": each, "regions": places or [{"id": "", "name": "Global"}]}
            for each in found.services
        ],
    }


def storage_account(found: SimTemplate, endpoint: str) -> Json:
    """Write the storage account of a staging group."""
    return {
        "id": staging.account_id(found.id, found.name),
        "name": staging.account(found.id),
        "type": "Microsoft.Storage/storageAccounts",
        "kind": "StorageV2",
        "location": found.region,
        "sku": {"name": "Standard_LRS", "tier": "Standard"},
        "properties": {
            "primaryEndpoints": {"blob": endpoint},
            "provisioningState": "Succeeded",
            "allowBlobPublicAccess": False,
        },
    }


def staging_group(found: SimGroup) -> Json:
    """Write Resource Graph's row of a staging group."""
    tags = {
        "createdBy": "AzureVMImageBuilder",
        "imageTemplateName": found.name,
        "imageTemplateResourceGroupName": group_of(found.template),
    }
    return {
        "id": found.id,
        "name": found.id.rpartition("/")[2],
        "type": "microsoft.resources/subscriptions/resourcegroups",
        "location": found.region,
        "tags": tags if found.tagged else None,
    }


def staged(found: SimGroup) -> Iterator[Json]:
    """Write the rows of what is in a staging group."""
    yield {
        "id": found.account,
        "type": "microsoft.storage/storageaccounts",
        "properties": {"creationTime": instant(found.made)},
    }
    if found.machine:
        yield {
            "id": found.machine_id,
            "type": "microsoft.compute/virtualmachines",
            "properties": {"timeCreated": instant(found.machine)},
        }


def run_events(found: SimAttempt, now: datetime) -> list[Json]:
    """Write what the Activity Log has of one request to run a template, newest first."""
    answer = found.answer
    events = [_run_event(found, found.began, "Started", {})]
    if isinstance(answer, Operation):
        events.append(_run_event(found, found.began, "Accepted", {"statusCode": "Accepted"}))
        if found.ended(now) and answer.ended is not None:
            good = answer.status == "Succeeded"
            word = "Succeeded" if good else "Failed"
            details = {} if good else _details(200, *activity.said(answer))
            events.append(_run_event(found, answer.ended, word, details))
    else:
        details = _details(answer.status, *activity.said(answer))
        events.append(_run_event(found, found.began, "Failed", details))
    return events[::-1]


def _details(status: int, code: str, message: str) -> Json:
    error = json.dumps({"error": {"code": code, "message": message}})
    return {"statusCode": activity.status_name(status), "statusMessage": error}


def _run_event(found: SimAttempt, at: datetime, status: str, details: Json) -> Json:
    """Write one event; of the documented fields those that somebody may select."""
    name = "Microsoft.VirtualMachineImages/imageTemplates/run/action"
    return {
        "caller": found.caller,
        "correlationId": found.correlation,
        "eventDataId": digest(found.correlation, status, size=16),
        "eventName": {"value": "EndRequest" if status != "Started" else "BeginRequest"},
        "category": {"value": "Administrative", "localizedValue": "Administrative"},
        "eventTimestamp": instant(at),
        "level": "Error" if status == "Failed" else "Informational",
        "operationName": {"value": name, "localizedValue": "Run an image template"},
        "resourceId": found.template,
        "status": {"value": status, "localizedValue": status},
        "subStatus": {"value": str(details.get("statusCode", "")), "localizedValue": ""},
        "properties": {"eventCategory": "Administrative", **details},
    }
