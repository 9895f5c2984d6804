"""From templates as they were just seen to journal entries: first sights, runs, failures.

What is already in the state makes no entry, so that showing the same template again, or a stale
picture of it, changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from aibwatch.diagnose.classify import classify_run
from aibwatch.diagnose.missed import missed
from aibwatch.diagnose.reading import ids_in
from aibwatch.diagnose.submissions import notice_submission
from aibwatch.model.entry import Entry, FailureJudged, RunSeen, TemplateKnown
from aibwatch.model.observation import LogSeen, Observation
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, Run, RunState, Template
from aibwatch.model.verdict import Failure, run_key

MODIFIED_TOLERANCE = timedelta(minutes=1)
"""A template's time of change and a run's start come from two clocks of Azure's."""

_YEAR_ONE = datetime.min.replace(tzinfo=UTC) + timedelta(days=366)
"""The wire writes the year 1 for a time that it does not have (azure-cli cassettes)."""


Own = tuple[OwnSignature, ...]


def notice_runs(
    templates: Iterable[Template], state: State, now: datetime, own: Own = ()
) -> list[Entry]:
    """Return entries for what these templates show that the state does not know yet."""
    return [entry for template in templates for entry in _entries(template, state, now, own)]


def read_logs(observations: Iterable[Observation], state: State, own: Own = ()) -> list[Entry]:
    """Return entries for failed runs whose log tells what was not known of them yet."""
    seen = (each for each in observations if isinstance(each, LogSeen))
    return [entry for each in seen for entry in _read_log(each, state, own)]


def _read_log(seen: LogSeen, state: State, own: Own) -> Iterator[Entry]:
    failure = state.failures.get(seen.run.template)
    if failure is None or failure.run is None or failure.key != run_key(failure.run):
        return
    if failure.run.key != seen.run:
        return
    said = classify_run(failure.run, seen.log, own)
    judged = replace(failure, log=seen.log.state, classification=said)
    if judged != failure:
        yield FailureJudged(seen.at, judged)


_but_for_its_run = attrgetter(*(each.name for each in fields(Template) if each.name != "run"))


def _entries(template: Template, state: State, now: datetime, own: Own) -> Iterator[Entry]:
    known_as = state.templates.get(template.id)
    if known_as is None or _but_for_its_run(known_as) != _but_for_its_run(template):
        yield TemplateKnown(now, replace(template, run=None))
        failed = notice_submission(template, state, now, own)
        if failed:
            yield failed
    run = template.run
    if run is None or not _whole(run):
        return
    known = state.runs.get(template.id)
    if known is None or _newer(run, known):
        yield from filter(None, [missed(template, state, now)])
        yield _seen(template, run, now)
    elif run != known:
        return
    if run.state is RunState.FAILED and not _judged(run, state):
        yield _judge(template, run, now, own)


def _whole(run: Run) -> bool:
    """Whether the run tells enough, and nothing impossible, to be believed."""
    begun = run.started > _YEAR_ONE
    ended_after = run.ended is None or run.ended >= run.started
    return begun and ended_after and run.state is not RunState.UNKNOWN


def _newer(run: Run, known: Run) -> bool:
    """Whether `run` is another run, or the same one in a later state; an ended one stays so."""
    if run.started != known.started:
        return run.started > known.started
    return run.state is not known.state and known.state not in ENDED


def _judged(run: Run, state: State) -> bool:
    failure = state.failures.get(run.template)
    return failure is not None and failure.key == run_key(run)


def _seen(template: Template, run: Run, now: datetime) -> RunSeen:
    return RunSeen(
        at=now,
        run=run,
        region=template.region,
        recipe=template.recipe,
        identities=template.identities,
        recipe_is_the_runs=_recipe_is_the_runs(template, run),
    )


def _recipe_is_the_runs(template: Template, run: Run) -> bool:
    modified = template.modified
    return modified is None or modified <= run.started + MODIFIED_TOLERANCE


def _judge(template: Template, run: Run, now: datetime, own: Own) -> FailureJudged:
    """Judge a failed run. A recipe from after its start is not what it built, so it is left out."""
    failure = Failure(
        key=run_key(run),
        run=run,
        region=template.region,
        recipe=template.recipe if _recipe_is_the_runs(template, run) else "",
        identities=template.identities,
        seen=now,
        classification=classify_run(run, own=own),
        ids=ids_in(run.message),
    )
    return FailureJudged(now, failure)
