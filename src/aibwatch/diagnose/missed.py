"""Runs that nobody saw end: only the last run of a template is visible (PROMISES L11).

A newer run on a template whose last known run had not ended means that an end was missed. A run
that began and was replaced between two looks shows in the Activity Log alone, which may also tell
how a missed run ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.entry import MissedTold, RunMissed
from aibwatch.model.names import TemplateId
from aibwatch.model.state import NEVER, STARTS_KEPT, State
from aibwatch.model.template import ENDED, RunKey, Template

BEFORE, AFTER = timedelta(minutes=1), timedelta(minutes=5)
"""A run shows a start so long after its request began; before it only by two clocks of Azure's."""

_BEGAN = frozenset({AttemptState.ACCEPTED, AttemptState.SUCCEEDED, AttemptState.RUN_FAILED})
_TOLD = frozenset({AttemptState.SUCCEEDED, AttemptState.RUN_FAILED})


def missed(template: Template, state: State, now: datetime) -> RunMissed | None:
    """Return that a run was missed, if this look at a template shows it; else None.

    To be asked before the newer run is taken into the state.
    """
    known, run = state.runs.get(template.id), template.run
    if known is None or run is None or known.state in ENDED or run.started <= known.started:
        return None
    says = f"it was last seen {known.state}, then a newer run began"
    return RunMissed(now, template.id, template.region, known.key, run.key, says)


def filled(
    attempts: Iterable[Attempt], state: State, now: datetime
) -> list[RunMissed | MissedTold]:
    """Return which more runs the Activity Log shows to be missed, and how missed runs ended.

    Each is told once: what the state knows already makes no entry.
    """
    unseen = defaultdict[TemplateId, list[datetime]](list)
    for run in state.missed:
        unseen[run.template].append(run.started)
    return [
        entry
        for attempt in sorted(attempts, key=lambda each: (each.began, each.correlation))
        if attempt.state in _BEGAN
        for entry in _of(attempt, unseen[attempt.template], state, now)
    ]


def _of(
    attempt: Attempt, unseen: list[datetime], state: State, now: datetime
) -> Iterator[RunMissed | MissedTold]:
    template, newest = state.templates.get(attempt.template), state.runs.get(attempt.template)
    if template is None or newest is None:
        return
    run = _run_of(attempt, unseen, state)
    if run is None:
        if not _was_replaced(attempt, newest.started, state):
            return
        run = RunKey(attempt.template, attempt.began)
        says = f"nobody saw it run; {attempt.caller or 'somebody'} asked for it"
        yield RunMissed(now, template.id, template.region, run, newest.key, says)
    elif run not in state.missed:
        return
    if attempt.state in _TOLD and state.missed.get(run) is None:
        correlation = attempt.correlation
        yield MissedTold(now, run, template.region, attempt.state, attempt.ended, correlation)


def _run_of(attempt: Attempt, unseen: list[datetime], state: State) -> RunKey | None:
    """Return the known run that came of an attempt: the first that began just after it."""
    starts = [*state.starts.get(attempt.template, ()), *unseen]
    near = [each for each in starts if attempt.began - BEFORE <= each <= attempt.began + AFTER]
    return RunKey(attempt.template, min(near)) if near else None


def _was_replaced(attempt: Attempt, newest: datetime, state: State) -> bool:
    """Whether its run would have been seen, had no newer one replaced it.

    Not from before we looked at the template, nor from before what is remembered of it.
    """
    starts = state.starts.get(attempt.template, ())
    since = state.first_seen.get(attempt.template, NEVER)
    known_since = max(since, starts[0]) if len(starts) >= STARTS_KEPT else since
    return known_since <= attempt.began < newest
