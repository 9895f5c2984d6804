"""What to ask about builds that may have made one image twice (PROMISES S31).

Of a failover that has built: its own version until that is wherever it must be, and what the
primary put out if it built again for the same failure. Bounded, as either may never come.
"""

from collections.abc import Iterator
from datetime import datetime

from aibwatch.collect.question import Question, Subject
from aibwatch.model.failover import Failover
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import PUBLISH_DEADLINE
from aibwatch.model.state import View
from aibwatch.model.template import Run


def edition_questions(view: View, now: datetime) -> Iterator[Question]:
    """Yield what tells of versions of which not all is known."""
    primaries: set[TemplateId] = set()
    for failover in view.state.lately_answered():
        for run in view.state.builds_for(failover):
            late = now - (run.ended or run.started) > PUBLISH_DEADLINE
            if late or _is_known(failover, run, view) or not _is_last(run, view):
                continue
            if run.template != failover.target:
                primaries.add(run.template)
            elif not failover.open:  # while it publishes, it is asked about anyway
                yield Question(Subject.PUBLICATION, failover.id, view.policy.interval)
    for primary in sorted(primaries):
        yield Question(Subject.HISTORY, primary, view.policy.interval)


def _is_known(failover: Failover, run: Run, view: View) -> bool:
    """Whether nothing more is to be learnt of a run's version."""
    editions = view.state.editions.get(failover.image, ())
    return any(each.run == run.key and each.complete for each in editions)


def _is_last(run: Run, view: View) -> bool:
    """Whether the template still shows this run: what it put out is the last run's."""
    shown = view.sightings.templates.get(run.template)
    return shown is not None and shown.run is not None and shown.run.key == run.key
