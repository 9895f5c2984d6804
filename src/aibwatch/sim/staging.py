"""Staging groups: each template has one, with a storage account that keeps its build logs."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import Region, TemplateId, digest, group_of, subscription_of

CONTAINER = "packerlogs"
MACHINE = "Microsoft.Compute/virtualMachines"
"""What a build needs besides the account, for one."""
KEPT = 20
"""Logs that an account keeps (invented: real ones keep them all)."""


@dataclass(frozen=True, slots=True)
class SimLog:
    """One blob."""

    name: str
    """Path in the container."""
    created: datetime
    written: datetime
    text: bytes


@dataclass(frozen=True, slots=True)
class SimGroup:
    """A staging group, as Resource Graph shows it."""

    template: TemplateId
    name: str
    """Of the template, as written."""
    region: Region
    made: datetime
    machine: datetime | None = None
    """When the machine in it was created, None if there is none."""
    tagged: bool = True
    """Whether its tags say whose it is."""
    again: int = 0
    """Which of the groups that templates of this name had, one after the other."""

    @property
    def id(self) -> str:
        """ARM id."""
        return group(self.template, self.name) + (f"_{self.again}" if self.again else "")

    @property
    def account(self) -> str:
        """ARM id of its storage account."""
        name = account(self.template) + (str(self.again) if self.again else "")
        return f"{self.id}/providers/Microsoft.Storage/storageAccounts/{name}"

    @property
    def machine_id(self) -> str:
        """ARM id of its machine."""
        return f"{self.id}/providers/{MACHINE}/build"


def group(template: TemplateId, name: str) -> str:
    """Return the ARM id of a template's staging group; `name` is the template's as written."""
    salt = digest(template, size=8)
    place = f"/subscriptions/{subscription_of(template)}/resourceGroups"
    return f"{place}/IT_{group_of(template)}_{name}_{salt}"


def account(template: TemplateId) -> str:
    """Return the name of the storage account in it (invented: real ones are random)."""
    return f"aib{digest(template, 'staging', size=8)}"


def account_id(template: TemplateId, name: str) -> str:
    """Return the ARM id of that account."""
    provider = "providers/Microsoft.Storage/storageAccounts"
    return f"{group(template, name)}/{provider}/{account(template)}"


def blob_of(operation: str) -> str:
    """Return the path of a run's log: a folder for each run."""
    return f"{operation}/customization.log"


def log_path(template: TemplateId, name: str, operation: str) -> str:
    """Return where a message says the log is; recorded shape (azure-powershell #24244)."""
    container = f"blobServices/default/containers/{CONTAINER}"
    return f"{account_id(template, name)}/{container}/{blob_of(operation)}"
