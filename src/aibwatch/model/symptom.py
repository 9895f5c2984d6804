"""One error as it was told, before anybody judges it."""

from dataclasses import dataclass
from enum import StrEnum

from aibwatch.model.buildlog import LogState
from aibwatch.model.template import RunState


class Where(StrEnum):
    """Where an error was told. The same words mean other things in other places."""

    RUN = "run_status"
    """`lastRunStatus.message`."""
    SUBMISSION = "provisioning_error"
    """`provisioningError` of a template; by design there is no log."""
    LOG = "customization_log"
    """Lines of a build's own log: Packer's, cloud-init's, a script's."""
    REQUEST = "arm_http"
    """An answer of ARM or of a provider to a request, an operation's own body among them."""
    TRANSPORT = "transport"
    """An exception of the client: no answer came."""
    NOTICE = "service_health"
    """Microsoft's own words about an incident."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one error looked like."""

    where: Where
    message: str
    code: str = ""
    """The outermost error code, "" if none was told."""
    status: int | None = None
    """HTTP status, None if none was told; failures may come with 200."""
    state: RunState | None = None
    phase: str = ""
    """The sub-state that the run had reached."""
    log: LogState = LogState.UNREAD
    """Whether the build left a log."""
