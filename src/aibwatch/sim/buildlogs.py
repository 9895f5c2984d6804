"""Build logs of the World as the values of the model: what a client makes of a staging account."""

from collections.abc import Sequence
from datetime import timedelta

from aibwatch.model.buildlog import HEAD, TAIL, BuildLog, LogState
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.loglocation import find
from aibwatch.model.secrets import without_secrets
from aibwatch.model.template import Run, Template
from aibwatch.sim.staging import CONTAINER, SimLog

NAMELESS = Fault(FaultKind.NETWORK, "the storage account has no name in DNS")

_LATE = timedelta(minutes=15)
"""After a run, while its log may begin."""


def unread(fault: Fault) -> BuildLog:
    """Return what a log is that could not be read."""
    put_off = fault.kind is FaultKind.THROTTLED
    return BuildLog(LogState.UNREAD if put_off else LogState.UNREADABLE, str(fault))


def log_of(logs: Sequence[SimLog], template: Template, run: Run) -> BuildLog:
    """Return the log of a run among those of its account: by name, else by time."""
    named = find(run.message)
    if named and named.resource.startswith(template.staging):
        found = next((each for each in logs if each.name == named.blob), None)
    else:
        found = _within(logs, run)
    if found is None:
        return _absent(template, run, elsewhere=bool(named and not named.resource))
    size = len(found.text)
    head, tail = found.text[:HEAD], found.text[max(HEAD, size - TAIL) :]
    where = f"{CONTAINER}/{found.name}"
    return BuildLog(LogState.PRESENT, f"{size} bytes", _text(head), _text(tail), where)


def _text(part: bytes) -> str:
    return without_secrets(part.decode("utf-8", errors="replace"))


def _within(logs: Sequence[SimLog], run: Run) -> SimLog | None:
    until = run.ended + _LATE if run.ended else None
    near = [
        each
        for each in logs
        if run.started <= each.created and (until is None or each.created <= until)
    ]
    return max(near, key=lambda each: each.created, default=None)


def _absent(template: Template, run: Run, *, elsewhere: bool) -> BuildLog:
    changed = template.modified is not None and template.modified > run.started
    if changed or elsewhere:
        return BuildLog(LogState.UNREADABLE, "the log may be in another staging group")
    return BuildLog(LogState.ABSENT, f"{CONTAINER} has no log of this run")
