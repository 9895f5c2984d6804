"""What went wrong with one request to Azure: the value that ports return in place of an answer.

A fault says whose trouble it is as far as the answer itself tells. It is never by itself a
verdict: a failed read says nothing about a build (PROMISES S11).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class FaultKind(StrEnum):
    """Whose trouble a failed request is."""

    PLATFORM = "platform"
    """The provider or the gateway before it: 5xx, or an answer that says so."""
    TIMEOUT = "timeout"
    """No complete answer in time; the connection stood."""
    NONSENSE = "nonsense"
    """An answer that is not what the API promises: HTML, cut JSON, a wrong shape."""
    THROTTLED = "throttled"
    """429, or our own budget says not now."""
    NOT_FOUND = "not_found"
    PERMISSION = "permission"
    """403: the identity may not."""
    AUTH = "auth"
    """401, or no token could be had: our own trouble."""
    NETWORK = "network"
    """No connection, no name, no TLS: our own trouble until shown otherwise."""
    CONFLICT = "conflict"
    """409 or 405 `OperationNotAllowed`: its state does not allow it now."""
    REJECTED = "rejected"
    """Any other 4xx: the request itself was refused."""
    FORBIDDEN_HERE = "forbidden_here"
    """Our own gate refused to send it (PROMISES S36)."""


WATCHER = frozenset({FaultKind.AUTH, FaultKind.NETWORK})
"""Kinds that are our own trouble: they blind us and are evidence about nobody (PROMISES S13)."""

DARK = frozenset({FaultKind.PLATFORM, FaultKind.TIMEOUT, FaultKind.NONSENSE})
"""Kinds that mean: the far side did not answer properly."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed request."""

    kind: FaultKind
    message: str
    status: int | None = None
    """HTTP status, None if there was no answer."""
    code: str = ""
    """The error code of the body, "" if none."""
    retry_after: timedelta | None = None
    """How long the service asked us to wait."""
    request_id: str = ""
    """`x-ms-request-id`: support asks for it."""
    failed_by: str = ""
    """`x-ms-failure-cause`: "service" for the provider, "gateway" for ARM itself, "" if untold."""

    @property
    def put_off(self) -> bool:
        """Whether our own request budget said not now, and until when: nothing was asked."""
        known = self.retry_after is not None
        return self.kind is FaultKind.THROTTLED and self.status is None and known

    def __str__(self) -> str:
        """Render for people: kind, status, code and who failed, then the message."""
        by = f"by the {self.failed_by}" if self.failed_by else ""
        head = " ".join(str(part) for part in (self.kind, self.status, self.code, by) if part)
        return f"{head}: {self.message}" if self.message else head
