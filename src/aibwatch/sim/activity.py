"""The Activity Log of the World: every request to run a template, by whomever, and its answer.

The events' fields are those of the documented schema. Invented: that a run request has Started,
then Accepted or Failed, and its run's end under the same correlation id (no such record is
public); and that what ARM turns away before the provider, 401 and 429, leaves no trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.names import TemplateId, digest, subscription_of
from aibwatch.sim.operations import Operation
from aibwatch.sim.trouble import Manner, Trouble

DAEMON = "00000000-0000-0000-0000-00000000c11e"
"""Caller of what comes through a face: the object id of an identity."""
PIPELINE = "00000000-0000-0000-0000-00000000b01d"
PERSON = "owner@contoso.example"

_TRACELESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})
_LOST = frozenset({Manner.SILENCE, Manner.RESET, Manner.TRICKLE})
"""Manners that lie between the client and ARM: ARM itself knows nothing of them."""


@dataclass(frozen=True, slots=True)
class SimAttempt:
    """One request to run a template."""

    correlation: str
    template: TemplateId
    caller: str
    began: datetime
    answer: Operation | Trouble

    def ended(self, now: datetime) -> bool:
        """Whether the run that it began is over, as the operation tells."""
        ended = self.answer.ended if isinstance(self.answer, Operation) else None
        return ended is not None and ended <= now


def note(
    attempts: list[SimAttempt],
    template: TemplateId,
    caller: str,
    answer: Operation | Trouble,
    now: datetime,
) -> None:
    """Write down a request of now and its answer."""
    if isinstance(answer, Trouble) and (answer.status in _TRACELESS or answer.manner in _LOST):
        return
    name = digest(template, now.isoformat(), str(len(attempts)), size=16)
    guid = "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))
    attempts.append(SimAttempt(guid, template, caller, now, answer))


def shown(
    attempts: Sequence[SimAttempt], subscription: str, since: datetime, until: datetime
) -> Sequence[SimAttempt]:
    """Return the requests of a subscription between two instants."""
    return [
        each
        for each in attempts
        if since <= each.began <= until and subscription_of(each.template) == subscription
    ]


def attempt_of(found: SimAttempt, now: datetime) -> Attempt:
    """Return an attempt as a client reads it out of its events at `now`."""
    answer = found.answer
    code, message = said(answer)
    refused = isinstance(answer, Trouble)
    over = found.ended(now)
    return Attempt(
        template=found.template,
        correlation=found.correlation,
        began=found.began,
        state=_state(answer, over=over),
        ended=answer.ended if isinstance(answer, Operation) and over else found.began,
        status=answer.status if isinstance(answer, Trouble) else None,
        code=code if refused or over else "",
        message=message if refused or over else "",
        caller=found.caller,
    )


def said(answer: Operation | Trouble) -> tuple[str, str]:
    """Return code and message of what went wrong, "" if nothing did (yet)."""
    if isinstance(answer, Trouble):
        return answer.code or status_name(answer.status), answer.message
    return answer.error or ("", "")


def status_name(status: int) -> str:
    """Return a status as the log writes it, such as InternalServerError."""
    return HTTPStatus(status).phrase.replace(" ", "")


def _state(answer: Operation | Trouble, *, over: bool) -> AttemptState:
    if isinstance(answer, Trouble):
        return AttemptState.REFUSED
    if not over:
        return AttemptState.ACCEPTED
    return AttemptState.SUCCEEDED if answer.status == "Succeeded" else AttemptState.RUN_FAILED
