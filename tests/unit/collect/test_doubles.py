"""What is asked about builds that may have made one image twice."""

from dataclasses import replace
from datetime import timedelta

from aibwatch.collect.due import due
from aibwatch.collect.question import Asked
from aibwatch.model.edition import Edition
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.state import State, View
from aibwatch.model.template import Run, RunState
from aibwatch.model.verdict import Success
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_failover,
    a_run,
    a_template,
    some_sightings,
)
from unit.collect.watching import a_view

OWN = a_run(
    template=WEB_NORTH, started=NOON + 10 * MINUTE, state=RunState.SUCCEEDED, ended=NOON + HOUR
)
AGAIN = a_run(started=NOON + 2 * HOUR, state=RunState.SUCCEEDED, ended=NOON + 3 * HOUR)
FAILOVER = a_failover(
    phase=Phase.CLOSED,
    outcome=Outcome.LATE_REPLICAS,
    target=WEB_NORTH,
    run=OWN.key,
    closed=NOON + HOUR,
)


def built_by(*runs: Run, failover: Failover = FAILOVER, complete: bool = False) -> View:
    """Return a view in which these runs built well; the secondary's version is known then."""
    state = State()
    state.failovers[failover.id] = failover
    for run in runs:
        state.runs[run.template] = run
        state.successes[run.template] = Success(run, "r", "i")
    if complete:
        edition = Edition(failover.image, "1", OWN.key, NORTH, NOON, NOON, failover.id)
        state.editions[failover.image] = (edition,)
    shown = {run.template: run for run in runs}
    templates = (
        a_template(run=shown.get(WEB)),
        a_template(id=WEB_NORTH, region=NORTH, run=shown.get(WEB_NORTH)),
    )
    return a_view(state=state, sightings=some_sightings(*templates))


def asked(view: View, after: timedelta = 3 * HOUR) -> tuple[list[str], list[str]]:
    """Return the failovers whose version, and the templates whose output, is asked for."""
    found = due(view, Asked(), NOON + after)
    return [each for each, _ in found.publications], [each.id for each in found.histories]


def test_the_primarys_output_is_asked_for_when_it_built_again() -> None:
    """And the secondary's own until it is wherever it must be (PROMISES S31)."""
    assert asked(built_by(OWN)) == ([FAILOVER.id], [])
    assert asked(built_by(OWN, AGAIN)) == ([FAILOVER.id], [WEB])
    assert asked(built_by(OWN, AGAIN, complete=True)) == ([], [WEB])


def test_a_failover_that_publishes_is_asked_about_once() -> None:
    """Its own question comes with its phase already."""
    publishing = replace(FAILOVER, phase=Phase.PUBLISHING, outcome=None, closed=None)
    view = built_by(OWN, failover=publishing)
    view.state.open[publishing.image] = publishing.id

    assert asked(view) == ([publishing.id], [])


def test_after_a_day_nobody_asks_any_more() -> None:
    """What has not come by then is not waited for."""
    assert asked(built_by(OWN, AGAIN), DAY + 4 * HOUR) == ([], [])


def test_only_the_last_run_can_be_asked_about() -> None:
    """What a template put out is its last run's."""
    view = built_by(OWN, AGAIN, complete=True)
    newer = a_run(started=NOON + 4 * HOUR, state=RunState.RUNNING, ended=None)
    view.sightings.templates[WEB] = replace(view.sightings.templates[WEB], run=newer)

    assert asked(view) == ([], [])


def test_without_a_good_build_elsewhere_there_is_nothing_to_ask() -> None:
    """A primary that builds well is what it should be."""
    assert asked(built_by(AGAIN)) == ([], [])
