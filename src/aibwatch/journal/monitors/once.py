"""At most once: requests, their intents and answers, epochs, and whose run is whose."""

from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import Course, Trail
from aibwatch.model.entry import (
    Answered,
    Booted,
    FailoverOpened,
    Intended,
    Moved,
    ProbeAnswered,
    ProbeIntended,
)
from aibwatch.model.failover import Event
from aibwatch.model.names import name_of
from aibwatch.model.state import State
from aibwatch.model.verdict import FailureKey, KeyKind


def few_runs(entry: Intended, _state: State, trail: Trail) -> str:
    """S1: a failure begins at most `1 + max_hops` runs, and never two at a time."""
    course = trail.courses.get(entry.failover)
    if course is None:
        return ""
    if course.run is not None:
        return f"{name_of(entry.target)} is asked while {name_of(course.run.template)} builds"
    basis = trail.basis(course.image)
    if basis is not None and len(course.tried) > basis.witness.policy.max_hops:
        hops = basis.witness.policy.max_hops
        return f"{len(course.tried)} secondaries were tried, max_hops is {hops}"
    return ""


def one_failover(entry: FailoverOpened, _state: State, trail: Trail) -> str:
    """S1: a failure is answered by one failover, ever."""
    for each in trail.courses.values():
        if each.image == entry.image and _same(each.key, entry.key):
            return f"{entry.key} was answered by failover {each.failover} before"
    return ""


def _same(one: FailureKey, other: FailureKey) -> bool:
    """Whether two keys name one failure: a run that was lost may show that it failed."""
    runs = {KeyKind.RUN, KeyKind.LOST}
    alike = one.kind is other.kind or {one.kind, other.kind} == runs
    return alike and (one.template, one.mark) == (other.template, other.mark)


def settled(entry: Intended, _state: State, trail: Trail) -> str:
    """S2: nothing is sent while a request before may have begun a run."""
    course = trail.courses.get(entry.failover)
    if course is None or not course.waits or course.run is not None:
        return ""
    return f"nobody knows yet that the request {_before(course)} began nothing"


def _before(course: Course) -> str:
    if course.answered is None:
        return "without an answer"
    return f"answered {course.answer} at {course.answered:%H:%M:%S}Z"


def waited(entry: Moved, _state: State, trail: Trail) -> str:
    """S2: that no run began is proven at the earliest `settle` after the answer."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    if entry.event is not Event.NOT_BEGUN or course is None or basis is None:
        return ""
    if course.answered is None:
        return "its request has no answer, so nothing can be proven of it"
    settle = basis.witness.policy.settle
    if entry.at < course.answered + settle:
        return f"only {entry.at - course.answered} passed since the answer, settle is {settle}"
    return ""


def answers_its_intent(entry: Answered, _state: State, trail: Trail) -> str:
    """S3: an answer has its intent, and an intent one answer."""
    course = trail.courses.get(entry.failover)
    if course is None:
        return ""
    if course.token != entry.token:
        return f"there is no intent with the token {entry.token}"
    return "its intent has an answer already" if course.answer is not None else ""


def answers_its_probe(entry: ProbeAnswered, _state: State, trail: Trail) -> str:
    """S3: an answer of a canary has its intent."""
    if trail.probes.get(entry.region) == entry.token:
        return ""
    return f"there is no open intent with the token {entry.token}"


def of_this_epoch(entry: Intended | ProbeIntended, _state: State, trail: Trail) -> str:
    """S4: only who has the right to act intends."""
    if entry.epoch == trail.epoch:
        return ""
    return f"the intent is of epoch {entry.epoch}, the epoch is {trail.epoch}"


def epoch_rises(entry: Booted, _state: State, trail: Trail) -> str:
    """S4: each who takes the right to act has a higher epoch."""
    if entry.epoch > trail.epoch:
        return ""
    return f"epoch {entry.epoch} after epoch {trail.epoch}"


def one_open(entry: FailoverOpened, _state: State, trail: Trail) -> str:
    """S5: an image has at most one open failover."""
    before = trail.open.get(entry.image)
    return f"{entry.image} has the open failover {before}" if before else ""


def one_owner(entry: Moved, _state: State, trail: Trail) -> str:
    """S8: a run answers one failure."""
    owner = trail.adopted.get(entry.run) if entry.run else None
    if entry.event is not Event.ADOPTED or owner in (None, entry.failover):
        return ""
    return f"its run answers failover {owner} already"


def on_record(entry: Intended, _state: State, trail: Trail) -> str:
    """S39: what an intent rests on is on record, as of the same instant."""
    course = trail.courses.get(entry.failover)
    basis = trail.basis(course.image) if course else None
    if basis is not None and basis.at == entry.at:
        return ""
    return "there is no witness of what it rests on"


ONCE = (
    Monitor("S1", (Intended,), few_runs),
    Monitor("S1", (FailoverOpened,), one_failover),
    Monitor("S2", (Intended,), settled),
    Monitor("S2", (Moved,), waited),
    Monitor("S3", (Answered,), answers_its_intent),
    Monitor("S3", (ProbeAnswered,), answers_its_probe),
    Monitor("S4", (Intended, ProbeIntended), of_this_epoch),
    Monitor("S4", (Booted,), epoch_rises),
    Monitor("S5", (FailoverOpened,), one_open),
    Monitor("S8", (Moved,), one_owner),
    Monitor("S39", (Intended,), on_record),
)
