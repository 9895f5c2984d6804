"""A failover whose request was sent: settle what became of it, watch its run, prove its version.

Every wait has a deadline and ends in a decision (PROMISES L3).
"""

from datetime import datetime

from aibwatch.failover.choosing import close
from aibwatch.failover.deadlines import deadline, run_deadline, target_of
from aibwatch.failover.wanted import is_no_sign
from aibwatch.model.decision import Decision, Move, Reason
from aibwatch.model.failover import Event, Failover, Outcome
from aibwatch.model.fault import Fault
from aibwatch.model.gallery import Publication, Version
from aibwatch.model.image import Image
from aibwatch.model.names import Region, name_of
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Cause, Disposition, Failure


def await_answer(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Wait: the request is on its way. A restart ends that (`ledger.recover`), or the deadline.

    Who should write the answer down is gone then, so it is settled by reading (S2).
    """
    until = deadline(failover, view)
    if now > until:
        says = f"no answer of {_target_name(failover)} is known; reading it will tell"
        move = Move(failover.id, Event.UNCLEAR)
        return Decision(image.name, Reason.ANSWER_OVERDUE, says, move)
    says = f"asked {_target_name(failover)}"
    return Decision(image.name, Reason.AWAITING_ANSWER, says, wake_at=until)


def settle(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Find the run that the request began, or prove that there is none (S2).

    Time runs from the answer, not from the intent: a slow request may reach Azure at its very end.
    After a start it runs anew, as the machine's clock may have been set in between (S43). A run
    that we see, but that no leader wrote down yet, is for the next leader to adopt: a standby that
    waits for the lease must not take it for none.
    """
    target, answered = target_of(failover), failover.since
    run = ours(failover, view.state.runs.get(target), view)
    if run is not None:
        says = f"the run of {name_of(target)} began {run.started:%H:%M:%S}Z"
        return Decision(
            image.name, Reason.RUN_SEEN, says, Move(failover.id, Event.ADOPTED, run.key)
        )
    settled = max(answered, view.sightings.booted) + view.policy.settle
    seen = view.sightings.seen.get(target)
    template = view.sightings.templates.get(target)
    shown = ours(failover, template.run if template else None, view)
    if shown is None and seen is not None and seen >= settled:
        says = f"{name_of(target)} shows no run, {view.policy.settle} after the request"
        return Decision(
            image.name, Reason.RUN_NEVER_BEGAN, says, Move(failover.id, Event.NOT_BEGUN)
        )
    until = deadline(failover, view)
    if now > until:
        says = f"{name_of(target)} could not be read since the request"
        return close(failover, Outcome.ABANDONED, Reason.DEADLINE_PASSED, says)
    wake_at = settled if now < settled else until
    return Decision(image.name, Reason.SETTLING, settling_says(failover, shown), wake_at=wake_at)


def settling_says(failover: Failover, shown: Run | None) -> str:
    """Say in words what is waited for."""
    name = _target_name(failover)
    if shown is not None:
        began = f"{shown.started:%H:%M:%S}Z"
        return f"the run of {name} began {began}; the journal does not tell of it yet"
    answer = "accepted" if failover.accepted else "answered unclearly"
    return f"the request to {name} was {answer}; its run is not seen yet"


def ours(failover: Failover, run: Run | None, view: View) -> Run | None:
    """Return the target's run if our request, or a stranger's since, began it: we adopt either.

    The target's last run is read just before every request, so any later one is new; if it had
    none then, one since what failed is. Azure's own stamps tell which is later: our clock may be
    wrong in the same way as its `Date` (S43), and counts only where nothing failed at a time.
    """
    if run is None or failover.first_sent is None:
        return None
    asked = failover.first_sent - view.policy.skew
    return run if run.started > (failover.before or failover.key.began or asked) else None


def watch(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Follow the run on the secondary to its end."""
    target = target_of(failover)
    run = view.state.runs[target]
    if run.key != failover.run:
        says = f"{name_of(target)} shows a newer run"
        move = Move(failover.id, Event.ADOPTED, run.key)
        return Decision(image.name, Reason.RUN_REPLACED, says, move)
    match run.state:
        case RunState.SUCCEEDED | RunState.PARTIALLY_SUCCEEDED:
            move = Move(failover.id, Event.RUN_SUCCEEDED)
            return Decision(image.name, Reason.RUN_SUCCEEDED, f"{run.state}", move)
        case RunState.FAILED if target in view.state.failures:
            return after_failed_run(image, failover, view.state.failures[target])
        case RunState.CANCELED:
            says = f"somebody canceled the run of {name_of(target)}"
            return close(failover, Outcome.FAILED, Reason.TARGET_CANCELED, says)
        case _:
            return still_building(image, failover, run_deadline(target, run.started, view), now)


def still_building(image: Image, failover: Failover, until: datetime, now: datetime) -> Decision:
    """Wait for the run until its deadline; a late result is then the next reader's business."""
    if now > until:
        says = f"the run of {_target_name(failover)} did not end by {until:%Y-%m-%d %H:%M}Z"
        return close(failover, Outcome.ABANDONED, Reason.DEADLINE_PASSED, says)
    says = f"{_target_name(failover)} is building"
    return Decision(image.name, Reason.BUILDING, says, wake_at=until)


def after_failed_run(image: Image, failover: Failover, failure: Failure) -> Decision:
    """Stop if the secondary failed the same way: then it is the build, not the region. Else hop.

    A lack of capacity is never the build. A step of the build that surely failed would fail
    elsewhere too, so that it ends here; but it is not what happened to the primary, and says
    nothing about its region. An order answers no failure that it could be the same as; one that
    names its target has no next (S37).
    """
    error, order = failure.classification, failover.order
    says = f"{_target_name(failover)} failed: {error.cause} ({error.signature or 'no signature'})"
    known = error.signature and error.cause is not Cause.CAPACITY
    if known and error.signature == failover.signature:
        return close(failover, Outcome.FAILED, Reason.FAILED_THE_SAME_WAY, says)
    if error.cause is Cause.USER_BUILD and error.disposition is Disposition.USER:
        return close(failover, Outcome.FAILED, Reason.FAILED_IN_THE_BUILD, says)
    if failover.is_drill and error.cause is Cause.CAPACITY:
        return close(failover, Outcome.FAILED, Reason.REGIONAL_CAPACITY, says)
    if order is not None and (order.only or is_no_sign(order, failure, image)):
        return close(failover, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY, says)
    move = Move(failover.id, Event.HOPPED)
    return Decision(image.name, Reason.FAILED_ITS_OWN_WAY, says, move)


def verify(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Call it a success only when the version exists and is where it must be (S34)."""
    publication = view.sightings.publications.get(failover.id)
    if isinstance(publication, Publication):
        ended = published(image, failover, publication, view)
        if ended is not None:
            return ended
    until = deadline(failover, view)
    if now > until:
        return late(image, failover, publication, view)
    return Decision(image.name, Reason.REPLICATING, replication_says(publication), wake_at=until)


def published(
    image: Image, failover: Failover, publication: Publication, view: View
) -> Decision | None:
    """Return the end of the failover if its output tells that nothing more will come, else None."""
    version = publication.version
    if not publication.provisioned:
        return None
    if version is None:
        return _without_version(failover, publication, view)
    if version.provisioned and is_newer(failover, version, view):
        says = f"a newer run of {_target_name(failover)} made {version.name}"
        return close(failover, Outcome.SUPERSEDED, Reason.NEWER_VERSION, says)
    return _replicated(image, failover, version, view) if usable(failover, version, view) else None


def _replicated(image: Image, failover: Failover, version: Version, view: View) -> Decision | None:
    """Return the end of the failover if its version is where it must be, else None."""
    out = {r for r, belief in view.state.regions.items() if belief.health is Health.OUTAGE}
    pending = missing(image, failover, version, view)
    if pending - out:
        return None
    if pending:
        says = f"version {version.name} exists; {', '.join(sorted(pending))} will follow"
        return close(failover, Outcome.LATE_REPLICAS, Reason.REPLICAS_LATE, says, version.id)
    says = f"version {version.name} is in {', '.join(sorted(version.replicated))}"
    return close(failover, Outcome.SUCCEEDED, Reason.REPLICATED, says, version.id)


def _without_version(failover: Failover, publication: Publication, view: View) -> Decision:
    """Judge an output that is whole and names no version: none will come any more (S34)."""
    template = view.sightings.templates.get(target_of(failover))
    what = publication.artifact or "its output"
    if template is None or template.definition is None:
        return close(failover, Outcome.SUCCEEDED, Reason.REPLICATED, f"{what} exists")
    says = f"{what} exists, and no version of the gallery that it publishes to"
    return close(failover, Outcome.FAILED, Reason.OUTPUT_MISSING, says)


def usable(failover: Failover, version: Version, view: View) -> bool:
    """Whether the run made this version and it can be used somewhere.

    One that is older than the run is an earlier run's; one without a replica is nowhere.
    """
    made = failover.run is not None and version.published >= failover.run.started
    ours = made and not is_newer(failover, version, view)
    return ours and version.provisioned and bool(version.replicated)


def is_newer(failover: Failover, version: Version, view: View) -> bool:
    """Whether a later run made a version, seen or not: an output is that of the last good run."""
    last, run = view.state.runs.get(target_of(failover)), failover.run
    if last is None or run is None:
        return False
    if last.key == run:
        return version.published >= run.started and not version.may_be_of(last)
    return version.published >= last.started


def missing(image: Image, failover: Failover, version: Version, view: View) -> frozenset[Region]:
    """Return where the version must be and is not; by default it must be in all its targets.

    A drill's version goes where its template says, as nobody will use it.
    """
    template = view.sightings.templates.get(target_of(failover))
    targets = {*version.replicated, *version.pending, *(template.targets if template else ())}
    must = frozenset[Region]() if failover.is_drill else image.required_regions
    return frozenset((must or targets) - {*version.replicated})


def late(
    image: Image, failover: Failover, publication: Publication | Fault | None, view: View
) -> Decision:
    """End a failover whose replication took longer than any should."""
    version = publication.version if isinstance(publication, Publication) else None
    if version and usable(failover, version, view):
        lacks = sorted(missing(image, failover, version, view))
        says = f"version {version.name} still lacks {', '.join(lacks)}"
        return close(failover, Outcome.LATE_REPLICAS, Reason.REPLICAS_LATE, says, version.id)
    return close(failover, Outcome.FAILED, Reason.OUTPUT_MISSING, replication_says(publication))


def replication_says(publication: Publication | Fault | None) -> str:
    """Say in words where the output stands."""
    match publication:
        case None:
            return "the run succeeded; its output is not read yet"
        case Fault():
            return f"the run succeeded; its output could not be read ({publication})"
        case Publication(version=Version() as version):
            waiting = ", ".join(version.pending) or "its version"
            return f"version {version.name}: waiting for {waiting}"
        case _:
            return "the run succeeded; its output is not ready"


def _target_name(failover: Failover) -> str:
    return name_of(target_of(failover))
