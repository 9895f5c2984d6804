"""A template that could not be provisioned is a failure, until it is provisioned."""

import pytest

from aibwatch.diagnose.runs import notice_runs
from aibwatch.journal.fold import apply, fold
from aibwatch.model.entry import Entry, FailureJudged
from aibwatch.model.state import State
from aibwatch.model.template import ProvisioningState
from aibwatch.model.verdict import Cause, Disposition, KeyKind
from builders import MINUTE, NOON, WEB, a_template

SUBMITTED = a_template(
    provisioning=ProvisioningState.FAILED,
    provisioning_error="ServerError: Internal error occurred.",
    modified=NOON,
)


def judged(entries: list[Entry]) -> list[FailureJudged]:
    """Return the judgements among entries."""
    return [each for each in entries if isinstance(each, FailureJudged)]


def test_it_is_known_by_when_the_template_was_changed() -> None:
    """There is no run that could name it."""
    (entry,) = judged(notice_runs([SUBMITTED], State(), NOON + MINUTE))

    failure = entry.failure
    assert failure.key.kind is KeyKind.SUBMISSION
    assert (failure.run, failure.ended, failure.message) == (
        None,
        NOON,
        SUBMITTED.provisioning_error,
    )
    assert failure.classification.cause is Cause.OUTAGE


@pytest.mark.parametrize(
    "code", ["BadSourceType", "NoCustomizerScript", "UnsupportedValidatorType"]
)
def test_the_owner_s_mistakes_have_codes_of_their_own(code: str) -> None:
    """They follow the template to any region."""
    template = a_template(
        provisioning=ProvisioningState.FAILED, provisioning_error=f"{code}: no", modified=NOON
    )

    (entry,) = judged(notice_runs([template], State(), NOON))

    assert entry.failure.classification.disposition is Disposition.USER


def test_it_is_judged_once_and_over_when_it_is_provisioned() -> None:
    """The same picture again is no news; a good one ends it."""
    state = fold(notice_runs([SUBMITTED], State(), NOON))
    again = notice_runs([SUBMITTED], state, NOON + MINUTE)
    known = WEB in state.failures

    for entry in notice_runs([a_template(modified=NOON)], state, NOON + 2 * MINUTE):
        apply(state, entry)

    assert (again, known, state.failures) == ([], True, {})
