"""Guards about measure: not too often, not too many, and only where it can be taken."""

from datetime import datetime, timedelta

from aibwatch.failover.target import candidates, chosen, refusals
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.image import Image
from aibwatch.model.names import name_of
from aibwatch.model.region import RegionBelief
from aibwatch.model.state import View
from aibwatch.model.verdict import Failure

DAY = timedelta(days=1)


def cooldown(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold an image that was answered not long ago, unless this is the same incident (S21)."""
    belief = view.state.regions.get(failure.region)
    holding = [
        (past.closed + view.policy.cooldown, past)
        for past in view.state.failovers.values()
        if past.image == image.name
        and past.closed is not None
        and asked(past) is not None
        and not stays_there(past, belief)
    ]
    until, past = max(holding, key=lambda each: each[0], default=(now, None))
    if past is None or until <= now:
        return None
    says = f"failover {past.id} ended {past.outcome} at {past.closed:%H:%M}Z"
    return Hold(Reason.COOLDOWN, says, until)


def stays_there(past: Failover, belief: RegionBelief | None) -> bool:
    """Whether `past` went well within the incident that is still open: its image stays there."""
    opened = belief.incident_opened if belief else None
    good = past.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)
    return good and opened is not None and past.opened >= opened


def asked(failover: Failover) -> datetime | None:
    """Return when a failover last asked a secondary; None if it provably never began a run.

    After a hop the request is no longer on record, the secondary that was tried is.
    """
    return failover.last_sent or (failover.since if failover.tried else None)


def budget(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold beyond the number of failovers at once, and in a day (S22)."""
    its_own = view.state.open.get(image.name)
    others = [each for each in view.state.failovers.values() if each.id != its_own]
    at_once = sum(1 for each in others if each.open and each.phase is not Phase.CHOOSING)
    if at_once >= view.policy.total:
        says = f"{at_once} failovers are under way, total is {view.policy.total}"
        return Hold(Reason.BUDGET, says)
    today = sorted(at for each in others if (at := asked(each)) and at > now - DAY)
    over = len(today) - view.policy.per_day
    if over >= 0:
        says = f"{len(today)} failovers within a day, per_day is {view.policy.per_day}"
        return Hold(Reason.BUDGET, says, today[over] + DAY)
    return None


def candidate(image: Image, _failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold without a secondary that may take it now; name what is wrong with each (S26)."""
    failover = view.state.open_failover(image.name)
    if chosen(image, failover, view, now) is not None:
        return None
    wrong = [
        f"{name_of(c.template)}: {c.objection}" for c in candidates(image, failover, view, now)
    ]
    again = [each.at + view.policy.settle for each in refusals(failover, view, now)]
    says = "; ".join(wrong) or "it has no secondary template"
    return Hold(Reason.NO_CANDIDATE, says, min(again, default=None))
