"""What the adapters must be told; the daemon maps the section `azure` of its configuration here."""

from dataclasses import dataclass, field
from pathlib import Path

from aibwatch.model.access import CloudName, CredentialKind


@dataclass(frozen=True, slots=True)
class AzureSettings:
    """Which Azure, how to reach it, and who we are there."""

    cloud: CloudName = CloudName.PUBLIC
    endpoint: str | None = None
    """Another ARM endpoint, https only; None means the cloud's own."""
    ca_file: Path | None = None
    """CA bundle that ARM's certificate is checked against; None means the system's."""
    proxy: str | None = None
    """URL of an HTTP proxy; None means what the environment says."""
    credential: CredentialKind = CredentialKind.AUTO
    client_id: str | None = None
    """Client id of a user-assigned identity."""
    token: str | None = field(default=None, repr=False)
    """The token of the kind `static`."""
    order_seconds: float = 20.0
    """How long a request to run or cancel may take in all, where that is less than other calls."""
    call_seconds: float = 60.0
    """How long one call may take in all: a token, connecting, every pause in its answer."""
