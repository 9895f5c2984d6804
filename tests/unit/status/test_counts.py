"""The counters as a projection of the journal."""

from dataclasses import replace

import pytest

from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.incident import FirstSight
from aibwatch.model.names import IncidentId
from aibwatch.model.region import Health
from aibwatch.model.score import Deed, Score, Truth
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import FailureKey, due_key, lost_key
from aibwatch.status import catalogue
from aibwatch.status.attempts import REMEMBERED
from aibwatch.status.counts import Counts, Growth, known_always
from builders import (
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_run,
    a_state,
)
from unit.status.snapshots import WEB_IMAGE, a_closed_failover, outage


def grown(counts: Counts, *entries: Entry) -> list[Growth]:
    """Return what these entries add."""
    return [each for entry in entries for each in counts.of(entry)]


def test_a_run_is_counted_when_it_has_ended_and_not_while_it_goes_on() -> None:
    """A build counts once, by its result, with its duration."""
    counts = Counts()
    counts.watch([WEB_IMAGE], [])
    running = a_run(state=RunState.RUNNING, ended=None)

    began = grown(counts, RunSeen(NOON, running, WEST, "recipe", "identity"))
    ended = grown(counts, RunSeen(NOON, a_run(), WEST, "recipe", "identity"))

    assert began == []
    assert ended == [
        (catalogue.BUILDS, ("web-west", WEST, "failed"), 1),
        (catalogue.BUILD_DURATION, (WEST, "failed"), 1800),
    ]


def test_a_run_without_an_end_is_counted_without_a_duration() -> None:
    """An end that Azure does not tell is not invented."""
    found = grown(Counts(), RunSeen(NOON, a_run(ended=None), WEST, "recipe", "identity"))

    assert found == [(catalogue.BUILDS, ("web-west", WEST, "failed"), 1)]


def test_a_judged_failure_counts_by_its_cause() -> None:
    """The cause is the label, the region the other."""
    found = grown(Counts(), FailureJudged(NOON, a_failure()))

    assert found == [(catalogue.BUILD_FAILURES, (WEST, "outage"), 1)]


def test_a_failure_that_is_judged_again_counts_once() -> None:
    """Its log is read later, perhaps after a restart; the first judgement counts."""
    counts, restarted, judged = Counts(), Counts(), FailureJudged(NOON, a_failure())
    list(restarted.restore(a_state(failures=[a_failure()])))

    again = [each for each in grown(counts, judged, judged) if each[0] is catalogue.BUILD_FAILURES]

    assert again == [(catalogue.BUILD_FAILURES, (WEST, "outage"), 1)]
    assert grown(restarted, judged) == []


@pytest.mark.parametrize("key", [lost_key(a_run()), due_key(WEB, NOON)])
def test_what_has_no_error_is_no_failed_build(key: FailureKey) -> None:
    """A lost run is counted when it shows that it failed; a missed build was none."""
    entry = FailureJudged(NOON, replace(a_failure(), key=key))

    assert grown(Counts(), entry) == []


def test_memory_of_what_was_judged_is_bounded() -> None:
    """A daemon that runs for years forgets the oldest."""
    counts = Counts()

    grown(counts, *(FailureJudged(NOON, a_failure(ended=NOON + n * MINUTE)) for n in range(10_010)))

    assert len(counts.judged) == REMEMBERED


def test_a_belief_that_changes_without_its_health_is_no_transition() -> None:
    """New evidence of the same outage is not a second outage."""
    counts = Counts()
    out = a_belief(health=Health.OUTAGE)

    found = grown(
        counts,
        RegionAssessed(NOON, out),
        RegionAssessed(NOON, replace(out, good_since=NOON)),
        RegionAssessed(NOON, a_belief()),
    )

    assert found == [
        (catalogue.REGION_TRANSITIONS, (WEST, "outage"), 1),
        (catalogue.REGION_TRANSITIONS, (WEST, "healthy"), 1),
    ]


def test_a_restart_is_no_transition() -> None:
    """The health that the journal tells is the one that a change is measured against."""
    counts = Counts()
    state = a_state(beliefs=[a_belief(), a_belief(region=NORTH)])

    list(counts.restore(state))

    assert grown(counts, RegionAssessed(NOON, a_belief())) == []


def test_a_failover_is_counted_for_the_image_that_it_was_opened_for() -> None:
    """An outcome names no image; the opening did."""
    counts = Counts()
    failover = a_failover()

    found = grown(
        counts,
        FailoverOpened(NOON, failover.id, failover.image, failover.key, Reason.PLATFORM_OUTAGE),
        Closed(NOON, failover.id, Outcome.FAILED, Reason.FAILED_THE_SAME_WAY),
    )

    assert found == [(catalogue.FAILOVERS, ("web", "failed"), 1)]


def test_totals_of_failovers_survive_a_restart() -> None:
    """What ended before is counted from the state; what is open is counted when it ends (S41)."""
    counts, state = Counts(), a_state()
    closed = [
        a_closed_failover(1, Outcome.SUCCEEDED, NOON),
        a_closed_failover(2, Outcome.SUCCEEDED, NOON + MINUTE),
    ]
    for each in (*closed, a_failover()):
        state.failovers[each.id] = each

    restored = list(counts.restore(state))
    later = grown(counts, Closed(NOON, a_failover().id, Outcome.TIMED_OUT, Reason.TOO_OLD))

    assert restored == [(catalogue.FAILOVERS, ("web", "succeeded"), 1)] * 2
    assert later == [(catalogue.FAILOVERS, ("web", "timed_out"), 1)]


def test_a_changed_decision_counts_with_its_reason() -> None:
    """Holding counts as much as acting."""
    decided = Decided(NOON, WEB_IMAGE.name, "hold", Reason.COOLDOWN)

    assert grown(Counts(), decided) == [(catalogue.DECISIONS, ("hold", "cooldown"), 1)]


def test_a_lead_is_observed_once_for_each_incident_and_source() -> None:
    """Asked again, or after another incident, it adds nothing; one that was first is 0."""
    counts, state = Counts(), outage().view.state
    incident = state.incidents[IncidentId("1c1d")]
    early = FirstSight("events", incident.opened - MINUTE, "4LTS-9C8")

    first = list(counts.leads(state))
    again = list(counts.leads(state))
    state.incidents[incident.id] = replace(incident, sights=(early, *incident.sights))
    later = list(counts.leads(state))

    assert first == [
        (catalogue.NOTICE_LEAD, ("events",), 3600),
        (catalogue.NOTICE_LEAD, ("emerging",), 360),
    ]
    assert again == []
    assert later == [(catalogue.NOTICE_LEAD, ("events",), 0)]


def test_a_score_counts_by_deed_and_truth_and_survives_a_restart() -> None:
    """The totals are those of the journal, not of this process."""
    counts, state = Counts(), a_state()
    state.tally = {(Deed.HELD, Truth.OWNER): 7}
    score = Score(a_failure().key, WEST, NOON, Deed.HELD, Truth.OWNER)

    restored = list(counts.restore(state))
    later = [each for each in grown(counts, Scored(NOON, score)) if each[0] is catalogue.SCORES]

    assert restored == [(catalogue.SCORES, ("held", "owner"), 7)]
    assert later == [(catalogue.SCORES, ("held", "owner"), 1)]


def test_a_missed_run_counts_in_its_region() -> None:
    """Two known and seen runs are one that was missed."""
    known, seen = RunKey(WEB, NOON), RunKey(WEB, NOON + MINUTE)

    found = grown(Counts(), RunMissed(NOON, WEB, WEST, known, seen))

    assert found == [(catalogue.MISSED, (WEST,), 1)]


def test_a_run_that_built_is_an_attempt_that_was_ok() -> None:
    """The measured availability is made of the same entries."""
    good = a_run(state=RunState.SUCCEEDED, ended=None)

    found = grown(Counts(), RunSeen(NOON, good, WEST, "recipe", "identity"))

    assert found[0] == (catalogue.REGION_ATTEMPTS, (WEST, "ok"), 1)


def test_entries_that_count_nothing_count_nothing() -> None:
    """A boot is in the journal and in no counter."""
    assert grown(Counts(), Booted(NOON, 1, "0.1.0")) == []


def test_watching_other_images_names_the_templates_that_are_gone() -> None:
    """Their series are to be removed."""
    counts = Counts()
    counts.watch([WEB_IMAGE], [])

    gone = counts.watch([replace(WEB_IMAGE, templates=(WEB,))], [WEB_IMAGE])

    assert gone == {"web-north"}


def test_every_reason_has_a_series_from_the_start() -> None:
    """A counter that springs into being at 1 hides its first step from rate()."""
    reasons = {labels[1] for metric, labels, _ in known_always() if metric is catalogue.DECISIONS}

    assert reasons == set(Reason)
