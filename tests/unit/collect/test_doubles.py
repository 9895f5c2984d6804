"""What is asked about the versions that builds made."""

from dataclasses import replace
from datetime import timedelta

from aibwatch.collect.due import EDITIONS_AT_ONCE, due
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
    an_id,
    an_image,
    some_sightings,
)
from unit.collect.watching import a_view, answer_all

AN_ID = an_id("canary")

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


def test_a_version_that_is_not_known_to_answer_is_asked_for_again() -> None:
    """It was noted as one like any other before its failover had built."""
    view = built_by(OWN, AGAIN, complete=True)
    (own,) = view.state.editions[FAILOVER.image]
    view.state.editions[FAILOVER.image] = (replace(own, answers=None),)

    assert asked(view) == ([FAILOVER.id], [WEB])


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


def unpublished(*runs: Run) -> View:
    """Return a view of images whose primaries ran last so, and no version of that is known."""
    templates = [a_template(id=run.template, run=run) for run in runs]
    images = [an_image(name=str(n), templates=(run.template,)) for n, run in enumerate(runs)]
    state = State(unpublished={run.template: run for run in runs})
    return a_view(*images, state=state, sightings=some_sightings(*templates))


def wondered(view: View, after: timedelta = 3 * HOUR) -> list[str]:
    """Return the templates whose version is asked for though nothing failed."""
    return [each.id for each in due(view, Asked(), NOON + after).editions]


def test_every_good_builds_version_is_asked_for() -> None:
    """For a day at most, and only while it is the last run."""
    view = unpublished(AGAIN)

    assert wondered(view) == [WEB]
    assert wondered(view, 3 * HOUR + DAY) == [WEB]
    assert wondered(view, 4 * HOUR + DAY) == []
    view.sightings.templates[WEB] = a_template(run=replace(AGAIN, started=NOON + 4 * HOUR))
    assert wondered(view) == []


def test_it_is_asked_again_only_as_often_as_what_can_wait() -> None:
    """Until it is wherever the template says, with the rhythm of readiness."""
    view, asked_then = unpublished(AGAIN), Asked()
    answer_all(asked_then, due(view, asked_then, NOON + 3 * HOUR), NOON + 3 * HOUR)
    rest = view.policy.readiness_interval

    assert due(view, asked_then, NOON + 3 * HOUR + rest / 2).editions == ()
    assert due(view, asked_then, NOON + 3 * HOUR + rest).editions


def test_what_may_be_a_double_is_asked_for_once() -> None:
    """The pressing question answers the other; the version of a drill or a canary is nobody's."""
    view = built_by(OWN, AGAIN)
    canary = replace(OWN, template=AN_ID)
    view.state.unpublished.update({WEB: AGAIN, WEB_NORTH: OWN, AN_ID: canary})
    view.sightings.templates[AN_ID] = a_template(id=AN_ID, run=canary)

    assert asked(view) == ([FAILOVER.id], [WEB])
    assert wondered(view) == []


def test_a_whole_fleets_versions_are_asked_for_a_few_at_a_time() -> None:
    """Nothing waits for them."""
    runs = [replace(AGAIN, template=an_id(f"t{number}")) for number in range(EDITIONS_AT_ONCE + 1)]

    found, all_but_one = (due(unpublished(*some), Asked(), NOON + DAY) for some in (runs, runs[1:]))

    assert (len(found.editions), found.more_editions) == (EDITIONS_AT_ONCE, True)
    assert (len(all_but_one.editions), all_but_one.more_editions) == (EDITIONS_AT_ONCE, False)


def test_who_was_never_asked_goes_before_who_lacks_a_replica() -> None:
    """Where a region is out, versions of a whole fleet stay incomplete: none starves the others."""
    asked_then, at = Asked(), NOON + 3 * HOUR
    runs = [replace(AGAIN, template=an_id(f"t{number}")) for number in range(2 * EDITIONS_AT_ONCE)]
    view = unpublished(*runs)

    for _ in range(2):
        answer_all(asked_then, due(view, asked_then, at), at)
        at += view.policy.readiness_interval

    assert {each.template for each in runs} <= {name for _, name in asked_then.at}
