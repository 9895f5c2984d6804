"""Staging groups: each template has one, with a storage account that keeps its build logs."""

from dataclasses import dataclass
from datetime import datetime

from aibwatch.model.names import TemplateId, digest, group_of, subscription_of

CONTAINER = "packerlogs"
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
