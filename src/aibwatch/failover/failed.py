"""An image without an open failover: has anything failed, and is it ours to answer?"""

from datetime import datetime
from functools import lru_cache

from aibwatch.failover.age import expiry, limit
from aibwatch.failover.deadlines import run_deadline
from aibwatch.failover.guards import OPENING, holds
from aibwatch.failover.superseded import superseded
from aibwatch.failover.target import wants
from aibwatch.model.decision import Decision, Hold, Open, Reason
from aibwatch.model.failover import Failover
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.state import View
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Cause, Disposition, Failure, failover_id

DISMISSED = {
    Disposition.USER: Reason.USER_ERROR,
    Disposition.RETRY: Reason.RETRYABLE,
    Disposition.WATCHER: Reason.WATCHER_TROUBLE,
}
"""Dispositions that never start anything."""


NEVER_EVIDENCE = {
    Cause.USER_BUILD: Reason.USER_ERROR,
    Cause.USER_CONFIG: Reason.USER_ERROR,
    Cause.PERMISSION: Reason.USER_ERROR,
    Cause.NOT_FOUND: Reason.USER_ERROR,
    Cause.QUOTA: Reason.USER_ERROR,
    Cause.CANCELED: Reason.USER_ERROR,
    Cause.AUTH: Reason.WATCHER_TROUBLE,
    Cause.CLIENT_NETWORK: Reason.WATCHER_TROUBLE,
    Cause.UNKNOWN: Reason.UNKNOWN_ERROR,
}
"""Causes that start nothing either, however sure the text is of them (S9, S10)."""


def consider(image: Image, view: View, now: datetime) -> Decision:
    """Decide for an image that has no open failover."""
    failure = view.state.failures.get(image.primary)
    if failure is None or view.sightings.found_again(failure):
        return nothing_failed(image, view, now)
    return dismiss(image, failure, view, now) or answer(image, failure, view, now)


def nothing_failed(image: Image, view: View, now: datetime) -> Decision:
    """Say how the primary stands, which has not failed."""
    run = view.state.runs.get(image.primary)
    if run is None:
        seen = image.primary in view.sightings.templates
        return calm(image.name) if seen else Decision(image.name, Reason.NOT_SEEN_YET)
    match run.state:
        case RunState.RUNNING | RunState.CANCELING:
            return running(image, run, view, now)
        case RunState.CANCELED:
            return Decision(image.name, Reason.CANCELED, "somebody canceled the last run")
        case RunState.PARTIALLY_SUCCEEDED:
            return Decision(image.name, Reason.PARTIAL, "some outputs of the last run exist")
        case _:
            return overdue(image, view, now) or calm(image.name)


def overdue(image: Image, view: View, now: datetime) -> Decision | None:
    """Tell that a build is overdue, or look again when it would be; None if nobody expects any."""
    built = view.state.built_last(image)
    if image.expect_every is None or built is None:
        return None
    if image.due(built, now) is None:
        return Decision(image.name, Reason.NOTHING_FAILED, wake_at=built + image.expect_every)
    says = f"the last good build ended {built:%Y-%m-%d %H:%M}Z, and one is expected every"
    return Decision(image.name, Reason.OVERDUE, f"{says} {image.expect_every}")


@lru_cache(maxsize=16_384)
def calm(image: ImageName) -> Decision:
    """Return the decision that most images get in most cycles: the same object each time."""
    return Decision(image, Reason.NOTHING_FAILED)


def running(image: Image, run: Run, view: View, now: datetime) -> Decision:
    """Wait for a run, until it is older than any run may be (PROMISES S17)."""
    stuck_at = run_deadline(image.primary, run.started, view)
    if now < stuck_at:
        return Decision(image.name, Reason.PRIMARY_RUNNING, wake_at=stuck_at)
    says = f"{run.state} since {run.started:%Y-%m-%d %H:%M}Z, longer than any run may last"
    return Decision(image.name, Reason.PRIMARY_STUCK, says)


def dismiss(image: Image, failure: Failure, view: View, now: datetime) -> Decision | None:
    """Return why the failure is not ours to answer, or None if it may be."""
    answered = view.state.failovers.get(failover_id(image.name, failure.key))
    answered = answered or _asked_for(failure, view)
    said = next(iter(failure.classification.reasons), "")  # `explain` shows them all
    if answered is not None:
        return Decision(image.name, Reason.ANSWERED, f"failover {answered.id}: {answered.outcome}")
    if failure.classification.disposition in DISMISSED:
        return Decision(image.name, DISMISSED[failure.classification.disposition], said)
    if failure.classification.cause in NEVER_EVIDENCE:
        return Decision(image.name, NEVER_EVIDENCE[failure.classification.cause], said)
    answer = superseded(image, failure, view)
    if answer:
        return Decision(image.name, *answer)
    if now > expiry(failure, view):
        says = f"it failed {failure.ended:%Y-%m-%d %H:%M}Z, before {_oldest(failure, view)}"
        return Decision(image.name, Reason.TOO_OLD, says)
    return None


def _asked_for(failure: Failure, view: View) -> Failover | None:
    """Return the failover whose run it is that failed: coming home runs the primary (S23)."""
    if failure.run is None:
        return None
    known = view.state.failovers.values()
    return next((each for each in known if each.run == failure.run.key), None)


def _oldest(failure: Failure, view: View) -> str:
    return f"the oldest that is still answered ({limit(failure, view)} ago)"


def answer(image: Image, failure: Failure, view: View, now: datetime) -> Decision:
    """Open a failover, or name every guard that holds it."""
    held_by = holds(image, failure, view, now)
    opening = [hold for hold in held_by if hold.reason in OPENING]
    if opening:
        return held(image, opening[0], held_by, max(now, wake_at(held_by, expiry(failure, view))))
    capacity = failure.classification.cause is Cause.CAPACITY
    reason = Reason.REGIONAL_CAPACITY if capacity else Reason.PLATFORM_OUTAGE
    says = "; ".join(each.says for each in view.verdicts[image.primary].evidence)
    action = Open(failover_id(image.name, failure.key), failure.key)
    regions = wants(image, None, view, now)
    return Decision(image.name, reason, says, action, held_by, wants=regions)


def held(image: Image, first: Hold, held_by: tuple[Hold, ...], until: datetime) -> Decision:
    """Wait, and say first what a person should hear first."""
    return Decision(image.name, first.reason, first.says, held_by=held_by, wake_at=until)


def wake_at(held_by: tuple[Hold, ...], deadline: datetime) -> datetime:
    """Return when the first guard lets go by itself, at the latest the deadline."""
    return min([hold.until for hold in held_by if hold.until is not None] + [deadline])
