"""The authored body of a template: reading it, and writing a lifelike one.

A body is what an owner PUTs: `location`, `tags`, `identity` and `properties` with source,
customize, distribute and so on, as real Azure Image Builder JSON (api 2025-10-01).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aibwatch.model.names import BaseId, DefinitionId, Region, digest, region
from aibwatch.model.supply import gallery_base, managed_base, platform_base
from aibwatch.sim.regions import display

Body = Mapping[str, object]

USUAL_SIZE = "Standard_D4ds_v5"
DEFAULT_TIMEOUT = 240
"""Minutes; what 0 or an absent `buildTimeoutInMinutes` means."""

_FREE = ("source", "customize", "validate", "optimize", "errorHandling", "buildTimeoutInMinutes")
"""Properties that are bound to no region; with the VM's size and disk they are the recipe."""


def at(value: object, *path: str) -> object:
    """Return what lies at `path`, None where there is nothing."""
    for name in path:
        if not isinstance(value, dict):  # as every object of JSON is
            return None
        value = value.get(name)
    return value


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def base(body: Body, place: Region, subscription: str) -> BaseId:
    """Return what the template builds from in its region."""
    source = at(body, "properties", "source")
    kind = at(source, "type")
    if kind == "PlatformImage":
        words = ("publisher", "offer", "sku", "version")
        publisher, offer, sku, version = (str(at(source, each) or "") for each in words)
        return platform_base(subscription, place, publisher, offer, sku, version)
    if kind == "SharedImageVersion":
        return gallery_base(str(at(source, "imageVersionId") or ""))
    if kind == "ManagedImage":
        return managed_base(str(at(source, "imageId") or ""))
    return BaseId(str(kind or "").lower())


def distributions(body: Body) -> Sequence[object]:
    """Return the distribute entries."""
    return _each(at(body, "properties", "distribute"))


def gallery_target(body: Body) -> str:
    """Return `galleryImageId` of the first gallery distribution as written, "" if none."""
    for each in distributions(body):
        found = at(each, "galleryImageId")
        if isinstance(found, str):
            return found.lower()
    return ""


def definition(body: Body) -> DefinitionId | None:
    """Return the image definition that the template publishes to, None if it does not."""
    found = gallery_target(body)
    return DefinitionId(found.partition("/versions/")[0]) if found else None


def fixed_version(body: Body) -> str:
    """Return the version number that the body demands, "" if the service may choose."""
    return gallery_target(body).partition("/versions/")[2]


def targets(body: Body) -> tuple[Region, ...]:
    """Return the regions that its gallery version is replicated to."""
    names = [
        at(target, "name")
        for each in distributions(body)
        for target in _each(at(each, "targetRegions"))
    ]
    return tuple(region(name) for name in names if isinstance(name, str))


def excluded(body: Body) -> bool:
    """Return whether what it publishes to galleries is no `latest`."""
    galleries = [each for each in distributions(body) if at(each, "galleryImageId")]
    return bool(galleries) and all(at(each, "excludeFromLatest") is True for each in galleries)


def outputs(body: Body) -> tuple[str, ...]:
    """Return the run output names."""
    names = [at(each, "runOutputName") for each in distributions(body)]
    return tuple(name for name in names if isinstance(name, str))


def timeout(body: Body) -> timedelta:
    """Return the build timeout."""
    minutes = at(body, "properties", "buildTimeoutInMinutes")
    return timedelta(minutes=minutes if isinstance(minutes, int) and minutes else DEFAULT_TIMEOUT)


def size(body: Body) -> str:
    """Return the size of the VM that it builds on, "" if the service may choose."""
    found = at(body, "properties", "vmProfile", "vmSize")
    return found if isinstance(found, str) else ""


def automatic(body: Body) -> bool | None:
    """Return whether autoRun is enabled, None if the body does not say."""
    state = at(body, "properties", "autoRun", "state")
    return state.lower() == "enabled" if isinstance(state, str) else None


def tag(body: Body, name: str) -> str:
    """Return the value of a tag, "" if there is none."""
    found = at(body, "tags", name)
    return found if isinstance(found, str) else ""


def rank(body: Body) -> int | None:
    """Return where the template stands among those of its image, None if it does not say."""
    found = tag(body, "aibwatch-priority")
    return int(found) if found else None


def named(body: Body, what: str) -> str:
    """Return the id of the first `identity` or `subnet` that the template names, "" if none."""
    if what == "subnet":
        return str(at(body, "properties", "vmProfile", "vnetConfig", "subnetId") or "").lower()
    names = at(body, "identity", "userAssignedIdentities")
    return next((name.lower() for name in names), "") if isinstance(names, Mapping) else ""


def recipe(body: Body) -> str:
    """Return the hash of what is built, without what is bound to a region."""
    free = {name: at(body, "properties", name) for name in _FREE}
    machine = at(body, "properties", "vmProfile")
    size = {name: at(machine, name) for name in ("vmSize", "osDiskSizeGB")}
    return digest(json.dumps([free, size], sort_keys=True))


def identities(body: Body) -> str:
    """Return the hash of the identities that the template builds with."""
    names = at(body, "identity", "userAssignedIdentities")
    machine = _each(at(body, "properties", "vmProfile", "userAssignedIdentities"))
    found = list(names) if isinstance(names, Mapping) else []
    return digest(*sorted(str(name).lower() for name in (*found, *machine)))


def write(
    name: str,
    home: Region,
    publishes_to: DefinitionId,
    replicated_to: Sequence[Region],
    *,
    group: str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images",
    vm_size: str = USUAL_SIZE,
) -> dict[str, object]:
    """Write a lifelike body of about the size of a real one (3.9 kB on the wire).

    Bodies of one `name` have one recipe in every region.
    """
    identity = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aib-{home}"
    return {
        "location": home,
        "tags": {"aibwatch-image": name, "team": "platform", "costcentre": "4711"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "properties": {
            "source": _source(name),
            "customize": _steps(name),
            "validate": {"continueDistributeOnFailure": False, "inVMValidations": [_probe()]},
            "distribute": [
                {
                    "type": "SharedImage",
                    "galleryImageId": publishes_to,
                    "runOutputName": f"{name}-gallery",
                    "targetRegions": [
                        {
                            "name": display(each),
                            "replicaCount": 1,
                            "storageAccountType": "Standard_LRS",
                        }
                        for each in replicated_to
                    ],
                    "excludeFromLatest": False,
                    "artifactTags": {"recipe": name, "builder": "azure-image-builder"},
                }
            ],
            "buildTimeoutInMinutes": 90,
            "vmProfile": _machine(group, home, vm_size),
            "stagingResourceGroup": "",
            "errorHandling": {"onCustomizerError": "cleanup", "onValidationError": "cleanup"},
        },
    }


def _machine(group: str, home: Region, vm_size: str) -> dict[str, object]:
    networks = f"{group}/providers/Microsoft.Network/virtualNetworks/vnet-{home}/subnets"
    return {
        "vmSize": vm_size,
        "osDiskSizeGB": 64,
        "vnetConfig": {
            "subnetId": f"{networks}/build",
            "containerInstanceSubnetId": f"{networks}/aci",
        },
    }


def _source(name: str) -> dict[str, object]:
    windows = name.startswith("win")
    return {
        "type": "PlatformImage",
        "publisher": "MicrosoftWindowsServer" if windows else "Canonical",
        "offer": "WindowsServer" if windows else "0001-com-ubuntu-server-jammy",
        "sku": "2022-datacenter-g2" if windows else "22_04-lts-gen2",
        "version": "latest",
    }


def _probe() -> dict[str, object]:
    return {
        "type": "Shell",
        "name": "smoke-test",
        "inline": ["systemctl is-system-running --wait || true", "test -f /etc/golden-image"],
    }


def _steps(name: str) -> list[object]:
    scripts = ("base-packages", "hardening-cis-level-1", "monitoring-agent", "trust-store")
    steps: list[object] = [
        {
            "type": "Shell",
            "name": script,
            "scriptUri": f"https://goldenscripts.blob.core.windows.net/{script}/v7/install.sh",
            "sha256Checksum": digest(name, script, size=32),
        }
        for script in scripts
    ]
    inline = [
        "set -euo pipefail",
        "sudo apt-get update",
        "sudo DEBIAN_FRONTEND=noninteractive apt-get -y upgrade",
        f"echo {name} | sudo tee /etc/golden-image",
        "sudo sysctl --system && sudo systemctl enable --now auditd chrony unattended-upgrades",
        "sudo find / -xdev -type f -perm -0002 -not -path '/proc/*' -exec chmod o-w {} +",
        "sudo truncate -s 0 /etc/machine-id && sudo rm -f /etc/ssh/ssh_host_*",
        "sudo cloud-init clean --logs",
        "sudo journalctl --rotate && sudo journalctl --vacuum-time=1s",
    ]
    return [*steps, {"type": "Shell", "name": "finish", "inline": inline}]
