"""The one place where exceptions, statuses and bodies become `Fault` values.

| what happened | kind |
|---|---|
| no name, refused, no TLS, connect timeout, proxy said no | NETWORK: nothing was sent |
| no token could be had, or 401 | AUTH |
| connection lost or silent after it stood | TIMEOUT: the far side may have acted |
| 403 | PERMISSION |
| 404 | NOT_FOUND |
| 408 | TIMEOUT |
| 409, or 405 `OperationNotAllowed` | CONFLICT |
| 429 | THROTTLED |
| 5xx, or another 4xx whose code says "internal" | PLATFORM |
| any other 4xx | REJECTED |
| any other status, or a body that is not the promised JSON | NONSENSE |
"""

import re
import zlib
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

import aiohttp
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestTimeoutError,
)
from azure.core.rest import AsyncHttpResponse

from aibwatch.azure.instants import http_date
from aibwatch.azure.wire import read_error
from aibwatch.azure.words import told
from aibwatch.model.fault import Fault, FaultKind

REFUSALS = frozenset(
    {
        FaultKind.AUTH,
        FaultKind.FORBIDDEN_HERE,
        FaultKind.NETWORK,
        FaultKind.NOT_FOUND,
        FaultKind.PERMISSION,
        FaultKind.REJECTED,
        FaultKind.THROTTLED,
    }
)
"""Kinds after which a run request surely began nothing: it was not sent, or ARM turned it away.

CONFLICT is not among them: somebody runs the template, and that may be our own request of before.
"""

_BY_STATUS: Mapping[int, FaultKind] = {
    HTTPStatus.UNAUTHORIZED: FaultKind.AUTH,
    HTTPStatus.FORBIDDEN: FaultKind.PERMISSION,
    HTTPStatus.NOT_FOUND: FaultKind.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT: FaultKind.TIMEOUT,
    HTTPStatus.CONFLICT: FaultKind.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS: FaultKind.THROTTLED,
}
_INTERNAL = frozenset(
    {
        "gatewaytimeout",
        "internalerror",
        "internaloperationerror",
        "internalservererror",
        "serverbusy",
        "servertimeout",
        "serviceunavailable",
    }
)
"""Codes by which a provider owns up, whatever the status (azvmimagebuilder#2, #97, #129)."""

_NOTHING_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
"""What aiohttp raises before any byte of a request has left; DNS and TLS are subclasses."""

_PATH = re.compile(r"(https?://[^/\s]+)/\S*")
"""An address with what was asked for there: who asked knows that, and many ask in one trouble."""

_LONGEST_MESSAGE = 1000
"""Characters of an error message that are kept."""


class FaultError(Exception):
    """Carries a fault out of the pipeline's policies, through the SDK, unchanged."""

    def __init__(self, fault: Fault) -> None:
        """Take the fault that is to be returned to the caller."""
        super().__init__(str(fault))
        self.fault = fault


def from_exception(error: Exception) -> Fault:
    """Return the fault that an exception of azure-core, aiohttp or the socket stands for."""
    if isinstance(error, FaultError):
        return error.fault
    if isinstance(error, IncompleteReadError):
        return Fault(FaultKind.TIMEOUT, "the answer broke off")
    if isinstance(error, HttpResponseError) and isinstance(error.response, AsyncHttpResponse):
        return from_response(error.response)
    says = _PATH.sub(r"\1", f"{type(error).__name__}: {error}")
    return Fault(_blame(error), says[:_LONGEST_MESSAGE])


def _blame(error: Exception) -> FaultKind:
    if isinstance(error, ClientAuthenticationError):
        return FaultKind.AUTH
    if isinstance(error, ServiceRequestTimeoutError) or isinstance(error.__cause__, _NOTHING_SENT):
        return FaultKind.NETWORK
    return FaultKind.TIMEOUT if isinstance(error, AzureError | OSError) else FaultKind.NONSENSE


def nonsense(says: str) -> Fault:
    """Return the fault of a 200 whose body is not the promised one."""
    return Fault(FaultKind.NONSENSE, says, HTTPStatus.OK.value)


def from_response(response: AsyncHttpResponse) -> Fault:
    """Return the fault that a finished answer stands for."""
    try:
        body = response.content
    except (AzureError, zlib.error):
        body = b""
    return from_answer(response.status_code, response.headers, body)


def from_answer(status: int, headers: Mapping[str, str], body: bytes) -> Fault:
    """Return the fault that an answer other than the promised one stands for.

    A body that is no ARM error, such as a gateway's HTML, is told by its size alone: what a
    stranger wrote does not belong into our logs.
    """
    code, message = read_error(body)
    if not code and not message:
        message = f"{len(body)} bytes of {headers.get('Content-Type', 'no type')}, no ARM error"
    return Fault(
        kind=_kind(status, code.lower()),
        message=told(message)[:_LONGEST_MESSAGE],
        status=status,
        code=code,
        retry_after=retry_after(headers),
        request_id=headers.get("x-ms-request-id", ""),
        failed_by=_failed_by(headers.get("x-ms-failure-cause", "")),
    )


def _failed_by(told: str) -> str:
    """Return who failed, if it is one of the two that ARM names."""
    cause = told.strip().lower()
    return cause if cause in {"service", "gateway"} else ""


def _kind(status: int, code: str) -> FaultKind:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return FaultKind.PLATFORM
    if status < HTTPStatus.BAD_REQUEST:
        return FaultKind.NONSENSE
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status == HTTPStatus.METHOD_NOT_ALLOWED and code == "operationnotallowed":
        return FaultKind.CONFLICT
    return FaultKind.PLATFORM if code in _INTERNAL else FaultKind.REJECTED


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long an answer asks us to wait, None if it does not say, or not in a way we know.

    Milliseconds (`retry-after-ms`, `x-ms-retry-after-ms`), seconds, or an HTTP date, which is
    taken against the answer's own `Date`: our clock has no say.
    """
    for name, unit in (("retry-after-ms", 1e-3), ("x-ms-retry-after-ms", 1e-3), ("Retry-After", 1)):
        try:
            seconds = float(headers.get(name, "")) * unit
            return timedelta(seconds=max(seconds, 0.0))
        except (ValueError, OverflowError):
            continue
    until, now = http_date(headers.get("Retry-After")), http_date(headers.get("Date"))
    return max(timedelta(0), until - now) if until and now else None
