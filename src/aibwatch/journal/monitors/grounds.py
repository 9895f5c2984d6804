"""Never for the wrong reason: what a failover is opened on, and what a request is sent on."""

from datetime import datetime

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Trail
from aibwatch.model.entry import FailoverOpened, Intended, Witnessed
from aibwatch.model.names import name_of
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.model.verdict import Cause, Disposition, Failure, Family, KeyKind
from aibwatch.model.witness import Sight

OWNERS = frozenset(
    {Cause.USER_BUILD, Cause.USER_CONFIG, Cause.PERMISSION, Cause.NOT_FOUND, Cause.CANCELED}
)
"""Causes that follow a template to any region."""
JUDGED = frozenset({KeyKind.RUN, KeyKind.ATTEMPT, KeyKind.SUBMISSION})
"""Kinds of failures that have an error of their own."""
RUNS = frozenset({KeyKind.RUN, KeyKind.LOST})
ELSEWHERE = frozenset({Health.HEALTHY, Health.DEGRADED})


def _judged(entry: FailoverOpened, state: State) -> Failure | None:
    """Return the failure that is answered, if it has an error and no operator ordered it (S37)."""
    failure = state.failures.get(entry.key.template)
    if failure is None or failure.key != entry.key or entry.order is not None:
        return None
    return failure


def not_the_owners(entry: FailoverOpened, state: State, _trail: Trail) -> str:
    """S9: an error that follows its template is not answered."""
    failure = _judged(entry, state)
    if failure is None or failure.classification.cause not in OWNERS:
        return ""
    return f"the failure is {failure.classification.cause}: it follows its template to any region"


def known_text(entry: FailoverOpened, state: State, _trail: Trail) -> str:
    """S10: a text that nobody knows is not answered."""
    failure = _judged(entry, state)
    if failure is None or entry.key.kind not in JUDGED or failure.classification.signature:
        return ""
    return "no signature knows the text of the failure"


def really_failed(entry: FailoverOpened, state: State, _trail: Trail) -> str:
    """S19: what was canceled, or succeeded in part, is not answered."""
    failure = _judged(entry, state)
    if failure is None or entry.key.kind is not KeyKind.RUN or failure.run is None:
        return ""
    if failure.run.state is RunState.FAILED:
        return ""
    return f"its run is {failure.run.state}, not failed"


def families_agree(entry: FailoverOpened, state: State, trail: Trail) -> str:
    """S12: enough independent families speak, or a clear capacity code for its own image."""
    basis = trail.basis(entry.image)
    told = {each.family for each in entry.evidence}
    if entry.key.kind is KeyKind.LOST:
        told.discard(Family.RUN)  # of a run that nobody saw end, nothing can speak
    elif entry.key.kind not in JUDGED:
        return ""
    failure = _judged(entry, state)
    if basis is None or entry.order is not None or (failure and _suffices(failure)):
        return ""
    needed = basis.witness.policy.families
    return f"{len(told)} families speak, {needed} must" if len(told) < needed else ""


def _suffices(failure: Failure) -> bool:
    error = failure.classification
    return (error.cause, error.disposition) == (Cause.CAPACITY, Disposition.PLATFORM)


def _basis(entry: Intended, trail: Trail) -> Witnessed | None:
    """Return what the intent rests on, if it is on record."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    return basis if basis is not None and basis.at == entry.at else None


def _ordered(entry: Intended, trail: Trail) -> bool:
    course = trail.courses.get(entry.failover)
    return course is not None and course.order is not None


def _sight(entry: Intended, trail: Trail) -> Sight | None:
    """Return how the target was seen last."""
    basis = _basis(entry, trail)
    sights = basis.witness.sights if basis else ()
    return next((each for each in sights if each.template == entry.target), None)


def idle(entry: Intended, _state: State, trail: Trail) -> str:
    """S6: only an idle, provisioned template is asked."""
    sight = _sight(entry, trail)
    shown = sight.shown if sight else None
    if shown is None:
        return ""
    if shown.busy:
        return f"{name_of(entry.target)} is busy"
    if shown.provisioning is not ProvisioningState.SUCCEEDED:
        return f"{name_of(entry.target)} is {shown.provisioning}"
    return ""


def believes_itself(entry: Intended, _state: State, trail: Trail) -> str:
    """S13: nothing is begun while we distrust ourselves; an operator may (S37)."""
    basis = _basis(entry, trail)
    suspicion = basis.witness.suspicion if basis else None
    if suspicion is None or _ordered(entry, trail):
        return ""
    return f"we distrust ourselves: {suspicion.says}"


def fresh(entry: Intended, _state: State, trail: Trail) -> str:
    """S15: the target was read with success, within `max_age`."""
    sight, basis = _sight(entry, trail), _basis(entry, trail)
    if sight is None or basis is None:
        return ""
    age = entry.at - sight.seen if sight.seen else None
    if sight.fault is None and age is not None and age <= basis.witness.policy.max_age:
        return ""
    return f"{name_of(entry.target)} was last read {age} ago ({sight.fault or 'with success'})"


def warmed_up(entry: Intended, _state: State, trail: Trail) -> str:
    """S16: after a start everything is asked for first; an operator need not wait (S37)."""
    basis = _basis(entry, trail)
    if basis is None or _ordered(entry, trail):
        return ""
    sweeps, needed = basis.witness.sweeps, basis.witness.policy.warmup_sweeps
    return f"{sweeps} full sweeps since the start, {needed} must be" if sweeps < needed else ""


def unanswered(entry: Intended, state: State, trail: Trail) -> str:
    """S18: a primary that has a newer run, which goes on or was good, is not answered."""
    course = trail.courses.get(entry.failover)
    if course is None or course.key.kind not in RUNS:
        return ""
    run = state.runs.get(course.key.template)
    began = datetime.fromisoformat(course.key.mark)
    if run is None or run.started <= began:
        return ""
    if run.state not in (RunState.RUNNING, RunState.SUCCEEDED):
        return ""
    return f"the primary has a run since {run.started:%H:%M:%S}Z: {run.state}"


def ready(entry: Intended, state: State, trail: Trail) -> str:
    """S26: nothing that gates is red, and the target's region is well."""
    course = trail.courses.get(entry.failover)
    order = course.order if course else None
    accepted = order.accept if order else frozenset[str]()
    wrong = [each for each in _faults(entry, trail) if each not in accepted]
    if wrong:
        return f"{name_of(entry.target)} is not ready: {', '.join(wrong)}"
    return "" if order else _region_wrong(entry, state)


def resident(entry: Intended, _state: State, trail: Trail) -> str:
    """S28: an image stays where it may be, whoever says otherwise."""
    if Check.RESIDENCY not in _faults(entry, trail):
        return ""
    return f"{name_of(entry.target)} touches a region that is not allowed"


def _faults(entry: Intended, trail: Trail) -> tuple[str, ...]:
    basis = _basis(entry, trail)
    known = basis.witness.readiness if basis else ()
    return tuple(i.check for each in known if each.template == entry.target for i in each.faults)


def _region_wrong(entry: Intended, state: State) -> str:
    template = state.templates.get(entry.target)
    belief = state.regions.get(template.region) if template else None
    if belief is None or (belief.health in ELSEWHERE and belief.incident is None):
        return ""
    return f"its region {belief.region} is {belief.health}"


GROUNDS = (
    Monitor("S6", (Intended,), idle),
    Monitor("S9", (FailoverOpened,), not_the_owners),
    Monitor("S10", (FailoverOpened,), known_text),
    Monitor("S12", (FailoverOpened,), families_agree),
    Monitor("S13", (Intended,), believes_itself),
    Monitor("S15", (Intended,), fresh),
    Monitor("S16", (Intended,), warmed_up),
    Monitor("S18", (Intended,), unanswered),
    Monitor("S19", (FailoverOpened,), really_failed),
    Monitor("S26", (Intended,), ready),
    Monitor("S28", (Intended,), resident),
)
