"""What to ask about the versions that builds made (PROMISES S31).

Of a failover that has built: its own version until that is wherever it must be, and what the
primary put out if it built again for the same failure. Of every other good build since we watch:
its version, once if that is wherever its template says, as nothing waits for it. Bounded, as none
of them may ever come.
"""

from collections.abc import Container, Iterator
from datetime import datetime

from aibwatch.collect.question import Question, Subject
from aibwatch.model.failover import Failover
from aibwatch.model.names import TemplateId
from aibwatch.model.policy import PUBLISH_DEADLINE
from aibwatch.model.state import View
from aibwatch.model.template import Run


def edition_questions(
    view: View, makers: Container[TemplateId], now: datetime
) -> Iterator[Question]:
    """Yield what tells of versions of which not all is known; images are built by `makers`."""
    primaries: set[TemplateId] = set()
    asked: set[TemplateId] = set()
    for failover in view.state.lately_answered():
        for run in view.state.builds_for(failover):
            late = now - (run.ended or run.started) > PUBLISH_DEADLINE
            if late or _is_known(failover, run, view) or not _is_last(run, view):
                continue
            asked.add(run.template)
            if run.template != failover.target:
                primaries.add(run.template)
            elif not failover.open:  # while it publishes, it is asked about anyway
                yield Question(Subject.PUBLICATION, failover.id, view.policy.interval)
    for primary in sorted(primaries):
        yield Question(Subject.HISTORY, primary, view.policy.interval)
    for template, run in view.state.unpublished.items():
        late = now - (run.ended or run.started) > PUBLISH_DEADLINE
        if template in makers and template not in asked and not late and _is_last(run, view):
            yield Question(Subject.EDITION, template, view.policy.readiness_interval)


def _is_known(failover: Failover, run: Run, view: View) -> bool:
    """Whether nothing more is to be learnt of a run's version: it is there, and known to answer."""
    editions = view.state.editions.get(failover.image, ())
    return any(each.run == run.key and each.complete and each.answers for each in editions)


def _is_last(run: Run, view: View) -> bool:
    """Whether the template still shows this run: what it put out is the last run's."""
    shown = view.sightings.templates.get(run.template)
    return shown is not None and shown.run is not None and shown.run.key == run.key
