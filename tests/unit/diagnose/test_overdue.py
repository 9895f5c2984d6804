"""Builds that were due and did not come."""

from collections.abc import Callable
from datetime import datetime

import pytest

from aibwatch.diagnose.overdue import notice_overdue
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.journal.fold import apply
from aibwatch.model.entry import FailureJudged, RunSeen, TemplateKnown
from aibwatch.model.region import Health
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Family, KeyKind, due_key
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_notice,
    a_policy,
    a_run,
    a_success,
    a_template,
    an_image,
    some_sightings,
)

DAILY = an_image(expect_every=DAY)
DUE = NOON
"""A day after the last good build."""


def a_state(health: Health = Health.OUTAGE) -> State:
    """Return a state whose last good build ended a day before NOON."""
    state = State()
    apply(state, TemplateKnown(NOON - DAY, a_template()))
    success = a_success(ended=NOON - DAY)
    state.successes[WEB], state.runs[WEB] = success, success.run
    state.regions[WEST] = a_belief(health=health)
    return state


def noticed(state: State, now: datetime = DUE) -> list[FailureJudged]:
    """Return what is noticed."""
    return notice_overdue([DAILY], state, now)


def test_a_build_that_did_not_come_while_its_region_is_out_is_a_failure() -> None:
    """From the instant on at which it was due, which is its mark."""
    early, (entry,) = noticed(a_state(), DUE - MINUTE), noticed(a_state(), DUE + MINUTE)

    assert early == []
    assert entry.failure.key == due_key(WEB, DUE)
    assert entry.failure.began == entry.failure.ended == DUE


@pytest.mark.parametrize("health", [Health.HEALTHY, Health.DEGRADED, Health.UNKNOWN])
def test_while_the_region_is_not_out_it_is_only_told(health: Health) -> None:
    """Nobody's outage: the decision says `overdue`, and nothing is to be answered."""
    assert noticed(a_state(health)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.successes.clear(),
        lambda state: state.successes.update(
            {WEB_NORTH: a_success(template=WEB_NORTH, ended=NOON - HOUR)}
        ),
        lambda state: state.failures.update({WEB: a_failure(ended=NOON - HOUR)}),
        lambda state: state.runs.update(
            {WEB: a_run(started=NOON - HOUR, state=RunState.RUNNING, ended=None)}
        ),
        lambda state: state.runs.update(
            {WEB: a_run(started=NOON + MINUTE, state=RunState.CANCELED, ended=NOON + MINUTE)}
        ),
        lambda state: state.open.update({DAILY.name: a_failover().id}),
    ],
    ids=[
        "never built",
        "built in a secondary",
        "failed",
        "running",
        "canceled since",
        "being answered",
    ],
)
def test_what_tells_otherwise_is_not_overdue(change: Callable[[State], None]) -> None:
    """A failure, a run or a failover speaks for itself; a build anywhere is a build."""
    state = a_state()
    change(state)

    assert noticed(state, DUE + 2 * MINUTE) == []


def test_who_expects_nothing_misses_nothing() -> None:
    """Without `expect_every` there is no instant at which a build is due."""
    assert notice_overdue([an_image()], a_state(), NOON + DAY) == []
    assert an_image().due(NOON, NOON + DAY) is None


def test_it_is_noted_once_for_each_instant_at_which_one_was_due() -> None:
    """The next day's build is the next failure, if the first was not built either."""
    state = a_state()
    (first,) = noticed(state)
    apply(state, first)

    assert noticed(state, DUE + HOUR) == []
    (second,) = noticed(state, DUE + DAY + HOUR)
    apply(state, second)
    assert state.failures[WEB].key == due_key(WEB, DUE + DAY)


def test_it_is_over_when_the_primary_runs() -> None:
    """Whatever becomes of that run, it speaks for itself."""
    state = a_state()
    apply(state, noticed(state)[0])
    assert state.failures[WEB].key.kind is KeyKind.DUE

    run = a_run(started=NOON + HOUR, state=RunState.RUNNING, ended=None)
    apply(state, RunSeen(NOON + HOUR, run, WEST, "recipe-web", "identity-web"))

    assert WEB not in state.failures


def test_only_its_region_speaks_for_it() -> None:
    """One family is not enough, and its history is none (PROMISES 0)."""
    state, seen = a_state(), some_sightings(a_template(), notices=[a_notice()])
    state.built["recipe-web"] = {WEST: NOON - DAY}
    apply(state, noticed(state)[0])

    verdict = weigh_all({DAILY.name: DAILY}, state, seen, a_policy(), NOON)[WEB]

    assert verdict.families == {Family.NOTICES}
    assert not verdict.convinces(2)
