"""Where a failed run says that its log is: in its message, in one of two shapes.

The URL of a blob (documentation of 2020), or the ARM path of one (azure-powershell #24244, 2024).
What a message says is a hint, never an address to trust: who reads the log asks the staging
account itself where it is (`azure.logs`).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLocation:
    """One log as a message names it."""

    account: str
    """Name of the storage account, lower case."""
    container: str
    blob: str
    """Path within the container, such as `<guid>/customization.log`."""
    endpoint: str = ""
    """Scheme, host and what else stands before the container; "" in the ARM shape."""
    resource: str = ""
    """ARM id of the storage account, lower case; "" in the URL shape."""
    operation: str = ""
    """The operation's id, by which support finds the log; "" if none is told."""


_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BLOB = r"(?P<container>[a-z0-9-]{3,63})/(?P<blob>[^\s/\"'<>?#]{1,64}/[a-z]{1,32}\.log)\b"
_PLACE = re.compile(f"/{_BLOB}", re.IGNORECASE)
_ENDPOINT = re.compile(r"https?://(?P<account>[a-z0-9-]{1,63})[^\s\"'<>?#]*", re.IGNORECASE)
_LONGEST = 300
"""Characters of an endpoint: it is looked for backwards from the blob, so that a text made of
beginnings costs no more than its length."""
_PATH = re.compile(
    r"(?P<resource>/subscriptions/[0-9a-f-]{36}/resourceGroups/[^\s/]{1,90}"
    r"/providers/Microsoft\.Storage/storageAccounts/(?P<account>[a-z0-9]{3,24}))"
    rf"/blobServices/default/containers/(?:{_BLOB})",
    re.IGNORECASE,
)
_OPERATION = re.compile(rf"operation\s?id:?\s{{0,4}}(?P<id>{_GUID})", re.IGNORECASE)


def find(message: str) -> LogLocation | None:
    """Return where a message says that the log is, None if it does not say so."""
    told = _OPERATION.search(message)
    operation = told["id"].lower() if told else ""
    path = _PATH.search(message)
    if path:
        account, resource = path["account"].lower(), path["resource"].lower()
        return LogLocation(account, path["container"], path["blob"], "", resource, operation)
    for place in _PLACE.finditer(message):
        before = message[max(0, place.start() - _LONGEST) : place.start()]
        endpoint = _ENDPOINT.fullmatch(before[max(0, before.lower().rfind("http")) :])
        if endpoint:
            account, where = endpoint["account"].lower(), endpoint[0]
            return LogLocation(account, place["container"], place["blob"], where, "", operation)
    return None
