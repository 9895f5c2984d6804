"""A request to run that was refused is a failure of its own, once, unless it belongs to another."""

from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.diagnose.attempts import is_hiccup, notice_attempts, strangers
from aibwatch.journal.fold import apply
from aibwatch.model.attempt import Attempt, AttemptState
from aibwatch.model.entry import FailureJudged, TemplateKnown
from aibwatch.model.failover import Phase
from aibwatch.model.names import FailoverId
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Disposition, Failure, KeyKind
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    WEST,
    a_failover,
    a_failure,
    a_policy,
    a_probe,
    a_run,
    a_state,
    a_template,
    an_attempt,
    some_sightings,
)


def knowing(*failures: Failure) -> State:
    """Return a state that knows the primary."""
    state = a_state(failures=failures)
    apply(state, TemplateKnown(NOON - DAY, a_template()))
    return state


def noticed(state: State, *attempts: Attempt, now: datetime = NOON + MINUTE) -> list[Failure]:
    """Return the failures that are made of attempts."""
    sightings = some_sightings()
    sightings.attempts = {each.correlation: each for each in attempts}
    entries = notice_attempts(state, sightings, a_policy(), now)
    return [each.failure for each in entries if isinstance(each, FailureJudged)]


def test_a_refused_attempt_is_a_failure_without_a_run() -> None:
    """It is known by its correlation id, and keeps it for support."""
    (failure,) = noticed(knowing(), an_attempt())

    assert failure.key.kind is KeyKind.ATTEMPT
    assert (failure.run, failure.template, failure.ended) == (None, WEB, NOON)
    assert failure.ids == (an_attempt().correlation,)
    assert failure.classification.disposition in (Disposition.PLATFORM, Disposition.SUSPECT)


@pytest.mark.parametrize(
    "state", [each for each in AttemptState if each is not AttemptState.REFUSED]
)
def test_only_a_refusal_is_one(state: AttemptState) -> None:
    """Where a run came of it, the run tells."""
    assert noticed(knowing(), an_attempt(state=state)) == []


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AuthorizationFailed"), (409, "OperationNotAllowed"), (429, "")]
)
def test_an_owner_s_own_refusal_is_none(status: int, code: str) -> None:
    """A missing right or a busy template says nothing of the platform."""
    assert noticed(knowing(), an_attempt(status=status, code=code, message=code)) == []


def test_what_is_tried_again_soon_is_the_same_failure() -> None:
    """A pipeline that tries every ten minutes for an hour failed once."""
    tries = [
        an_attempt(correlation=f"c{number}", began=NOON + number * 10 * MINUTE, ended=None)
        for number in range(7)
    ]

    found = noticed(knowing(), *tries, now=NOON + 2 * HOUR)

    assert [each.key.mark for each in found] == ["c0"]


def test_what_is_tried_again_late_is_another() -> None:
    """Half an hour without a try ends the first."""
    late = an_attempt(correlation="late", began=NOON + 31 * MINUTE, ended=None)

    found = noticed(knowing(), an_attempt(), late, now=NOON + HOUR)

    assert [each.key.mark for each in found] == [an_attempt().correlation, "late"]


def test_it_belongs_to_a_run_that_failed_just_before() -> None:
    """The pipeline tries again what failed; that is answered already."""
    state = knowing(a_failure(ended=NOON - 10 * MINUTE))

    assert noticed(state, an_attempt()) == []
    assert noticed(state, an_attempt(began=NOON + HOUR, ended=None), now=NOON + 2 * HOUR)


@pytest.mark.parametrize("closed", [None, NOON - 10 * MINUTE])
def test_it_belongs_to_a_failover_that_answers_its_template(closed: datetime | None) -> None:
    """While one is under way, and for a while after it."""
    state = knowing()
    phase = Phase.CLOSED if closed else Phase.BUILDING
    state.failovers[FailoverId("f00d")] = a_failover(phase=phase, closed=closed)

    assert noticed(state, an_attempt()) == []


def test_a_newer_run_is_worth_more() -> None:
    """Somebody got it to run since."""
    state = knowing()
    state.runs[WEB] = a_run(started=NOON + MINUTE, state=RunState.RUNNING, ended=None)

    assert noticed(state, an_attempt(), now=NOON + 2 * MINUTE) == []


def test_a_template_that_was_never_seen_has_none() -> None:
    """Nobody knows where it lives or what it builds."""
    assert noticed(State(), an_attempt()) == []


def test_answers_to_our_own_requests_are_no_strangers() -> None:
    """While a failover that asked this template was under way, it may have been us."""
    state = knowing()
    state.failovers[FailoverId("f00d")] = a_failover(
        target=WEB_NORTH, opened=NOON - MINUTE, phase=Phase.REQUESTED
    )
    asked = an_attempt(template=WEB_NORTH)
    before = replace(asked, began=NOON - HOUR)

    assert list(strangers([asked, before, an_attempt(ours=True)], state)) == [before]
    assert noticed(state, an_attempt(ours=True)) == []


@pytest.mark.parametrize(("opened", "closed"), [(1, None), (-9, -1)])
def test_what_we_asked_is_no_strangers_by_a_clock_that_is_a_little_off(
    opened: int, closed: int | None
) -> None:
    """When it was asked is told by Azure's clock, when the failover was open by ours."""
    state = knowing()
    state.failovers[FailoverId("f00d")] = a_failover(
        target=WEB_NORTH,
        opened=NOON + opened * MINUTE,
        closed=None if closed is None else NOON + closed * MINUTE,
    )

    assert list(strangers([an_attempt(template=WEB_NORTH)], state)) == []


def test_answers_to_our_own_probes_are_no_strangers() -> None:
    """While the request was on its way; what somebody tries later is a stranger's."""
    probe = a_probe(at=NOON, answered=NOON + MINUTE, started=None)
    state = State(probes={probe.region: (probe,)})
    asked = an_attempt(template=probe.template)
    later = replace(asked, began=NOON + 10 * MINUTE)
    before = replace(asked, began=NOON - 10 * MINUTE)

    assert list(strangers([asked, later, before], state)) == [later, before]


def timed_out(*attempts: Attempt, read: datetime | None = NOON + 2 * MINUTE) -> bool:
    """Return whether the first of these attempts was a hiccup, its region being read then."""
    state = knowing()
    (failure,) = noticed(state, attempts[0])
    sightings = some_sightings()
    sightings.attempts = {each.correlation: each for each in attempts}
    sightings.read = {WEST: read} if read else {}
    return is_hiccup(failure, sightings, a_policy())


GATEWAY = an_attempt(
    status=504,
    code="GatewayTimeout",
    message="The gateway did not receive a response from 'Microsoft.VirtualMachineImages' "
    "within the specified time period.",
)


def test_a_gateway_that_waited_in_vain_once_is_a_hiccup_while_the_provider_answers() -> None:
    """ARM's own trouble looks so; history is no evidence beside it then."""
    again = replace(GATEWAY, correlation="again", began=NOON + 10 * MINUTE)

    assert timed_out(GATEWAY)
    assert not timed_out(GATEWAY, again)
    assert not timed_out(GATEWAY, read=None)
    assert not timed_out(GATEWAY, read=NOON - MINUTE)
    assert not timed_out(an_attempt())
