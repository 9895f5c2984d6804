"""What is told, of what, and once: journals and pictures in, notifications out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.model.decision import Hold, Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import (
    Acknowledged,
    Closed,
    Decided,
    EditionSeen,
    Entry,
    Notified,
    OrderDropped,
    Ordered,
    RegionAssessed,
    Resumed,
    Violated,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import MONITOR, ImageName, IncidentId, OrderId
from aibwatch.model.notification import News, Notification
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.model.verdict import Evidence, Family, Success
from aibwatch.status.bulletin import KEPT, RED_FOR, TOLD_FOR, VERSION_WITHIN, Bulletin
from builders import DAY, HOUR, MINUTE, NOON, NORTH, WEB_NORTH, WEST, a_belief, a_run
from heard import ID, WEB_IMAGE, a_journal, adopted, answered, asked, opened, prologue, succeeded
from unit.status.snapshots import a_readiness, calm, outage

WEB = WEB_IMAGE.name
OUT = a_belief(
    health=Health.OUTAGE,
    incident=IncidentId("i1"),
    evidence=(Evidence(Family.RUN, "the generic text"),),
)
DRILL = Order(OrderId("a"), OrderKind.DRILL, WEB, NOON + 3 * MINUTE, "schedule", "it is Saturday")
GUARDED = (Hold(Reason.PAUSED, "ada paused all"),)


def after(entries: Iterable[Entry]) -> Bulletin:
    """Return what a journal makes of it."""
    bulletin = Bulletin()
    for each in entries:
        bulletin.take(each)
    return bulletin


def news(bulletin: Bulletin, now: datetime = NOON + HOUR, channel: str = "a") -> list[str]:
    """Return what a channel is still to be told, what is over with a mark."""
    return [f"{each.news}{' over' * each.resolved}" for each in bulletin.due(channel, now)]


def all_of(bulletin: Bulletin) -> list[Notification]:
    """Return every notification."""
    return list(bulletin.due("a", NOON + HOUR))


def a_decision(reason: Reason, *held: Hold, kind: str = "hold", at: datetime = NOON) -> Decided:
    """Return the entry of a decision about `web`."""
    return Decided(at, WEB, kind, reason, "so it is", held)


def told(each: Notification, channel: str = "a") -> Notified:
    """Return that a channel took it."""
    return Notified(each.at, channel, each.id, each.key, each.resolved)


def test_a_failover_is_told_when_it_builds_and_when_it_has_its_version() -> None:
    """In this order, and with the version that it made."""
    bulletin = after(a_journal())

    assert news(bulletin) == ["failover_started", "failover_succeeded over"]
    started, ended = all_of(bulletin)
    assert "web-north builds it" in started.title
    assert ended.version == "1.0.42"
    assert started.key == ended.key


def test_an_answer_that_was_lost_is_told_once_its_run_is_seen() -> None:
    """Once, whether the answer or the run told first."""
    lost = after([*prologue(), *opened(), *asked(), answered(Event.UNCLEAR)])
    assert news(lost) == []

    for entry in adopted():
        lost.take(entry)

    assert news(lost) == ["failover_started"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.FAILED, ["failover_failed over", "needs_human"]),
        (Outcome.TIMED_OUT, ["failover_failed over"]),
        (Outcome.SUPERSEDED, ["failover_succeeded over"]),
        (Outcome.LATE_REPLICAS, ["failover_succeeded over"]),
    ],
)
def test_an_end_is_told_as_what_it_is(outcome: Outcome, said: list[str]) -> None:
    """And that a human is needed, where nothing goes on by itself."""
    closed = Closed(NOON + HOUR, ID, outcome, Reason.FAILED_ITS_OWN_WAY)

    assert news(after([*prologue(), *opened(), closed])) == said


RUN = RunKey(WEB_NORTH, NOON)
NEEDLESS = Closed(NOON + HOUR, ID, Outcome.SUPERSEDED, Reason.BUILT_ELSEWHERE)
LATER = NOON + HOUR + MINUTE


def made(version: str, published: datetime = LATER) -> Edition:
    """Return a version that a secondary made."""
    return Edition(WEB, version, RUN, NORTH, published)


@pytest.mark.parametrize(
    ("outcome", "reason", "came_to"),
    [
        (Outcome.SUCCEEDED, Reason.REPLICATED, "succeeded, 57 min after it was ordered"),
        (Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY, "failed"),
        (Outcome.FAILED, Reason.REGIONAL_CAPACITY, "capacity"),
        (Outcome.SUPERSEDED, Reason.NEWER_VERSION, "interrupted"),
    ],
)
def test_the_end_of_a_drill_is_told_as_that_and_as_nothing_else(
    outcome: Outcome, reason: Reason, came_to: str
) -> None:
    """The image is as well as before: its failure needs nobody, its begin is no failover."""
    closed = Closed(NOON + HOUR, ID, outcome, reason, "so it ended")

    bulletin = after([*opened(order=DRILL), *asked(), answered(), closed])

    [ended] = all_of(bulletin)
    assert (ended.news, ended.resolved) == (News.DRILL_RESULT, True)
    assert ended.title == f"web: its drill ended: {came_to} ({reason})"
    assert ended.says == "so it ended"


def test_a_drill_that_was_not_begun_is_told_with_what_blocked_it() -> None:
    """Any other order that was dropped was told to who gave it."""
    other = replace(DRILL, id=OrderId("b"), kind=OrderKind.BUILD)
    entries = [
        entry
        for order in (DRILL, other)
        for entry in (
            Ordered(NOON, order),
            OrderDropped(NOON + MINUTE, order.id, WEB, "blocked: westeurope is suspect"),
        )
    ]

    [told_of] = all_of(after(entries))

    assert told_of.news is News.DRILL_RESULT
    assert told_of.title == "web: its drill was not begun"
    assert told_of.says == "blocked: westeurope is suspect"


def test_what_superseded_a_failover_is_the_version_that_is_told() -> None:
    """The one that won since: no duplicate, none of yesterday, none that is no latest."""
    editions = [
        made("1.0.7", NOON + 10 * MINUTE),
        made("1.0.6", NOON - HOUR),
        replace(made("1.0.8", NOON + 11 * MINUTE), duplicate_of="1.0.7"),
        replace(made("1.0.9", NOON + 12 * MINUTE), excluded=True),
    ]

    bulletin = after([*opened(), *(EditionSeen(NOON, each) for each in editions), NEEDLESS])

    assert [each.version for each in all_of(bulletin)] == ["1.0.7"]


def test_a_success_that_others_built_waits_for_its_version() -> None:
    """It is asked for after the run; yesterday's, which gains a replica only now, is not it."""
    yesterdays = EditionSeen(LATER, made("1.0.6", NOON - HOUR))
    bulletin = after([*opened(), yesterdays, NEEDLESS, yesterdays])
    assert news(bulletin, LATER) == []

    bulletin.take(EditionSeen(LATER, made("1.0.7")))

    (notification,) = bulletin.due("a", LATER)
    assert notification.version == "1.0.7"


def test_a_success_does_not_wait_for_ever_for_a_version() -> None:
    """Who builds disks has none; nor does it wait for that of another image."""
    bulletin = after([*opened(), NEEDLESS])
    bulletin.take(EditionSeen(LATER, replace(made("1.0.7"), image=ImageName("other"))))

    assert news(bulletin, NEEDLESS.at + VERSION_WITHIN - MINUTE / 60) == []
    (notification,) = bulletin.due("a", NEEDLESS.at + VERSION_WITHIN)
    assert notification.version == ""


@pytest.mark.parametrize(
    ("end", "over"),
    [
        (Acknowledged(LATER, WEB, ID, "ada"), True),
        (EditionSeen(LATER, made("1.0.9")), True),
        (EditionSeen(LATER, replace(made("1.0.9", NOON), answers=ID)), True),
        (EditionSeen(LATER, made("1.0.9", NOON)), False),
    ],
    ids=["acknowledged", "built since", "its run came right", "built before"],
)
def test_that_nobody_is_needed_any_more_is_told(end: Entry, *, over: bool) -> None:
    """By a person's word, or since the image was built; not by what an old version gains."""
    failed = Closed(NOON + HOUR, ID, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY)

    bulletin = after([*opened(), failed, end, end])

    assert news(bulletin)[1:] == ["needs_human", *(["needs_human over"] * over)]


def rehearsed() -> list[Entry]:
    """Return a drill from its begin to its end, with a version."""
    closed = Closed(NOON + HOUR, ID, Outcome.SUCCEEDED, Reason.REPLICATED, version="1.0.7")
    edition = EditionSeen(NOON + HOUR, replace(made("1.0.7"), answers=ID))
    return [*opened(order=DRILL), *asked(), answered(), *adopted(), edition, closed]


def test_the_version_of_a_drill_is_for_nobody() -> None:
    """Who builds on what succeeded must not take it."""
    [ended] = all_of(after(rehearsed()))

    assert ended.title.startswith("web: its drill ended: succeeded")
    assert ended.version == ""


def test_a_drill_is_not_the_build_that_an_image_needs() -> None:
    """A human is needed still."""
    failed = Closed(NOON, ID, Outcome.FAILED, Reason.FAILED_ITS_OWN_WAY)

    bulletin = after([*opened(NOON), failed, *rehearsed()])

    assert "needs_human over" not in news(bulletin)
    assert bulletin.standing[f"human:{WEB}"]


def test_an_incident_is_told_when_it_opens_and_when_it_closes() -> None:
    """Evidence that changes within it is none of a new one; its end has the same key."""
    still = replace(OUT, evidence=())
    well = a_belief(health=Health.HEALTHY)
    entries = [RegionAssessed(NOON + n * MINUTE, each) for n, each in enumerate((OUT, still, well))]

    bulletin = after([*entries, RegionAssessed(NOON + HOUR, well)])

    assert news(bulletin) == ["incident_opened", "incident_closed over"]
    assert len({each.key for each in all_of(bulletin)}) == 1
    assert all_of(bulletin)[0].says == "run: the generic text"
    assert {each.region for each in all_of(bulletin)} == {WEST}


def test_a_hold_is_told_with_its_guards_and_when_it_ends() -> None:
    """Guards that pass by themselves within minutes are not."""
    warming = Hold(Reason.WARMING_UP, "one sweep more")

    bulletin = after(
        [
            a_decision(Reason.DEBOUNCING, Hold(Reason.DEBOUNCING, "until noon")),
            a_decision(Reason.WARMING_UP, warming),
            a_decision(Reason.PAUSED, *GUARDED, warming, at=NOON + MINUTE),
            a_decision(Reason.PLATFORM_OUTAGE, kind="act", at=NOON + 2 * MINUTE),
            a_decision(Reason.BUILDING, at=NOON + 3 * MINUTE),
        ]
    )

    assert news(bulletin) == ["failover_held", "failover_held over"]
    assert "held by paused" in all_of(bulletin)[0].title
    assert all_of(bulletin)[0].says == "ada paused all"


def test_what_a_slow_channel_takes_late_does_not_begin_again() -> None:
    """The hold is over, and that was told; that a channel took its begin only now is no news."""
    bulletin = after(
        [
            a_decision(Reason.PAUSED, *GUARDED),
            a_decision(Reason.BUILDING, at=NOON + MINUTE),
        ]
    )

    bulletin.take(told(all_of(bulletin)[0], "slow"))
    bulletin.take(a_decision(Reason.BUILDING, at=NOON + 2 * MINUTE))

    assert news(bulletin) == ["failover_held", "failover_held over"]


def test_advice_is_told_with_the_command() -> None:
    """It is what the decision says."""
    hold = Hold(Reason.ADVISE_ONLY, "mode advise")

    bulletin = after([a_decision(Reason.ADVISE_ONLY, hold, kind="advise")])

    assert news(bulletin) == ["failover_advised"]
    assert all_of(bulletin)[0].says == "so it is"


def expecting(at: datetime, *, every: timedelta | None = HOUR, sweeps: int = 1) -> Snapshot:
    """Return a picture in which `web`, built last at NOON, is expected so often and has failed."""
    picture = outage()
    view = picture.view
    images = {**view.images, WEB: replace(view.images[WEB], expect_every=every)}
    view.state.successes[WEB_NORTH] = Success(a_run(template=WEB_NORTH, ended=NOON), "r", "i")
    sightings = replace(view.sightings, sweeps=sweeps)
    return replace(picture, at=at, view=replace(view, images=images, sightings=sightings))


def test_a_stale_image_is_told_though_its_primary_failed_and_that_it_was_built() -> None:
    """Whoever fails every night is overdue too; one that never was stale is not told to be over."""
    bulletin = Bulletin()
    bulletin.survey(expecting(NOON + 59 * MINUTE))
    assert news(bulletin) == []

    for minutes in (61, 62):
        bulletin.survey(expecting(NOON + minutes * MINUTE))
    assert news(bulletin) == ["image_stale"]
    assert "ended 2026-03-02 12:00Z, and one is expected every 1:00:00" in all_of(bulletin)[0].says

    for _ in range(2):
        bulletin.survey(expecting(NOON + 63 * MINUTE, every=DAY))
    assert news(bulletin) == ["image_stale", "image_stale over"]


def test_nobody_is_told_of_builds_that_may_have_come_while_nobody_looked() -> None:
    """After a start all templates are asked first; what was told before it stands until then."""
    bulletin = Bulletin()
    bulletin.survey(expecting(NOON + 61 * MINUTE, sweeps=0))
    assert news(bulletin) == []

    bulletin.survey(expecting(NOON + 61 * MINUTE))
    bulletin.survey(expecting(NOON + 62 * MINUTE, every=None, sweeps=0))
    assert news(bulletin) == ["image_stale"]


def test_an_image_that_is_no_longer_watched_is_not_stale_any_more() -> None:
    """Else its alert would stand for ever."""
    bulletin = Bulletin()
    picture = expecting(NOON + 61 * MINUTE)
    bulletin.survey(picture)

    bulletin.survey(replace(picture, view=replace(picture.view, images={})))

    assert news(bulletin) == ["image_stale", "image_stale over"]


def test_a_broken_promise_needs_a_human() -> None:
    """Nothing is started by itself any more."""
    assert news(after([Violated(NOON, "S1", "two runs at once")])) == ["needs_human"]


@pytest.mark.parametrize(
    ("resumed", "over"),
    [
        (Resumed(NOON + HOUR, "all", owner=MONITOR), True),
        (Resumed(NOON + HOUR, "all"), True),
        (Resumed(NOON + HOUR, "all", owner="ada"), False),
        (Resumed(NOON + HOUR, "image/web"), False),
    ],
)
def test_a_broken_promise_is_over_once_a_person_lets_automation_go_on(
    resumed: Resumed, *, over: bool
) -> None:
    """Who takes away another pause says nothing about the promise."""
    bulletin = after([Violated(NOON, "S1", "two runs at once"), resumed])

    assert news(bulletin) == ["needs_human", *(["needs_human over"] * over)]


def test_what_a_channel_took_it_is_not_told_again() -> None:
    """Another one is; the same journal read once more changes nothing (PROMISES L8)."""
    bulletin = after(a_journal())
    first, second = all_of(bulletin)

    bulletin.take(told(first))
    for entry in a_journal():
        bulletin.take(entry)

    assert [each.id for each in bulletin.due("a", NOON)] == [second.id]
    assert [each.id for each in bulletin.due("b", NOON)] == [first.id, second.id]


def test_after_a_restart_only_what_was_not_told_is() -> None:
    """What was told is in the journal, and a new start folds it (PROMISES L8)."""
    first, second = all_of(after(a_journal()))

    again = after([*a_journal(), told(first)])

    assert [each.id for each in again.due("a", NOON)] == [second.id]


def test_what_is_old_is_told_no_more() -> None:
    """A channel that is new is not told the past."""
    bulletin = after(a_journal())
    ended = all_of(bulletin)[-1].at

    assert news(bulletin, ended + TOLD_FOR) == ["failover_succeeded over"]
    assert news(bulletin, ended + TOLD_FOR + MINUTE) == []


def test_beyond_the_bound_the_oldest_goes_and_is_counted() -> None:
    """The newest matters most."""
    bulletin = after(Violated(NOON, f"S{n}", "broken") for n in range(KEPT + 3))

    assert bulletin.dropped == 3
    assert len(all_of(bulletin)) == KEPT
    assert all_of(bulletin)[0].key == "promise:S3"


def red(at: datetime, *checks: Check) -> Snapshot:
    """Return a picture in which these are red on the secondary of `web`."""
    picture = calm()
    readiness = dict(picture.view.readiness)
    readiness[WEB, WEB_NORTH] = a_readiness(WEB_NORTH, *checks)
    none_asked = replace(picture.view.sightings, sweeps=0)  # no image is stale then
    view = replace(picture.view, readiness=readiness, sightings=none_asked)
    return replace(picture, at=at, view=view)


def test_a_secondary_that_stays_red_is_told_once_and_when_it_is_not_any_more() -> None:
    """Not one that is only for a moment."""
    bulletin = Bulletin()
    bulletin.survey(red(NOON, Check.SOURCE))
    assert news(bulletin) == []

    for minutes in (1, 2):
        bulletin.survey(red(NOON + RED_FOR * minutes, Check.SOURCE))
    assert news(bulletin) == ["secondary_red"]

    for minutes in (3, 4):
        bulletin.survey(red(NOON + RED_FOR * minutes))
    assert news(bulletin) == ["secondary_red", "secondary_red over"]
    assert all_of(bulletin)[0].says == "source: source was looked at"


def test_a_secondary_that_is_red_since_before_a_restart_is_not_told_again() -> None:
    """What was told stands until it is over."""
    before = Bulletin()
    for minutes in (0, 1):
        before.survey(red(NOON + RED_FOR * minutes, Check.SOURCE))
    bulletin = after([told(next(before.due("a", NOON)))])

    for minutes in (2, 4):
        bulletin.survey(red(NOON + RED_FOR * minutes, Check.SOURCE))
    assert news(bulletin) == []
    bulletin.survey(red(NOON + RED_FOR * 5))
    assert news(bulletin) == ["secondary_red over"]


def test_a_secondary_that_is_busy_is_not_told() -> None:
    """It builds, as it is there for."""
    bulletin = Bulletin()
    for minutes in (0, 1, 2):
        bulletin.survey(red(NOON + RED_FOR * minutes, Check.IDLE))

    assert news(bulletin) == []


def test_a_failover_that_succeeds_is_told_in_full() -> None:
    """Who opened it before this start is in the journal too."""
    entries = [*opened(), *asked(), *adopted(), *succeeded()]

    assert news(after(entries)) == ["failover_started", "failover_succeeded over"]
    assert news(after(succeeded())) == []
