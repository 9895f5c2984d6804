"""How long a failure matters: one that is too old was dealt with, or is missed no more."""

from datetime import datetime, timedelta

from aibwatch.model.state import View
from aibwatch.model.verdict import Failure


def expiry(failure: Failure, view: View) -> datetime:
    """Return the instant after which a failure is history.

    Failures from well before the template was first seen are recorded, never acted on (S16). When
    that was may have been told by a clock that was ahead; it was no later than the failure's own
    first sight (S43).
    """
    first_seen = view.state.first_seen.get(failure.template)
    first_seen = min(first_seen, failure.seen) if first_seen else None
    if first_seen and failure.ended < first_seen - view.policy.max_failure_age:
        return failure.ended
    return failure.ended + limit(failure, view)


def limit(failure: Failure, view: View) -> timedelta:
    """Return how old a failure may be; longer within an open incident of its region."""
    belief = view.state.regions.get(failure.region)
    if belief is not None and belief.incident is not None:
        return view.policy.incident_failure_age
    return view.policy.max_failure_age
