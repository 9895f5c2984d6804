"""What is asked because of a doubt: what was published, what was built before, what logs say."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from aibwatch.collect.question import Question, Subject
from aibwatch.collect.shown import definitions_in
from aibwatch.model.buildlog import LogState
from aibwatch.model.failover import Phase
from aibwatch.model.image import Image
from aibwatch.model.policy import Policy
from aibwatch.model.state import View
from aibwatch.model.verdict import Cause, Disposition, Failure, KeyKind

DOUBTFUL = frozenset({Disposition.PLATFORM, Disposition.SUSPECT})
"""Failures that may lead to an act."""

UNSETTLED = frozenset(
    {Cause.OUTAGE, Cause.TRANSIENT, Cause.USER_BUILD, Cause.TIMEOUT, Cause.UNKNOWN}
)
"""Causes that a log, or that there is none, may still change; others the text alone decides."""


def gallery_questions(view: View, doubted: Iterable[Image]) -> Iterator[Question]:
    """Ask what is in the galleries of images in doubt, and what became of our own outputs."""
    policy = view.policy
    for definition in definitions_in(view, [image.primary for image in doubted]):
        yield Question(Subject.VERSIONS, definition, policy.interval)
    for failover in map(view.state.failovers.__getitem__, view.state.open.values()):
        seen = failover.target in view.sightings.templates
        if failover.phase is Phase.PUBLISHING and seen:
            yield Question(Subject.PUBLICATION, failover.id, policy.active_interval)


def history_questions(view: View, now: datetime) -> Iterator[Question]:
    """Ask once in a while what templates in doubt had put out before we watched."""
    for template, failure in view.state.failures.items():
        doubted = failure.classification.disposition in DOUBTFUL
        known = template in view.state.successes or template not in view.sightings.templates
        known = known or view.state.is_rehearsed(template, failure.began)
        if doubted and not known and now - failure.ended <= _max_age(failure, view):
            yield Question(Subject.HISTORY, template, view.policy.readiness_interval)


def log_questions(view: View, now: datetime) -> Iterator[Question]:
    """Yield the logs of failed runs that may still change how the failure is judged."""
    for failure in view.state.failures.values():
        every = _log_interval(failure, view.policy, now)
        if every and now - failure.ended <= _max_age(failure, view) and _is_last(failure, view):
            yield Question(Subject.LOG, failure.template, every)


def _log_interval(failure: Failure, policy: Policy, now: datetime) -> timedelta | None:
    """Return how often to ask for a failure's log, None for never again.

    One that is absent may still be written; why one cannot be read changes with rights and storms.
    """
    if failure.key.kind is not KeyKind.RUN or failure.classification.cause not in UNSETTLED:
        return None
    match failure.log:
        case LogState.UNREAD:
            return policy.interval
        case LogState.ABSENT:
            return policy.interval if now - failure.seen <= policy.debounce else None
        case LogState.UNREADABLE:
            return policy.readiness_interval
        case LogState.PRESENT:
            return None


def _is_last(failure: Failure, view: View) -> bool:
    """Whether the template still shows the run that failed: of another's log we know nothing."""
    seen = view.sightings.templates.get(failure.template)
    shown = seen.run if seen else None
    return shown is not None and failure.run is not None and shown.key == failure.run.key


def in_doubt(view: View, now: datetime) -> list[Image]:
    """Return the images that we may soon act for, or do already."""
    doubtful = {
        failure.template
        for failure in view.state.failures.values()
        if failure.classification.disposition in DOUBTFUL
        and now - failure.ended <= _max_age(failure, view)
    }
    if not doubtful and not view.state.open:
        return []
    return [
        image
        for image in view.images.values()
        if image.name in view.state.open or image.primary in doubtful
    ]


def _max_age(failure: Failure, view: View) -> timedelta:
    belief = view.state.regions.get(failure.region)
    in_incident = belief is not None and belief.incident is not None
    return view.policy.incident_failure_age if in_incident else view.policy.max_failure_age
