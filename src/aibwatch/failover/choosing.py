"""An open failover that looks for a secondary: close it, hold it, or start it."""

from dataclasses import replace
from datetime import datetime

from aibwatch.failover.age import expiry
from aibwatch.failover.failed import held, wake_at
from aibwatch.failover.guards import holds
from aibwatch.failover.superseded import superseded
from aibwatch.failover.target import chosen, spent, wants
from aibwatch.model.decision import Close, Decision, Hold, Reason, Start
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import TemplateId, Token, digest
from aibwatch.model.state import View
from aibwatch.model.verdict import Cause, Failure, is_same, lost_key


def choose(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Decide for a failover that is CHOOSING."""
    failure = view.state.failures.get(image.primary)
    if failure is None or not is_same(failure.key, failover.key):
        says = ran_again(failover, view)
        return close(failover, Outcome.SUPERSEDED, Reason.PRIMARY_RERAN, says)
    answer = superseded(image, failure, view)
    if answer:
        return close(failover, Outcome.SUPERSEDED, *answer)
    if exhausted(image, failover, view):
        return close(failover, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY, "no secondary is left")
    held_by = holds(image, failure, view, now)
    deadline = expiry(failure, view)
    if now > deadline:
        return expire(failover, held_by)
    regions = wants(image, failover, view, now)
    if held_by:
        wait = held(image, held_by[0], held_by, max(now, wake_at(held_by, deadline)))
        return replace(wait, wants=regions)
    return replace(start(image, failover, view, now), wants=regions)


def ran_again(failover: Failover, view: View) -> str:
    """Say why the failure that is answered is not the primary's any more."""
    run = view.state.runs.get(failover.key.template)
    if run is not None and failover.key == lost_key(run):
        return f"the run that was lost has shown its end: {run.state}"
    return "the primary ran again"


def exhausted(image: Image, failover: Failover, view: View) -> bool:
    """Whether every secondary, or as many as `max_hops` allows, had its run (S1, S23)."""
    if not failover.tried:
        return False
    none_left = all(spent(each, failover, view) for each in image.secondaries)
    return none_left or failover.hop > view.policy.max_hops


def expire(
    failover: Failover, held_by: tuple[Hold, ...], reason: Reason = Reason.TOO_OLD
) -> Decision:
    """End a failover whose failure is too old, and say what held it to the last."""
    reasons = {hold.reason for hold in held_by}
    outcome = Outcome.NO_CANDIDATE if Reason.NO_CANDIDATE in reasons else Outcome.TIMED_OUT
    says = "; ".join(hold.says for hold in held_by)
    return close(failover, outcome, reason, says)


def start(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Ask the chosen secondary. Nothing holds, so there is one."""
    target = chosen(image, failover, view, now)
    assert target is not None, "the candidate guard lets go only when there is a candidate"
    token = Token(digest(str(failover.key), target, str(failover.hop), size=16))
    says = "; ".join(each.says for each in view.verdicts[image.primary].evidence)
    reason = start_reason(failover, target, view.state.failures[image.primary])
    return Decision(image.name, reason, says, Start(failover.id, target, token))


def start_reason(failover: Failover, target: TemplateId, failure: Failure) -> Reason:
    """Say why this secondary is asked: once more, after another one, or as the first."""
    if failover.target == target:
        return Reason.RESEND
    if failover.target or failover.tried:
        return Reason.NEXT_SECONDARY
    capacity = failure.classification.cause is Cause.CAPACITY
    return Reason.REGIONAL_CAPACITY if capacity else Reason.PLATFORM_OUTAGE


def close(
    failover: Failover, outcome: Outcome, reason: Reason, says: str, version: str = ""
) -> Decision:
    """End a failover."""
    return Decision(failover.image, reason, says, Close(failover.id, outcome, version))
