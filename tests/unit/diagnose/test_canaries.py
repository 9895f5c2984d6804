"""What a canary tells of its region, and in which family."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.diagnose.canaries import canary_built, canary_evidence
from aibwatch.diagnose.provider import answers
from aibwatch.diagnose.region import assess
from aibwatch.diagnose.weigh import weigh_all
from aibwatch.model.names import IncidentId, Region, TemplateId
from aibwatch.model.probe import Probe
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import State
from aibwatch.model.template import RunState
from aibwatch.model.verdict import Classification, Evidence, Family
from builders import (
    EAST,
    GENERIC,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEB,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_policy,
    a_probe,
    a_state,
    a_success,
    an_id,
    some_sightings,
)

CANARY = an_id("canary-west")
POLICY = a_policy(canaries=((WEST, CANARY),))
NOW = NOON + 5 * MINUTE
IN_INCIDENT = a_belief(health=Health.OUTAGE, incident=IncidentId("1"), incident_opened=NOON)


def failed(classification: Classification = GENERIC, ended: timedelta = timedelta(0)) -> Probe:
    """Return a probe of WEST whose run failed so long after NOON."""
    at = NOON + ended
    failure = a_failure(
        template=CANARY,
        ended=at,
        recipe="bare",
        identities="its own",
        classification=classification,
    )
    return a_probe(
        started=failure.began, state=RunState.FAILED, ended=at, at=failure.began, failure=failure
    )


def probed(*probes: Probe, belief: RegionBelief | None = None) -> State:
    """Return a state that knows these probes of WEST."""
    return State(probes={WEST: probes}, regions={WEST: belief or a_belief()})


def test_a_failed_probe_is_evidence_of_the_family_provider() -> None:
    """With the canary, the time and how it failed, for people."""
    found = canary_evidence(WEST, probed(failed()), POLICY, NOW)

    assert found == Evidence(
        Family.PROVIDER, "the canary canary-west failed at 12:00 UTC by generic_internal"
    )


@pytest.mark.parametrize("classification", [USER_BUILD, UNKNOWN])
def test_a_canary_that_failed_by_its_own_fault_tells_nothing(
    classification: Classification,
) -> None:
    """Nor does a text that nobody knows."""
    assert canary_evidence(WEST, probed(failed(classification)), POLICY, NOW) is None


def test_a_probe_that_came_right_since_takes_its_word_back() -> None:
    """The newest that ended speaks; one that still runs does not silence it."""
    good = a_probe(ended=NOON + 3 * MINUTE)
    running = a_probe(state=RunState.RUNNING, ended=None)

    assert canary_evidence(WEST, probed(failed(), good), POLICY, NOW) is None
    assert canary_evidence(WEST, probed(good, failed()), POLICY, NOW) is not None
    assert canary_evidence(WEST, probed(failed(), running), POLICY, NOW) is not None


def test_its_word_is_good_for_the_window_and_longer_in_an_incident() -> None:
    """A region that is out makes few new failures."""
    late = NOON + 31 * MINUTE

    assert canary_evidence(WEST, probed(failed()), POLICY, NOON + 30 * MINUTE) is not None
    assert canary_evidence(WEST, probed(failed()), POLICY, late) is None
    assert canary_evidence(WEST, probed(failed(), belief=IN_INCIDENT), POLICY, late) is not None
    after = NOON + 12 * HOUR + MINUTE
    assert canary_evidence(WEST, probed(failed(), belief=IN_INCIDENT), POLICY, after) is None


def test_a_failure_from_before_the_region_was_healthy_again_is_spent() -> None:
    """As with every other failure."""
    belief = a_belief(cleared=NOON)

    assert canary_evidence(WEST, probed(failed(), belief=belief), POLICY, NOW) is None


def test_a_canceled_probe_tells_nothing() -> None:
    """A person stopped it."""
    canceled = replace(failed(), state=RunState.CANCELED)

    assert canary_evidence(WEST, probed(canceled), POLICY, NOW) is None


def test_only_the_canary_that_is_configured_speaks() -> None:
    """Another template was tried there once; and other regions have none."""
    other = a_policy(canaries=((WEST, an_id("another")),))

    assert canary_evidence(WEST, probed(failed()), other, NOW) is None
    assert canary_evidence(WEST, probed(failed()), a_policy(), NOW) is None
    assert canary_evidence(NORTH, probed(failed()), POLICY, NOW) is None


@pytest.mark.parametrize(
    ("region", "since", "built"),
    [(WEST, NOON - HOUR, True), (WEST, NOON, False), (EAST, NOON - HOUR, False)],
)
def test_a_good_probe_tells_that_its_region_builds(
    region: Region, since: timedelta, *, built: bool
) -> None:
    """If it ended after the instant that is asked about."""
    good = a_probe(ended=NOON)

    found = canary_built(region, probed(good, failed(ended=MINUTE)), since)

    assert found == (NOON if built else None)


def test_a_canary_is_no_peer_and_has_no_verdict_of_its_own() -> None:
    """It would speak twice, and nobody answers its failures. Another template is a peer."""
    failures = [
        a_failure(),
        a_failure(template=CANARY, recipe="bare", identities="its own"),
    ]
    state = a_state(failures=failures, successes=[a_success()])

    with_canary = weigh_all({}, state, some_sightings(), POLICY, NOW)
    as_any = weigh_all({}, state, some_sightings(), a_policy(), NOW)

    assert with_canary.keys() == {WEB}
    assert Family.PEERS not in with_canary[WEB].families
    assert as_any.keys() == {WEB, CANARY}
    assert Family.PEERS in as_any[WEB].families


@pytest.mark.parametrize("own", [None, WEB], ids=["the region itself", "another's failure"])
def test_the_provider_is_heard_through_its_canary(own: TemplateId | None) -> None:
    """For the region, and beside the failure of any template there."""
    told = answers(probed(failed()), some_sightings(), POLICY, NOW)

    found = told.against(WEST, own) if own else told.itself(WEST)

    assert found == canary_evidence(WEST, probed(failed()), POLICY, NOW)
    assert told.itself(NORTH) is None


def test_a_failed_canary_alone_makes_its_region_degraded_and_no_more() -> None:
    """One family, however long it speaks; beside another one it makes an outage."""
    policy = replace(POLICY, debounce=timedelta(0))
    state = probed(failed())
    notice = a_notice(regions=frozenset({WEST}))

    alone = assess(WEST, (), state, some_sightings(), policy, NOW)
    beside = assess(WEST, (), state, some_sightings(notices=[notice]), policy, NOW)

    assert (alone.health, alone.families) == (Health.DEGRADED, {Family.PROVIDER})
    assert beside.health is Health.OUTAGE
