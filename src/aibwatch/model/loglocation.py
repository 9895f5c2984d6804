"""Where a build's log is, as an error message tells it.

A message must not choose where a token goes: whoever reads the log compares `account` with the
staging group's own storage account first, and asks that account where its blobs are.
"""

import re
from dataclasses import dataclass

CONTAINER = "packerlogs"
"""Where Image Builder keeps its logs (azure-powershell#24244; image-builder-troubleshoot)."""

_ACCOUNT = r"(?P<account>[a-z0-9]{3,24})"
_BLOB = r"(?P<container>[a-z0-9$-]{1,63})/(?P<blob>[\w.()-]{1,200}(?:/[\w.()-]{1,200}){0,5})"
_ARM_PATH = re.compile(
    rf"/storageAccounts/{_ACCOUNT}/blobServices/default/containers/{_BLOB}", re.IGNORECASE
)
_URL = re.compile(
    rf"https://(?P<host>{_ACCOUNT}(?:\.z\d{{1,2}})?\.blob\.[a-z0-9.-]{{3,60}})/{_BLOB}",
    re.IGNORECASE,
)
_LOG = ".log"


@dataclass(frozen=True, slots=True)
class LogLocation:
    """One blob."""

    account: str
    """Name of the storage account, lower case."""
    container: str
    blob: str
    """Path within the container, without a signature."""
    host: str = ""
    """The host that the message named, lower case; "" if it named the account's ARM path."""


def log_location(text: str) -> LogLocation | None:
    """Return the first blob in a message that is a log, None if it names none.

    Both shapes are known: the account's ARM path, and the blob's URL.
    """
    found = [*_ARM_PATH.finditer(text), *_URL.finditer(text)]
    logs = (each for each in sorted(found, key=re.Match.start) if _is_log(each))
    return next((_location(each) for each in logs), None)


def _is_log(found: re.Match[str]) -> bool:
    """Whether it is a log: a customizer's own file is named by a blob's URL too."""
    container, blob = found["container"].lower(), found["blob"].lower().rstrip(".")
    return container == CONTAINER or blob.endswith(_LOG)


def _location(found: re.Match[str]) -> LogLocation:
    named = found.groupdict()
    return LogLocation(
        account=named["account"].lower(),
        container=named["container"],
        blob=named["blob"].rstrip("."),
        host=named.get("host", "").lower(),
    )
