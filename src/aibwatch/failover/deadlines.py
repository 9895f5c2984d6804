"""By when each phase of a failover must be over; `model.failover.AT_DEADLINE` says what ends it.

No wait is without a bound (PROMISES L3). A phase that is seen past its deadline is stuck: whoever
should have moved it did not.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from aibwatch.failover.age import expiry
from aibwatch.model.failover import Failover, Phase
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import PUBLISH_DEADLINE, STUCK_GRACE
from aibwatch.model.state import View
from aibwatch.model.verdict import is_same

BUILD_TIMEOUT = timedelta(minutes=240)
"""What the service takes for `buildTimeoutInMinutes` where the template does not say."""
ANSWER_WITHIN = timedelta(minutes=5)
"""Longer than any request may take: after that nobody waits for its answer any more."""


def deadline(failover: Failover, view: View) -> datetime:
    """Return by when an open failover must have left its phase."""
    return DEADLINES[failover.phase](failover, view)


def run_deadline(target: TemplateId, began: datetime, view: View) -> datetime:
    """Return when a run that began at `began` must have ended (S17).

    Of a target that was not read yet the journal tells; of one that is not known at all, the
    service's default counts.
    """
    template = view.sightings.templates.get(target) or view.state.templates.get(target)
    return began + (template.build_timeout if template else BUILD_TIMEOUT) + STUCK_GRACE


def _choosing(failover: Failover, view: View) -> datetime:
    """Let it choose as long as its failure matters; without one, as long as any failure would."""
    failure = view.state.failures.get(failover.key.template)
    if failure and is_same(failure.key, failover.key):
        return expiry(failure, view)
    return failover.opened + view.policy.max_failure_age


def _requested(failover: Failover, _view: View) -> datetime:
    return failover.since + ANSWER_WITHIN


def _starting(failover: Failover, view: View) -> datetime:
    """Grant a run that nobody can see the time of one that began at once."""
    return run_deadline(target_of(failover), failover.since, view)


def _building(failover: Failover, view: View) -> datetime:
    began = failover.run.started if failover.run else failover.since
    return run_deadline(target_of(failover), began, view)


def _publishing(failover: Failover, _view: View) -> datetime:
    return failover.since + PUBLISH_DEADLINE


DEADLINES: Mapping[Phase, Callable[[Failover, View], datetime]] = MappingProxyType(
    {
        Phase.CHOOSING: _choosing,
        Phase.REQUESTED: _requested,
        Phase.STARTING: _starting,
        Phase.BUILDING: _building,
        Phase.PUBLISHING: _publishing,
    }
)
"""Of every phase that is not the last."""


def target_of(failover: Failover) -> TemplateId:
    """Return the secondary that was asked."""
    assert failover.target is not None, "past CHOOSING a failover has a target"
    return failover.target
