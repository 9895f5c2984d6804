"""What an HTTP status says of an error that says nothing else that is known."""

from collections.abc import Mapping
from types import MappingProxyType

from aibwatch.model.symptom import Symptom, Where
from aibwatch.model.verdict import Cause

STATUSES: Mapping[str, tuple[Cause, str]] = MappingProxyType(
    {
        "http_server_error": (Cause.OUTAGE, "the provider or the gateway before it failed"),
        "http_refused": (Cause.USER_CONFIG, "the request was refused as wrong"),
        "http_unauthenticated": (Cause.AUTH, "the caller's token was refused"),
        "http_forbidden": (Cause.PERMISSION, "the caller may not"),
        "http_not_found": (Cause.NOT_FOUND, "what was asked for does not exist"),
        "http_conflict": (Cause.CONFLICT, "its state does not allow it now"),
        "http_throttled": (Cause.THROTTLED, "too many calls in a short time"),
    }
)
"""Cause and meaning by signature."""

_BY_STATUS = {
    400: "http_refused",
    401: "http_unauthenticated",
    403: "http_forbidden",
    404: "http_not_found",
    405: "http_conflict",
    409: "http_conflict",
    412: "http_conflict",
    413: "http_refused",
    415: "http_refused",
    422: "http_refused",
    429: "http_throttled",
}
_SERVER_ERRORS = range(500, 600)
_TELLS = frozenset({Where.REQUEST, Where.SUBMISSION, Where.TRANSPORT})
"""A run's status is that of the request for it; in a log stands the status of something else."""


def by_status(symptom: Symptom) -> str:
    """Return the signature of an error by its HTTP status, "" if that tells nothing."""
    if symptom.status is None or symptom.where not in _TELLS:
        return ""
    if symptom.status in _SERVER_ERRORS:
        return "http_server_error"
    return _BY_STATUS.get(symptom.status, "")
