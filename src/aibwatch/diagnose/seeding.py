"""A past for templates that failed before we ever saw them build.

What an earlier run put out, and what the Activity Log remembers, show that a template built; that
it was not changed since shows that its present recipe did. Marked as seeded wherever it counts.
"""

from collections.abc import Iterable
from datetime import datetime

from aibwatch.model.attempt import AttemptState
from aibwatch.model.entry import Entry, HistorySeeded
from aibwatch.model.gallery import Publication
from aibwatch.model.observation import HistorySeen, Observation
from aibwatch.model.state import Sightings, State
from aibwatch.model.template import Template
from aibwatch.model.verdict import Failure


def seed(
    observations: Iterable[Observation], state: State, sightings: Sightings, now: datetime
) -> list[Entry]:
    """Return entries for the good runs that are remembered of templates without a known one."""
    entries: list[Entry] = []
    for observation in observations:
        if isinstance(observation, HistorySeen) and isinstance(observation.answer, Publication):
            version = observation.answer.version
            failure = lacking(state).get(observation.template)
            if failure and version and version.provisioned:
                entries += _entry(failure, version.published, f"version {version.name}", state, now)
    for attempt in sightings.attempts.values():
        failure = lacking(state).get(attempt.template) if attempt.ended else None
        if failure and attempt.ended and attempt.state is AttemptState.SUCCEEDED:
            entries += _entry(failure, attempt.ended, "the Activity Log", state, now)
    return entries


def lacking(state: State) -> dict[str, Failure]:
    """Return the failures of templates of which no good run is known, by template."""
    return {
        template: failure
        for template, failure in state.failures.items()
        if template not in state.successes
    }


def _entry(
    failure: Failure, built: datetime, source: str, state: State, now: datetime
) -> list[Entry]:
    """Return the entry, none if what built may have been another recipe, or came later."""
    template = state.templates.get(failure.template)
    if template is None or not _unchanged_since(template, built) or built >= failure.began:
        return []
    return [
        HistorySeeded(
            now,
            template.id,
            template.region,
            template.recipe,
            template.identities,
            built,
            source,
        )
    ]


def _unchanged_since(template: Template, built: datetime) -> bool:
    changed = template.modified
    return bool(template.recipe) and changed is not None and changed < built
