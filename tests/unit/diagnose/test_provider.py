"""The provider's own answers: a family of its own, and never twice for one failure."""

from dataclasses import replace

import pytest

from aibwatch.diagnose.provider import BREADTH, answers
from aibwatch.journal.fold import apply
from aibwatch.model.attempt import Attempt
from aibwatch.model.entry import TemplateKnown
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import TemplateId
from aibwatch.model.state import Sightings, State
from aibwatch.model.verdict import Family
from builders import (
    DAY,
    HOUR,
    NOON,
    NORTH,
    WEB,
    WEST,
    a_policy,
    a_template,
    an_attempt,
    an_id,
    some_sightings,
)

DOWN = Fault(FaultKind.PLATFORM, "the provider is down", 503)
SHOP = an_id("shop-west")


def knowing() -> State:
    """Return a state that knows two templates of one region."""
    state = State()
    for name in (WEB, SHOP):
        apply(state, TemplateKnown(NOON - DAY, a_template(id=name)))
    return state


def tried(*attempts: Attempt) -> Sightings:
    """Return sightings with these attempts."""
    sightings = some_sightings()
    sightings.attempts = {each.correlation: each for each in attempts}
    return sightings


def unread(*names: TemplateId, fault: Fault = DOWN) -> Sightings:
    """Return sightings in which these were read before, and not now, while NORTH is read."""
    elsewhere = a_template(id=an_id("web-north"), region=NORTH)
    sightings = some_sightings(*(a_template(id=name) for name in names), elsewhere)
    sightings.faults = dict.fromkeys(names, fault)
    return sightings


def test_an_attempt_on_another_template_speaks() -> None:
    """Whoever tried: the region's provider answered with an error of its own."""
    told = answers(knowing(), tried(an_attempt(template=SHOP)), a_policy(), NOON)

    found = told.against(WEST, own=WEB)
    assert found is not None
    assert found.family is Family.PROVIDER
    assert "shop-west" in found.says


def test_an_attempt_on_the_template_itself_is_its_own_symptom() -> None:
    """The same answer is never evidence of two families for one failure."""
    told = answers(knowing(), tried(an_attempt()), a_policy(), NOON)

    assert told.against(WEST, own=WEB) is None
    assert told.against(WEST, own=SHOP) is not None


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(template=SHOP, status=403, code="AuthorizationFailed", message="no right"),
        an_attempt(template=SHOP, began=NOON - HOUR),
        an_attempt(template=an_id("never-seen")),
    ],
    ids=["the owner's", "long ago", "unknown"],
)
def test_other_attempts_are_silent(attempt: Attempt) -> None:
    """Only the platform's own errors, lately, on a template that we know."""
    assert answers(knowing(), tried(attempt), a_policy(), NOON).against(WEST, own=WEB) is None


def test_reads_speak_when_several_templates_cannot_be_read() -> None:
    """While templates of other regions can."""
    told = answers(State(), unread(WEB, SHOP), a_policy(), NOON)

    found = told.itself(WEST)
    assert found is not None
    assert str(BREADTH) in found.says
    assert told.against(NORTH) is None


@pytest.mark.parametrize("kind", [each for each in FaultKind if each is not FaultKind.PLATFORM])
def test_only_errors_of_the_provider_count(kind: FaultKind) -> None:
    """A missing right or a silent network is nobody's outage."""
    sightings = unread(WEB, SHOP, fault=replace(DOWN, kind=kind))

    assert answers(State(), sightings, a_policy(), NOON).itself(WEST) is None


def test_the_gateway_s_own_trouble_is_no_region_s() -> None:
    """ARM says who failed: the provider, or ARM itself."""
    sightings = unread(WEB, SHOP, fault=replace(DOWN, failed_by="gateway"))

    assert answers(State(), sightings, a_policy(), NOON).itself(WEST) is None


def test_one_template_that_cannot_be_read_is_no_evidence() -> None:
    """It happened for 25 minutes to a template that built well (azvmimagebuilder #129)."""
    assert answers(State(), unread(WEB), a_policy(), NOON).itself(WEST) is None


def test_where_nothing_at_all_can_be_read_nobody_is_to_blame() -> None:
    """Then we may be blind ourselves."""
    sightings = unread(WEB, SHOP)
    sightings.read = {}

    assert answers(State(), sightings, a_policy(), NOON).itself(WEST) is None
