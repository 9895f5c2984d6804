"""How long an image is left alone after it was answered (PROMISES S21).

Within one open incident an image that was built well elsewhere stays there, so that every new
failure may be answered; that somebody else was first is no reason to rest either. After a failover
that failed, or across incidents, it rests. Each answer that follows soon upon the last doubles the
rest, up to `COOLDOWN_MAX`; quiet time halves it again.
"""

from datetime import datetime, timedelta

from aibwatch.model.decision import Hold, Reason
from aibwatch.model.failover import Failover, Outcome
from aibwatch.model.image import Image
from aibwatch.model.names import IncidentId
from aibwatch.model.policy import COOLDOWN_MAX
from aibwatch.model.region import RegionBelief
from aibwatch.model.state import NEVER, State, View
from aibwatch.model.verdict import Failure

UNFAILED = frozenset({Outcome.SUCCEEDED, Outcome.LATE_REPLICAS, Outcome.SUPERSEDED})
"""The image was built, or somebody else's run or version came first."""
HALVINGS_MAX = 20
"""More would only make the shortest rest shorter."""

Rest = tuple[Failover, timedelta]
"""What an image rests from, and for how long after it ended."""


def cooldown(image: Image, failure: Failure, view: View, now: datetime) -> Hold | None:
    """Hold an image that was answered not long ago, unless this is the same incident."""
    belief = view.state.regions.get(failure.region)
    ends = [
        (_closed(past) + lasts, past, lasts)
        for past, lasts in rests(image, view)
        if not stays_there(past, belief)
    ]
    until, past, lasts = max(ends, key=lambda each: each[0], default=(now, None, None))
    if past is None or until <= now:
        return None
    says = f"failover {past.id} ended {past.outcome} at {past.closed:%H:%M}Z; it rests for {lasts}"
    return Hold(Reason.COOLDOWN, says, until)


def rests(image: Image, view: View) -> list[Rest]:
    """Return what the image rests from, oldest first, with how long each rest is.

    What provably began no run is none, nor what a person ordered, nor what a person has seen.
    """
    pasts = (each for each in view.state.failovers.values() if each.image == image.name)
    counted = [
        each
        for each in pasts
        if not (each.open or each.order or each.acknowledged) and each.asked is not None
    ]
    found: list[Rest] = []
    for past in sorted(counted, key=lambda each: (_closed(each), each.id)):
        found.append((past, _lasts(past, found[-1] if found else None, view)))
    return found


def _lasts(past: Failover, before: Rest | None, view: View) -> timedelta:
    """Return how long a rest is: twice the one before, halved by each of its lengths of quiet."""
    first = view.policy.cooldown
    if before is None or not first:
        return first
    last, lasted = before
    if _is_one_stay(last, past, view.state):
        return lasted
    quiet = max(0, (past.opened - _closed(last)) // lasted - 1)
    longest = max(first, COOLDOWN_MAX)
    doubled: timedelta = min(longest, 2 * lasted)
    return max(first, doubled // (1 << min(quiet, HALVINGS_MAX)))


def _is_one_stay(last: Failover, past: Failover, state: State) -> bool:
    """Whether neither failed in the one incident of both: the image had stayed elsewhere."""
    incident = _incident(last, state)
    both = last.outcome in UNFAILED and past.outcome in UNFAILED
    return both and incident is not None and incident == _incident(past, state)


def _incident(failover: Failover, state: State) -> IncidentId | None:
    """Return the incident in which a failover was opened."""
    template = state.templates.get(failover.key.template)
    return next(
        (
            each.id
            for each in state.incidents.values()
            if template
            and each.region == template.region
            and each.opened <= failover.opened
            and (each.closed is None or failover.opened <= each.closed)
        ),
        None,
    )


def stays_there(past: Failover, belief: RegionBelief | None) -> bool:
    """Whether `past` did not fail in the incident that is still open: its image stays there."""
    opened = belief.incident_opened if belief else None
    return past.outcome in UNFAILED and opened is not None and past.opened >= opened


def _closed(failover: Failover) -> datetime:
    return failover.closed or NEVER
