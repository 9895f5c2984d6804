"""Trouble as the Fault values of the ports: what a client makes of each bad answer."""

from datetime import timedelta

from aibwatch.model.failover import Event
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.ports import Reply
from aibwatch.sim.trouble import BAD, BROKEN, Manner, Trouble

_BY_MANNER = {
    Manner.CUT: FaultKind.NONSENSE,
    Manner.JUNK: FaultKind.NONSENSE,
    Manner.TRICKLE: FaultKind.TIMEOUT,
    Manner.SILENCE: FaultKind.TIMEOUT,
    Manner.RESET: FaultKind.TIMEOUT,
}

_BY_STATUS = {
    401: FaultKind.AUTH,
    403: FaultKind.PERMISSION,
    404: FaultKind.NOT_FOUND,
    429: FaultKind.THROTTLED,
}

_REFUSALS = frozenset(
    {
        FaultKind.AUTH,
        FaultKind.NOT_FOUND,
        FaultKind.PERMISSION,
        FaultKind.REJECTED,
        FaultKind.THROTTLED,
    }
)
"""Kinds after which a run request surely began nothing."""

_STATE_CONFLICTS = (405, 409)


def _kind(trouble: Trouble) -> FaultKind:
    if trouble.manner in _BY_MANNER:
        return _BY_MANNER[trouble.manner]
    if trouble.status >= BROKEN:
        return FaultKind.PLATFORM
    if trouble.status < BAD:
        return FaultKind.NONSENSE
    if trouble.status in _STATE_CONFLICTS:
        return FaultKind.CONFLICT
    return _BY_STATUS.get(trouble.status, FaultKind.REJECTED)


def fault(trouble: Trouble, request_id: str = "") -> Fault:
    """Return the fault that a client reports for `trouble`."""
    wait = trouble.retry_after
    told = trouble.manner not in (Manner.SILENCE, Manner.RESET)
    answered = told and trouble.manner is not Manner.TRICKLE
    return Fault(
        _kind(trouble),
        trouble.message,
        trouble.status if answered else None,
        trouble.code,
        None if wait is None else timedelta(seconds=wait),
        request_id if told else "",
    )


def reply(trouble: Trouble, request_id: str = "") -> Reply:
    """Return what a run or cancel request came to: surely refused, or unclear.

    A conflict is unclear: somebody runs the template, and it may be our own request of before.
    """
    told = fault(trouble, request_id)
    event = Event.REFUSED if told.kind in _REFUSALS else Event.UNCLEAR
    return Reply(event, told, request_id=told.request_id)
