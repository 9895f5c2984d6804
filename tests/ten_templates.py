"""Ten templates as varied as their owners: what each holds, as its owner PUTs it.

All live in WEST. Names and ids are our own; the fields are those of API version 2025-10-01.
"""

import json
from collections.abc import Mapping
from typing import Any

from aibwatch.model.body import Body
from aibwatch.model.names import TemplateId
from builders import SUBSCRIPTION, WEST, an_id

Json = dict[str, Any]

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-west/subnets"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aib-west"
VM_IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/vm-west"
STORE = "https://goldenscripts.blob.core.windows.net/scripts"
CHECKSUM = "ade4c5214c3c675e92c66e2d067a870c5b81b9844b3de3cc72c49ff36425fc93"

UBUNTU: Json = {
    "type": "PlatformImage",
    "publisher": "Canonical",
    "offer": "ubuntu-24_04-lts",
    "sku": "server",
    "version": "latest",
}
WINDOWS: Json = {
    "type": "PlatformImage",
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "20348.2700.240905",
}
TOOLS: Json = {"type": "Shell", "name": "tools", "inline": ["apt-get update", "apt-get install jq"]}


def gallery(name: str = "web", **changes: object) -> Json:
    """Return an output to the definition `name`."""
    return {
        "type": "SharedImage",
        "runOutputName": f"{name}-west",
        "galleryImageId": f"{COMPUTE}/galleries/goldens/images/{name}",
        "targetRegions": [
            {"name": "West Europe", "replicaCount": 2, "storageAccountType": "Standard_ZRS"},
            {"name": "northeurope"},
        ],
        **changes,
    }


def body(**properties: object) -> Json:
    """Return a template with these properties."""
    return {
        "location": WEST,
        "tags": {"team": "platform", "aibwatch-role": "primary"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
        "properties": {
            "source": UBUNTU,
            "customize": [TOOLS],
            "distribute": [gallery()],
            **properties,
        },
    }


TEN: Mapping[str, Json] = {
    "linux": body(
        customize=[
            TOOLS,
            {"type": "Shell", "scriptUri": f"{STORE}/harden.sh", "sha256Checksum": CHECKSUM},
            {"type": "File", "sourceUri": f"{STORE}/motd", "destination": "/etc/motd"},
        ],
        optimize={"vmBoot": {"state": "Enabled"}},
    ),
    "windows": body(
        source={**WINDOWS, "planInfo": {"planName": "a", "planProduct": "b", "planPublisher": "c"}},
        customize=[
            {"type": "PowerShell", "inline": ["Set-TimeZone UTC"], "runElevated": True},
            {"type": "WindowsUpdate", "filters": ["exclude:$_.Title -like '*Preview*'"]},
            {"type": "WindowsRestart", "restartTimeout": "10m"},
            {"type": "PowerShell", "scriptUri": f"{STORE}/agent.ps1", "validExitCodes": [3010, 0]},
        ],
        distribute=[gallery("win-2022", versioning={"scheme": "Source"})],
        buildTimeoutInMinutes=180,
        vmProfile={"vmSize": "Standard_D4ds_v5", "osDiskSizeGB": 127},
    ),
    "vnet": body(
        vmProfile={
            "vmSize": "Standard_D2ds_v5",
            "vnetConfig": {"subnetId": f"{NETWORK}/build", "proxyVmSize": "Standard_A1_v2"},
        },
    ),
    "managed": body(
        source={"type": "ManagedImage", "imageId": f"{COMPUTE}/images/base-2404"},
        distribute=[
            {
                "type": "ManagedImage",
                "runOutputName": "managed-west",
                "imageId": f"{COMPUTE}/images/web-2404",
                "location": "westeurope",
                "artifactTags": {"source": "golden", "Base.OS": "ubuntu"},
            }
        ],
    ),
    "vhd": body(
        distribute=[{"type": "VHD", "runOutputName": "disk", "uri": f"{STORE}/web.vhd"}],
    ),
    "gallery-source": body(
        source={
            "type": "SharedImageVersion",
            "imageVersionId": f"{COMPUTE}/galleries/bases/images/ubuntu/versions/1.2.3",
        },
        distribute=[
            gallery(
                galleryImageId=f"{COMPUTE}/galleries/goldens/images/web/versions/7.0.1",
                targetRegions=None,
                replicationRegions=["westeurope", "northeurope"],
                excludeFromLatest=True,
                replicationMode="Shallow",
            )
        ],
    ),
    "triggered": body(autoRun={"state": "Enabled"}, managedResourceTags={"cost": "4711"}),
    "private": body(
        customize=[
            TOOLS,
            {
                "type": "Shell",
                "name": "agent",
                "scriptUri": f"{STORE}/agent.sh?sp=r&sv=2024-11-04&sig=[redacted]",
            },
        ],
        vmProfile={
            "userAssignedIdentities": [VM_IDENTITY],
            "vnetConfig": {
                "subnetId": f"{NETWORK}/build",
                "containerInstanceSubnetId": f"{NETWORK}/aci",
            },
        },
        stagingResourceGroup=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/staging-web",
    ),
    "outputs": body(
        distribute=[
            {"type": "VHD", "runOutputName": "disk"},
            gallery("web"),
            gallery("web-arm", runOutputName="second", artifactTags={"arch": "arm64"}),
        ],
        additionalDataDisks=[{"sizeGB": 64}, {"sizeGB": 128}],
    ),
    "careful": body(
        customize=[{"type": "Shell", "inline": ["[ -f /etc/golden ]", "[ -d /opt ] || exit 1"]}],
        validate={
            "continueDistributeOnFailure": True,
            "inVMValidations": [{"type": "Shell", "name": "smoke", "inline": ["test -f /etc/g"]}],
        },
        errorHandling={"onCustomizerError": "abort", "onValidationError": "cleanup"},
        buildTimeoutInMinutes=0,
    ),
}
"""By what is special about each."""


def authored(name: str) -> Body:
    """Return one of the ten as the door to Azure gives it."""
    return a_body(TEN[name], an_id(name))


def a_body(written: object, template: TemplateId | None = None) -> Body:
    """Return a body with this content."""
    return Body(template or an_id("web"), json.dumps(written, sort_keys=True))
