"""What Azure may answer instead of what was asked for: the menu of bad answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

GENERIC = (
    "Internal error occurred. This is a generic error. To identify possible causes, go to "
    "https://aka.ms/azvmimagebuilderts."
)
"""Azure Image Builder's one text for everything (recorded: azvmimagebuilder #97, #129)."""

BAD = 400
"""The first HTTP status that is an error."""

BROKEN = 500
"""The first HTTP status that is the service's own error."""


class Manner(StrEnum):
    """How an answer comes, if it comes."""

    JSON = "json"
    """An ARM error: `{"error": {"code", "message"}}`."""
    HTML = "html"
    """A gateway's page."""
    CUT = "cut"
    """A body of which the second half is missing."""
    JUNK = "junk"
    """Ten megabytes of nothing."""
    TRICKLE = "trickle"
    """A body that never ends, one blank at a time."""
    SILENCE = "silence"
    """The request is taken and never answered."""
    RESET = "reset"
    """The connection is reset in place of an answer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One bad answer."""

    status: int = 200
    code: str = ""
    message: str = ""
    manner: Manner = Manner.JSON
    retry_after: int | None = None
    """Seconds."""

    @property
    def dark(self) -> bool:
        """Whether the far side did not answer properly: ARM then leaves it out of a list."""
        return self.manner is not Manner.JSON or self.status >= BROKEN


_GATEWAY = (
    "The gateway did not receive a response from 'Microsoft.VirtualMachineImages' within the "
    "specified time period."
)
_FORBIDDEN = (
    "The client '00000000-0000-0000-0000-00000000c11e' with object id "
    "'00000000-0000-0000-0000-00000000c11e' does not have authorization to perform action "
    "over this scope or the scope is invalid."
)
_HTML = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

MENU: Mapping[str, Trouble] = MappingProxyType(
    {
        "500": Trouble(500, "InternalServerError", GENERIC),
        "503": Trouble(503, "ServiceUnavailable", "The service is unavailable."),
        "504": Trouble(504, "GatewayTimeout", _GATEWAY),
        "502": Trouble(502, "", _HTML, Manner.HTML),
        "401": Trouble(
            401, "ExpiredAuthenticationToken", "The access token expiry UTC time is past."
        ),
        "403": Trouble(403, "AuthorizationFailed", _FORBIDDEN),
        "429": Trouble(429, "TooManyRequests", "The request is being throttled.", retry_after=5),
        "html": Trouble(200, "", _HTML, Manner.HTML),
        "cut": Trouble(manner=Manner.CUT),
        "junk": Trouble(manner=Manner.JUNK),
        "trickle": Trouble(manner=Manner.TRICKLE),
        "silence": Trouble(manner=Manner.SILENCE),
        "reset": Trouble(manner=Manner.RESET),
    }
)
"""By the word that a timetable uses. 500, 504: recorded. The text of 503, 403 and 429: invented."""


def conflict(action: str, provisioning: str, run: str, status: int) -> Trouble:
    """Return the answer to a request that the template's state does not allow.

    The text is recorded for delete and cancel (azvmimagebuilder #38 #48); for run, and whether it
    is 405 or 409, there is no record.
    """
    message = (
        f"Operation Microsoft.VirtualMachineImages/imageTemplates/{action}/action is not allowed "
        f"in provisioning state: {provisioning.lower()} or run state: {run.lower()}."
    )
    return Trouble(status, "OperationNotAllowed", message)


def not_found(kind: str, name: str, group: str) -> Trouble:
    """Return ARM's answer to a question for a resource that is not there (recorded)."""
    message = (
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. For more "
        "details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return Trouble(404, "ResourceNotFound", message)
