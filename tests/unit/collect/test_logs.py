"""Which build logs are asked for, how often, and what is made of the answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.collect.due import LOGS_AT_ONCE, due
from aibwatch.collect.question import Asked, Subject
from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.buildlog import BuildLog, LogState
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ImageName, TemplateId
from aibwatch.model.observation import AttemptsSeen, LogSeen, SourceUnseen
from aibwatch.model.state import View
from aibwatch.model.template import Template
from aibwatch.model.verdict import Cause, Classification, Disposition, Failure, KeyKind
from builders import (
    HOUR,
    MINUTE,
    NOON,
    SUBSCRIPTION,
    WEB,
    a_failure,
    a_policy,
    a_state,
    a_template,
    an_id,
    an_image,
    some_sightings,
)
from unit.collect.collecting import collect, of
from unit.collect.table_azure import TableAzure
from unit.collect.watching import a_view

ORDINARY = Classification(Cause.USER_BUILD, Disposition.USER, "packer")
QUOTA = Classification(Cause.QUOTA, Disposition.USER, "quota")


def of_failure(failure: Failure) -> Template:
    """Return the template that shows the run that failed."""
    return a_template(id=failure.template, run=failure.run)


def seeing(*failures: Failure, logs: bool = True) -> View:
    """Return a view of images whose primaries failed so."""
    images = [
        an_image(name=ImageName(f"i{n}"), templates=(each.template,))
        for n, each in enumerate(failures)
    ]
    view = a_view(
        *images,
        state=a_state(failures=failures),
        sightings=some_sightings(*map(of_failure, failures)),
    )
    return replace(view, policy=a_policy(logs=logs))


def logs_due(view: View, asked: Asked | None = None, now: datetime = NOON) -> list[TemplateId]:
    """Return whose logs are due."""
    return [each.id for each in due(view, asked or Asked(), now).logs]


def test_a_failed_runs_log_is_asked_for_at_once() -> None:
    """Also where the text looks like the owner's: that is what an outage said once."""
    assert logs_due(seeing(a_failure(classification=ORDINARY))) == [WEB]


def test_a_failure_that_the_text_alone_settles_needs_no_log() -> None:
    """A quota is a quota."""
    assert logs_due(seeing(a_failure(classification=QUOTA))) == []


def test_where_logs_are_off_none_is_asked_for() -> None:
    """`detection.logs: off`."""
    assert logs_due(seeing(a_failure(), logs=False)) == []


@pytest.mark.parametrize(
    ("log", "after", "expected"),
    [
        (LogState.UNREAD, MINUTE, True),
        (LogState.ABSENT, MINUTE, True),
        (LogState.ABSENT, 10 * MINUTE, False),
        (LogState.PRESENT, MINUTE, False),
        (LogState.UNREADABLE, MINUTE, False),
        (LogState.UNREADABLE, 15 * MINUTE, True),
    ],
)
def test_a_log_is_asked_for_again_while_it_may_still_change(
    log: LogState, after: timedelta, *, expected: bool
) -> None:
    """One that is absent may be written late; why one is unreadable changes seldom."""
    failure = replace(a_failure(), log=log)
    asked = Asked()
    asked.note(Subject.LOG, WEB, None, NOON)

    assert logs_due(seeing(failure), asked, NOON + after) == ([WEB] if expected else [])


def test_the_log_of_a_failure_that_is_too_old_is_not_asked_for() -> None:
    """Nobody acts on it any more."""
    assert logs_due(seeing(a_failure(ended=NOON - 3 * HOUR))) == []


@pytest.mark.parametrize("kind", [KeyKind.ATTEMPT, KeyKind.SUBMISSION])
def test_what_had_no_run_has_no_log(kind: KeyKind) -> None:
    """By design of the service."""
    failure = a_failure()
    without = replace(failure, key=replace(failure.key, kind=kind), run=None)
    view = seeing(failure)
    view.state.failures[WEB] = without

    assert logs_due(view) == []


def test_a_template_that_shows_another_run_is_not_asked_about() -> None:
    """Its log would be that of the wrong run."""
    view = seeing(a_failure())
    view.sightings.templates[WEB] = of_failure(a_failure(ended=NOON + HOUR))

    assert logs_due(view) == []


def test_a_few_are_read_at_once_and_the_rest_in_turn() -> None:
    """Who waits longest comes first, and images in doubt before all others."""
    names = [an_id(f"t{n}") for n in range(LOGS_AT_ONCE + 2)]
    ordinary = [a_failure(template=each, classification=ORDINARY) for each in names]
    view = seeing(*ordinary, a_failure())
    asked = Asked()

    first = due(view, asked, NOON)
    for each in first.logs:
        asked.note(Subject.LOG, each.id, None, NOON)
    second = due(view, asked, NOON + MINUTE)

    assert first.logs[0].id == WEB
    assert len(first.logs) == LOGS_AT_ONCE
    assert first.more_logs
    assert second.logs[0].id == WEB
    assert {each.id for each in second.logs[1:]} == {*names} - {each.id for each in first.logs}


def test_what_was_read_is_told_of_the_run_that_it_is_of() -> None:
    """A newer run of the same template has a log of its own."""
    failure = a_failure()
    log = BuildLog(LogState.PRESENT, head="begin")
    azure = TableAzure({SUBSCRIPTION: [of_failure(failure)]}, logs={WEB: log})

    seen = of(LogSeen, collect(azure, seeing(failure)))

    assert failure.run is not None
    assert seen == [LogSeen(NOON, failure.run.key, log)]


def test_a_reader_that_hangs_leaves_the_log_unreadable() -> None:
    """Not absent; and the sweep ends in its time."""
    failure = a_failure()
    azure = TableAzure({SUBSCRIPTION: [of_failure(failure)]}, slow={"log web-west": 3600})

    (seen,) = of(LogSeen, collect(azure, seeing(failure)))

    assert seen.log.state is LogState.UNREADABLE
    assert "no answer" in seen.log.says


def test_a_log_that_was_put_off_is_no_observation() -> None:
    """Nothing is known of it yet; it is asked for again."""
    failure = a_failure()
    put_off = {WEB: BuildLog(LogState.UNREAD, "put off by the request budget")}
    azure = TableAzure({SUBSCRIPTION: [of_failure(failure)]}, logs=put_off)

    assert of(LogSeen, collect(azure, seeing(failure))) == []


def test_the_activity_log_is_read_an_hour_back() -> None:
    """It lags by minutes, and a run's end comes long after its begin."""
    attempt = Attempt(WEB, "c1", NOON, AttemptState.REFUSED, status=500)
    azure = TableAzure(tried={SUBSCRIPTION: [attempt]})

    seen = of(AttemptsSeen, collect(azure, a_view()))

    assert seen == [AttemptsSeen(NOON, f"activity:{SUBSCRIPTION}", [attempt])]
    assert azure.since == NOON - HOUR


def test_with_a_longer_window_it_is_read_further_back() -> None:
    """Rates look back as far as `detection.window`."""
    azure = TableAzure()
    view = replace(a_view(), policy=a_policy(window=5 * HOUR))

    collect(azure, view)

    assert azure.since == NOON - 5 * HOUR


def test_an_activity_log_that_cannot_be_read_is_an_unseen_source() -> None:
    """That nobody tried is another thing."""
    forbidden = Fault(FaultKind.PERMISSION, "no", 403)
    azure = TableAzure(tried={SUBSCRIPTION: forbidden})

    seen = of(SourceUnseen, collect(azure, a_view()))

    assert seen == [SourceUnseen(NOON, f"activity:{SUBSCRIPTION}", forbidden)]
