"""What is remembered for the record: incidents with who knew first, failures to be scored."""

from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.journal.fold import fold
from aibwatch.journal.records import (
    FAILURES_KEPT,
    INCIDENTS_KEPT,
    MISSED_KEPT,
    NOTICES_KEPT,
    WOULD_KEPT,
)
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import (
    Answered,
    Decided,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    NoticeKnown,
    RegionAssessed,
    RunMissed,
    RunSeen,
    Scored,
)
from aibwatch.model.failover import Event
from aibwatch.model.incident import FirstSight, Incident
from aibwatch.model.names import FailoverId, ImageName, IncidentId, Token
from aibwatch.model.notice import Notice
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.score import SCORED_WITHIN, Deed, Pending, Score, Truth
from aibwatch.model.state import STARTS_KEPT, State
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import Evidence, Family
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_notice,
    a_run,
)

ID = IncidentId("1c1d")
EVIDENCE = (Evidence(Family.RUN, "generic"), Evidence(Family.HISTORY, "it built"))
OUT = a_belief(
    health=Health.OUTAGE,
    since=NOON,
    evidence=EVIDENCE,
    agreed_since=NOON - 3 * MINUTE,
    incident=ID,
    incident_opened=NOON,
)
OPENED = RegionAssessed(NOON, OUT)
FAILURE = a_failure()
FAILOVER = FailoverOpened(
    NOON, FailoverId("f00d"), ImageName("web"), FAILURE.key, Reason.PLATFORM_OUTAGE
)


def known(notice: Notice, at: datetime, source: str = "events") -> NoticeKnown:
    """Return that a notice is first seen, or changed, at an instant."""
    return NoticeKnown(at, WEST, source, notice)


def incident(*entries: Entry) -> Incident:
    """Return the one incident that these entries tell."""
    (found,) = fold(entries).incidents.values()
    return found


def intended(at: datetime) -> Intended:
    """Return the intent to ask the secondary for FAILOVER."""
    return Intended(at, FAILOVER.failover, WEB_NORTH, Token("t"), 1, Reason.PLATFORM_OUTAGE)


def decided(reason: Reason, at: datetime) -> Decided:
    """Return a decision on FAILURE."""
    return Decided(at, ImageName("web"), "hold", reason, key=FAILURE.key)


def scored(truth: Truth = Truth.PLATFORM) -> Scored:
    """Return the score of FAILURE."""
    return Scored(NOON, Score(FAILURE.key, WEST, NOON, Deed.ACTED, truth))


def test_an_outage_opens_an_incident_with_its_evidence_as_of_then() -> None:
    """What is believed later does not change what it rested on."""
    later = replace(OUT, evidence=EVIDENCE[:1], good_since=NOON + HOUR)

    found = incident(OPENED, RegionAssessed(NOON + HOUR, later))

    assert found == Incident(ID, WEST, NOON, NOON - 3 * MINUTE, EVIDENCE)
    assert found.families == {Family.RUN, Family.HISTORY}
    assert found.first == "aibwatch"


def test_an_incident_is_closed_when_its_region_is_healthy_again() -> None:
    """Not by another region's health."""
    other = RegionAssessed(NOON + HOUR, a_belief(region=NORTH))
    healthy = RegionAssessed(NOON + 2 * HOUR, a_belief())

    assert incident(OPENED, other).closed is None
    assert incident(OPENED, other, healthy).closed == NOON + 2 * HOUR


def test_a_degraded_region_has_no_incident() -> None:
    """Only an outage opens one."""
    assert fold([RegionAssessed(NOON, a_belief(health=Health.DEGRADED))]).incidents == {}


def test_a_second_outage_is_a_second_incident() -> None:
    """The first one stays as it closed."""
    again = replace(OUT, incident=IncidentId("2c2d"), incident_opened=NOON + DAY, agreed_since=None)

    first, second = fold(
        [OPENED, RegionAssessed(NOON + HOUR, a_belief()), RegionAssessed(NOON + DAY, again)]
    ).incidents.values()

    assert (first.closed, second.closed) == (NOON + HOUR, None)
    assert second.agreed == second.opened == NOON + DAY


def test_a_notice_that_comes_later_has_a_lead() -> None:
    """From the opening to when we first saw it."""
    (sight,) = incident(OPENED, known(a_notice(), NOON + HOUR)).sights

    assert sight == FirstSight("events", NOON + HOUR, "4LTS-9C8", "Builds fail in West Europe")
    assert incident(OPENED).lead(sight) == HOUR


def test_a_notice_from_before_the_opening_was_first() -> None:
    """Then aibwatch was late, and the record says so."""
    found = incident(known(a_notice(), NOON - 2 * MINUTE), OPENED)

    assert found.first == "events"
    assert found.lead(found.sights[0]) == -2 * MINUTE


def test_each_source_has_its_own_first_sight() -> None:
    """Service Health and emerging issues are not the same people."""
    found = incident(
        OPENED,
        known(a_notice(id="B"), NOON + 2 * HOUR),
        known(a_notice(id="A"), NOON + HOUR, "emerging"),
        known(a_notice(id="C"), NOON + 3 * HOUR),
    )

    assert [(each.source, each.notice) for each in found.sights] == [
        ("emerging", "A"),
        ("events", "B"),
    ]


def test_a_notice_that_comes_after_the_end_is_still_about_it() -> None:
    """They are late by design: its impact covers the incident."""
    late = a_notice(active=False, began=NOON - HOUR, mitigated=NOON + HOUR)

    found = incident(OPENED, RegionAssessed(NOON + HOUR, a_belief()), known(late, NOON + 6 * HOUR))

    assert [each.at for each in found.sights] == [NOON + 6 * HOUR]


@pytest.mark.parametrize(
    "entry",
    [
        replace(known(a_notice(), NOON + HOUR), region=NORTH),
        known(a_notice(active=False, mitigated=NOON - 30 * MINUTE), NOON + HOUR),
        known(a_notice(began=NOON + 3 * HOUR), NOON + 3 * HOUR),
        known(a_notice(active=False, began=None), NOON - HOUR),
    ],
    ids=["another region", "over before", "began after", "without any instant"],
)
def test_a_notice_about_something_else_is_no_sight_of_it(entry: NoticeKnown) -> None:
    """The impact must overlap the incident, in its region."""
    closed = RegionAssessed(NOON + 2 * HOUR, a_belief())

    assert incident(OPENED, closed, entry).sights == ()


def test_a_notice_that_was_over_before_the_opening_is_no_sight_of_it() -> None:
    """Last week's trouble is another one."""
    over = a_notice(active=False, mitigated=NOON - 30 * MINUTE)

    assert incident(known(over, NOON - HOUR), OPENED).sights == ()


def test_a_notice_that_changes_keeps_when_it_was_first_seen() -> None:
    """An update an hour later is not when Microsoft first spoke."""
    update = a_notice(active=False, mitigated=NOON + HOUR)

    after = incident(OPENED, known(a_notice(), NOON + MINUTE), known(update, NOON + HOUR))
    before = incident(known(a_notice(), NOON - HOUR), known(update, NOON - MINUTE), OPENED)

    assert [each.at for each in after.sights] == [NOON + MINUTE]
    assert [each.at for each in before.sights] == [NOON - HOUR]


def test_an_impact_that_ended_during_the_debounce_is_of_the_incident() -> None:
    """The trouble began when the evidence agreed, not when we believed it."""
    short = a_notice(active=False, began=NOON - 5 * MINUTE, mitigated=NOON - MINUTE)

    assert len(incident(OPENED, known(short, NOON + HOUR)).sights) == 1


def test_a_failure_waits_for_its_score() -> None:
    """Judged again, with the log read, it is still the same one."""
    again = replace(FAILURE, classification=USER_BUILD)

    state = fold([FailureJudged(NOON, FAILURE), FailureJudged(NOON, again)])

    assert state.unscored == {FAILURE.key: Pending(again)}


def test_what_built_before_is_remembered_as_it_was_then() -> None:
    """A recipe that builds only afterwards had not built before."""
    run = a_run(started=NOON - DAY, state=RunState.SUCCEEDED, ended=NOON - DAY)
    good = RunSeen(NOON, run, WEST, FAILURE.recipe, "i")
    judged = FailureJudged(NOON, FAILURE)

    assert fold([good, judged]).unscored[FAILURE.key].proven
    assert not fold([judged, good, judged]).unscored[FAILURE.key].proven


def test_the_first_intent_is_when_we_decided() -> None:
    """Another request after a refusal is no second decision."""
    refused = Answered(NOON + 2 * MINUTE, FAILOVER.failover, Token("t"), Event.REFUSED)
    sent, again = intended(NOON + MINUTE), intended(NOON + 9 * MINUTE)

    state = fold([FailureJudged(NOON, FAILURE), FAILOVER, sent, refused, again])

    (pending,) = state.unscored.values()
    assert (pending.deed, pending.sent) == (Deed.ACTED, NOON + MINUTE)


@pytest.mark.parametrize(
    ("reason", "deed"),
    [
        (Reason.OBSERVE_ONLY, Deed.ADVISED),
        (Reason.ADVISE_ONLY, Deed.ADVISED),
        (Reason.DEBOUNCING, Deed.HELD),
        (Reason.USER_ERROR, Deed.HELD),
    ],
)
def test_what_only_the_mode_forbade_was_advised(reason: Reason, deed: Deed) -> None:
    """The judgement of an image that is only observed is scored too."""
    entries = [FailureJudged(NOON, FAILURE), decided(reason, NOON), decided(reason, NOON + HOUR)]

    (pending,) = fold(entries).unscored.values()

    assert pending.deed is deed
    assert pending.advised == (NOON if deed is Deed.ADVISED else None)


def test_a_score_ends_the_waiting_for_good() -> None:
    """Scored again, or judged again, it counts once."""
    judged = FailureJudged(NOON, FAILURE)

    state = fold([judged, scored(), scored(Truth.OWNER), judged])

    assert state.unscored == {}
    assert state.tally == {(Deed.ACTED, Truth.PLATFORM): 1}
    assert state.scores == {FAILURE.key: scored().score}


def test_a_failure_without_a_truth_is_let_go() -> None:
    """After a week nothing more is learnt of it."""
    later = a_failure(template=WEB_NORTH, ended=NOON + SCORED_WITHIN + HOUR)

    state = fold([FailureJudged(NOON, FAILURE), FailureJudged(later.seen, later)])

    assert list(state.unscored) == [later.key]


def test_the_record_is_bounded() -> None:
    """The newest are kept; what was counted stays counted."""
    state = State()
    entries: list[Entry] = []
    for number in range(1_010):
        at = NOON + number * MINUTE
        run = a_run(started=at, ended=at)
        failure = a_failure(ended=at)
        name = IncidentId(f"i-{number}")
        belief = RegionBelief(WEST, Health.OUTAGE, at, incident=name, incident_opened=at)
        entries += [
            RunSeen(at, run, WEST, "r", "i"),
            FailureJudged(at, failure),
            Scored(at, Score(failure.key, WEST, at, Deed.HELD, Truth.OWNER)),
            FailureJudged(at, a_failure(template=WEB_NORTH, ended=at)),
            RunMissed(at, WEB, WEST, RunKey(WEB, at), RunKey(WEB, at)),
            known(a_notice(id=f"N-{number}", began=at, mitigated=at), at),
            RegionAssessed(at, belief),
        ]

    state = fold(entries)

    assert len(state.incidents) == INCIDENTS_KEPT
    assert len(state.notices) == NOTICES_KEPT
    assert len(state.missed) == MISSED_KEPT
    assert len(state.scores) == len(state.unscored) == FAILURES_KEPT
    assert len(state.starts[WEB]) == STARTS_KEPT
    assert state.tally == {(Deed.HELD, Truth.OWNER): 1_010}


# what would have been done


def supposed(minutes: int, number: int = 0, *others: Reason) -> Decided:
    """Return that `web` would have been built so late, but for its mode and what else holds."""
    key = a_failure(ended=NOON + number * DAY).key
    mode = Hold(Reason.OBSERVE_ONLY, "mode is observe; in auto, web-north would be started")
    held_by = (mode, *(Hold(each, "so it is") for each in others))
    at = NOON + number * DAY + minutes * MINUTE
    image = ImageName("web")
    return Decided(at, image, "hold", Reason.OBSERVE_ONLY, mode.says, held_by, key)


def would(*entries: Entry) -> tuple[Decided, ...]:
    """Return what is remembered of `web`."""
    return fold(entries).would.get(ImageName("web"), ())


def test_what_would_have_been_done_is_remembered_once_of_each_failure() -> None:
    """As it was decided first, or once less stood in its way."""
    held, free, again = (
        supposed(1, 0, Reason.WARMING_UP),
        supposed(2),
        supposed(3, 0, Reason.PAUSED),
    )

    assert would(held, free, again) == (free,)
    assert would(free, supposed(1, 1)) == (free, supposed(1, 1))


def test_a_decision_that_the_mode_does_not_hold_is_not_supposed() -> None:
    """Nor one that is about no failure."""
    assert would(replace(supposed(1), reason=Reason.DEBOUNCING)) == ()
    assert would(replace(supposed(1), key=None)) == ()


def test_a_month_of_builds_that_failed_three_times_a_day_is_remembered_whole() -> None:
    """So often builds fail in a region that is ill for long; `status` tells of 30 days."""
    month = [
        replace(supposed(n * 480), key=a_failure(ended=NOON + n * 480 * MINUTE).key)
        for n in range(90)
    ]

    assert would(*month) == tuple(month)


def test_what_would_have_been_done_is_bounded_in_number_and_in_time() -> None:
    """The oldest go, and those of more than 30 days before the newest."""
    keys = [a_failure(ended=NOON + n * MINUTE).key for n in range(WOULD_KEPT + 10)]
    many = [replace(supposed(n), key=key) for n, key in enumerate(keys)]

    assert would(*many) == tuple(many[-WOULD_KEPT:])
    assert would(supposed(1), supposed(1, 29), supposed(2, 30)) == (
        supposed(1, 29),
        supposed(2, 30),
    )
