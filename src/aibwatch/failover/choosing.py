"""An open failover that looks for a secondary: close it, hold it, or start it."""

from datetime import datetime

from aibwatch.failover.failed import expiry
from aibwatch.failover.guards import holds
from aibwatch.failover.target import chosen
from aibwatch.model.decision import Close, Decision, Hold, Reason, Start
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import Token, digest
from aibwatch.model.state import View
from aibwatch.model.verdict import Failure


def choose(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Decide for a failover that is CHOOSING."""
    failure = view.state.failures.get(image.primary)
    if failure is None or failure.key != failover.key:
        return close(failover, Outcome.SUPERSEDED, Reason.PRIMARY_RERAN, "the primary ran again")
    newer = newer_version(failure, view)
    if newer:
        return close(failover, Outcome.SUPERSEDED, Reason.NEWER_VERSION, f"{newer} was published")
    if exhausted(image, failover, view):
        return close(failover, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY, "no secondary is left")
    held_by = holds(image, failure, view, now)
    if now > expiry(failure, view):
        return expire(failover, held_by)
    if held_by:
        return held(image, held_by, expiry(failure, view))
    return start(image, failover, view, now)


def newer_version(failure: Failure, view: View) -> str:
    """Return the name of a version of the image that somebody published since (S18), or ""."""
    template = view.sightings.templates.get(failure.run.template)
    versions = (
        view.sightings.versions.get(template.definition)
        if template and template.definition
        else None
    )
    if not isinstance(versions, tuple):
        return ""
    since = failure.run.started
    return next((each.name for each in versions if each.published > since), "")


def exhausted(image: Image, failover: Failover, view: View) -> bool:
    """Whether every secondary, or as many as `max_hops` allows, had its run (S1)."""
    return failover.hop > view.policy.max_hops or set(image.secondaries) <= set(failover.tried)


def expire(failover: Failover, held_by: tuple[Hold, ...]) -> Decision:
    """End a failover whose failure is too old, and say what held it to the last."""
    reasons = {hold.reason for hold in held_by}
    outcome = Outcome.NO_CANDIDATE if Reason.NO_CANDIDATE in reasons else Outcome.TIMED_OUT
    says = "; ".join(hold.says for hold in held_by)
    return close(failover, outcome, Reason.TOO_OLD, says)


def held(image: Image, held_by: tuple[Hold, ...], deadline: datetime) -> Decision:
    """Wait for the first guard that lets go by itself, at the latest for the deadline."""
    until = [hold.until for hold in held_by if hold.until is not None]
    first = held_by[0]
    wake_at = min([*until, deadline])
    return Decision(image.name, first.reason, first.says, held_by=held_by, wake_at=wake_at)


def start(image: Image, failover: Failover, view: View, now: datetime) -> Decision:
    """Ask the chosen secondary. Nothing holds, so there is one."""
    target = chosen(image, failover, view, now)
    assert target is not None, "the candidate guard lets go only when there is a candidate"
    token = Token(digest(str(failover.key), target, str(failover.hop), size=16))
    if failover.target == target:
        reason = Reason.RESEND
    elif failover.tried:
        reason = Reason.NEXT_SECONDARY
    else:
        reason = Reason.PLATFORM_OUTAGE
    says = "; ".join(each.says for each in view.verdicts[image.primary].evidence)
    return Decision(image.name, reason, says, Start(failover.id, target, token))


def close(
    failover: Failover, outcome: Outcome, reason: Reason, says: str, version: str = ""
) -> Decision:
    """End a failover."""
    return Decision(failover.image, reason, says, Close(failover.id, outcome, version))
