"""The Activity Log (`ports.Activity`): all tries at running a template, by whomever.

API version 2015-04-01; `$filter` allows a few patterns only, that of a provider among them, and
each has both ends of the time (learn.microsoft.com/rest/api/monitor/activity-logs/list). The
events of one request share a correlation id: Started, then Accepted or Failed, and long after an
Accepted the end of the run. Statuses and properties are those of the documented schema; no event
of a refused `run/action` was found in public, so their order there is inferred.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from aibwatch.azure.arm import Arm, path
from aibwatch.azure.instants import instant
from aibwatch.azure.pages import follow
from aibwatch.azure.wire import Wire, WireError, read_error, reader
from aibwatch.azure.words import told
from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.fault import Fault
from aibwatch.model.names import template_id

API_VERSION = "2015-04-01"
OPERATION = "microsoft.virtualmachineimages/imagetemplates/run/action"
PROVIDER = "Microsoft.VirtualMachineImages"
SELECT = "caller,correlationId,eventTimestamp,operationName,properties,resourceId,status,subStatus"
AHEAD = timedelta(days=2)
"""The end of the time asked for lies beyond now, wherever `since` is: we have no clock here."""
ANSWERED_WITHIN = timedelta(minutes=3)
"""A request is answered sooner than this, a build fails later (inferred: a gateway gives up after
a minute or two). Events come late, so that of an Accepted may be missing still."""
MOST_EVENTS = 20_000
"""More than any subscription has in an hour; a list that goes on is nonsense."""

_NAMES = {each.name.replace("_", "").lower(): each.value for each in HTTPStatus}
"""By .NET's names of statuses, which are those of `http` without underscores."""


class _Text(Wire):
    value: str | None = None


class _Details(Wire):
    status_code: str | None = None
    status_message: str | None = None


class _Event(Wire):
    correlation_id: str | None = None
    event_timestamp: str | None = None
    operation_name: _Text | None = None
    resource_id: str | None = None
    status: _Text | None = None
    sub_status: _Text | None = None
    caller: str | None = None
    properties: _Details | None = None


class _Page(Wire):
    value: list[_Event | None]
    next_link: str | None = None


_read_page = reader(_Page)


class ActivityLog:
    """Reads tries at running templates."""

    def __init__(self, arm: Arm) -> None:
        """Take the door to ARM."""
        self._arm = arm

    async def attempts(self, subscription: str, since: datetime) -> Sequence[Attempt] | Fault:
        """List the tries at starting a run of any template, begun at `since` or later."""
        events: defaultdict[str, list[_Event]] = defaultdict(list)
        read = 0

        def take(body: bytes) -> str:
            nonlocal read
            page = _read_page(body)
            read += len(page.value)
            if read > MOST_EVENTS:
                message = f"more than {MOST_EVENTS} events"
                raise WireError(message)
            for each in page.value:
                if each and each.correlation_id and _is_run(each):
                    events[each.correlation_id.lower()].append(each)
            return page.next_link or ""

        fault = await follow(self._arm, subscription, _url(subscription, since), take)
        if fault:
            return fault
        found = (_attempt(name, each) for name, each in events.items())
        return [each for each in found if each and each.began >= since]


def _url(subscription: str, since: datetime) -> str:
    collection = "providers/Microsoft.Insights/eventtypes/management/values"
    start, end = (f"{each:%Y-%m-%dT%H:%M:%S}Z" for each in (since, since + AHEAD))
    wanted = (
        f"eventTimestamp ge '{start}' and eventTimestamp le '{end}'"
        f" and resourceProvider eq '{PROVIDER}'"
    ).replace(" ", "%20")
    query = f"&$filter={wanted}&$select={SELECT}"
    return path(f"/subscriptions/{subscription}/{collection}", API_VERSION, query)


def _is_run(event: _Event) -> bool:
    return ((event.operation_name or _Text()).value or "").lower() == OPERATION


def _attempt(correlation: str, events: Sequence[_Event]) -> Attempt | None:
    """Return what the events of one correlation id tell.

    None if its begin is not among them: then it began before the time that was asked for, and the
    end of its run must not look like a request that was refused.
    """
    dated = sorted(
        ((at, each) for each in events if (at := instant(each.event_timestamp))),
        key=lambda pair: pair[0],
    )
    states = {_status(each) for _, each in dated}
    began = next((at for at, each in dated if _status(each) in {"started", "accepted"}), None)
    if began is None:
        return None
    try:
        template = template_id(_resource(each for _, each in dated))
    except ValueError:
        return None
    later = [at for at, each in dated if _status(each) != "started"]
    bad = next((each for _, each in dated if _status(each) == "failed"), None)
    state = _state(states)
    if state is AttemptState.REFUSED and later[-1] - began > ANSWERED_WITHIN:
        state = AttemptState.RUN_FAILED
    code, message = _said(bad) if bad else ("", "")
    return Attempt(
        template=template,
        correlation=correlation,
        began=began,
        state=state,
        ended=later[-1] if later else None,
        status=_http_status(bad) if bad and state is AttemptState.REFUSED else None,
        code=code,
        message=message,
        caller=next((each.caller for _, each in dated if each.caller), ""),
    )


def _status(event: _Event) -> str:
    return ((event.status or _Text()).value or "").lower()


def _state(states: set[str]) -> AttemptState:
    if "failed" in states:
        return AttemptState.RUN_FAILED if "accepted" in states else AttemptState.REFUSED
    if "succeeded" in states:
        return AttemptState.SUCCEEDED
    return AttemptState.ACCEPTED if "accepted" in states else AttemptState.OPEN


def _resource(events: Iterable[_Event]) -> str:
    """Return the template that the events are about; some name the action below it."""
    name = next((each.resource_id for each in events if each.resource_id), "")
    return name[: -len("/run")] if name.lower().endswith("/run") else name


def _http_status(event: _Event) -> int | None:
    """Return the HTTP status that an event tells by name or number, None if it tells none."""
    details = event.properties or _Details()
    for text in (details.status_code, (event.sub_status or _Text()).value):
        word = (text or "").strip().lower()
        if word.isascii() and word.isdigit():
            return int(word)
        if word in _NAMES:
            return _NAMES[word]
    return None


def _said(event: _Event) -> tuple[str, str]:
    """Return code and message; `statusMessage` is a JSON text, or a gateway's words."""
    text = (event.properties or _Details()).status_message or ""
    code, message = read_error(text.encode())
    if not code and not message:
        message = text
    return code or (event.sub_status or _Text()).value or "", told(message)
