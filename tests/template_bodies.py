"""Bodies of image templates as ARM writes them, for tests of the wire.

Their shape and their odd values follow recordings of the real service: the id with a lower-case
`resourcegroups`, nine fractional digits, year 1 for "not ended yet", "" for an unset staging group
(azure-powershell Start-AzImageBuilderTemplate.Recording.json, April 2025; azure-cli
test_image_builder_cancel.yaml, May 2023). Names and ids are our own.
"""

import json
from collections.abc import Mapping

from scripted_arm import SUBSCRIPTION

Json = Mapping[str, object]

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images"
PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers"
GALLERY = f"{PROVIDERS}/Microsoft.Compute/galleries/g"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder"

ENDED: Json = {
    "startTime": "2025-04-30T05:45:56.841941367Z",
    "endTime": "2025-04-30T06:05:24.18254372Z",
    "runState": "Succeeded",
    "message": "",
}
RUNNING: Json = {
    "startTime": "2023-05-25T07:59:49.123456789Z",
    "endTime": "0001-01-01T00:00:00Z",
    "runState": "Running",
    "runSubState": "Building",
    "message": "",
}
SOURCE: Json = {
    "type": "PlatformImage",
    "publisher": "canonical",
    "offer": "ubuntu-24_04-lts",
    "sku": "server",
    "version": "latest",
}


def properties(**changes: object) -> Json:
    """Return the properties of a template, with changes."""
    return {
        "source": SOURCE,
        "customize": [{"type": "Shell", "name": "tools", "inline": ["apt-get install -y jq"]}],
        "distribute": [
            {"type": "VHD", "runOutputName": "disk"},
            {
                "type": "SharedImage",
                "runOutputName": "gallery",
                "galleryImageId": f"{GALLERY}/images/Web",
                "targetRegions": [{"name": "West Europe"}, {"name": "northeurope"}],
            },
        ],
        "provisioningState": "Succeeded",
        "lastRunStatus": ENDED,
        "buildTimeoutInMinutes": 90,
        "vmProfile": {"vmSize": "Standard_D2s_v5", "osDiskSizeGB": 30},
        "stagingResourceGroup": "",
        **changes,
    }


def template(name: str = "web-west", region: str = "westeurope", /, **changes: object) -> Json:
    """Return a template with changes of its properties."""
    return {
        "id": f"{GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}",
        "name": name,
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "location": region,
        "tags": {},
        "systemData": {"lastModifiedAt": "2025-04-29T12:00:00.1234567Z"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "properties": properties(**changes),
    }


def written(value: object) -> bytes:
    """Return JSON as bytes."""
    return json.dumps(value).encode()


def page(*templates: object, following: str = "") -> bytes:
    """Return a page of a list; the last page has no nextLink."""
    link = {"nextLink": following} if following else {}
    return written({"value": list(templates), **link})
