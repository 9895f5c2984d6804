"""From templates to entries: each thing is told once, and nothing impossible is believed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aibwatch.diagnose.runs import notice_runs
from aibwatch.model.entry import Entry, FailureJudged, RunSeen, TemplateKnown
from aibwatch.model.state import State
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Cause
from builders import DAY, GENERIC, HOUR, MINUTE, NOON, WEB, WEST, a_failure, a_run, a_template


def known(run: Run | None = None) -> State:
    """Return a state that knows the template, and `run` if one is given."""
    return State(
        first_seen={WEB: NOON - DAY},
        templates={WEB: a_template()},
        runs={WEB: run} if run else {},
    )


def kinds(entries: list[Entry]) -> list[type]:
    """Return what the entries are."""
    return [type(entry) for entry in entries]


def test_a_template_is_first_seen_once() -> None:
    """The first sight of a template is told, and never again."""
    first = notice_runs([a_template()], State(), NOON)

    assert first == [TemplateKnown(NOON, a_template(id=WEB, region=WEST))]
    assert notice_runs([a_template()], known(), NOON) == []


def test_a_template_that_changed_is_told_again() -> None:
    """What a restart must know of a template is kept up to date; its run is told apart."""
    changed = a_template(recipe="recipe-new")

    entries = notice_runs([replace(changed, run=a_run(state=RunState.RUNNING))], known(), NOON)

    assert entries[0] == TemplateKnown(NOON, changed)


def test_a_new_failed_run_is_seen_and_judged() -> None:
    """One look at a failed run tells both that it was and why it failed."""
    run = a_run()

    seen, judged = notice_runs([a_template(run=run)], known(), NOON)

    assert seen == RunSeen(NOON, run, WEST, "recipe-web", "identity-web")
    assert isinstance(judged, FailureJudged)
    assert judged.failure.classification.cause is Cause.OUTAGE
    assert judged.failure.key.mark == run.started.isoformat()


@pytest.mark.parametrize(
    "state", [state for state in RunState if state not in (RunState.FAILED, RunState.UNKNOWN)]
)
def test_only_failed_runs_are_judged(state: RunState) -> None:
    """Every state that is known is told; only Failed is a failure (S19)."""
    entries = notice_runs([a_template(run=a_run(state=state))], known(), NOON)

    assert kinds(entries) == [RunSeen]


def test_a_run_that_ended_is_told_again() -> None:
    """The same run in a later state is news."""
    running = a_run(state=RunState.RUNNING, ended=None)

    entries = notice_runs([a_template(run=a_run())], known(running), NOON)

    assert kinds(entries) == [RunSeen, FailureJudged]


def test_a_run_that_is_known_tells_nothing() -> None:
    """What is in the state already makes no entry."""
    state = known(a_run())
    state.failures[WEB] = a_failure(classification=GENERIC)

    assert notice_runs([a_template(run=a_run())], state, NOON) == []


def test_a_failure_whose_judgement_was_lost_is_judged_again() -> None:
    """A crash between seeing and judging loses no failure."""
    entries = notice_runs([a_template(run=a_run())], known(a_run()), NOON)

    assert kinds(entries) == [FailureJudged]


@pytest.mark.parametrize(
    "stale",
    [
        a_run(started=NOON - HOUR, ended=NOON - 40 * MINUTE),
        a_run(state=RunState.RUNNING, ended=None),
    ],
    ids=["an older run", "an earlier state"],
)
def test_a_stale_picture_changes_nothing(stale: Run) -> None:
    """An answer from before what is known already is no news (S11)."""
    entries = notice_runs([a_template(run=stale)], known(a_run(state=RunState.SUCCEEDED)), NOON)

    assert entries == []


@pytest.mark.parametrize(
    "run",
    [
        a_run(state=RunState.UNKNOWN),
        a_run(started=datetime(1, 1, 1, tzinfo=UTC)),
        a_run(started=NOON, ended=NOON - MINUTE),
    ],
    ids=["unknown state", "no start", "ended before it began"],
)
def test_a_run_that_cannot_be_is_not_believed(run: Run) -> None:
    """Nonsense from Azure makes neither a run nor a failure."""
    assert notice_runs([a_template(run=run)], known(), NOON) == []


def test_a_recipe_changed_after_the_start_is_not_the_runs() -> None:
    """What was changed after a run began did not fail in it, so it proves nothing about it."""
    run = a_run()
    template = a_template(run=run, modified=run.started + 10 * MINUTE)

    _, seen, judged = notice_runs([template], known(), NOON)

    assert isinstance(seen, RunSeen)
    assert not seen.recipe_is_the_runs
    assert isinstance(judged, FailureJudged)
    assert judged.failure.recipe == ""


def test_two_clocks_of_azure_may_differ_a_little() -> None:
    """A template made and run at once was not changed after the start."""
    run = a_run()

    _, seen, _ = notice_runs([a_template(run=run, modified=run.started + MINUTE)], known(), NOON)

    assert isinstance(seen, RunSeen)
    assert seen.recipe_is_the_runs
