"""Each monitor has a journal that breaks its promise, and is silent about one that keeps all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.journal.monitors.every import MONITORS, PROMISES
from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import (
    Acknowledged,
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    Intended,
    Paused,
    ProbeAnswered,
    ProbeIntended,
    RegionAssessed,
    RunSeen,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.image import Mode
from aibwatch.model.names import FailoverId, ImageName, OrderId, Token
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.probe import ProbeReason
from aibwatch.model.readiness import Check
from aibwatch.model.region import Health
from aibwatch.model.template import ProvisioningState, RunKey, RunState
from aibwatch.model.verdict import FailureKey, KeyKind
from aibwatch.model.witness import Sight
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    UNKNOWN,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_policy,
    a_run,
    an_id,
)
from heard import (
    FAMILIES,
    ID,
    NORTH_TEMPLATE,
    TOKEN,
    WEB_EAST,
    WEB_IMAGE,
    a_journal,
    a_readiness,
    a_witness,
    adopted,
    answered,
    asked,
    breaches,
    moved,
    opened,
    prologue,
    succeeded,
)

BEFORE = [*prologue(), *opened()]
AT = NOON + 6 * MINUTE
LATER = NOON + 30 * MINUTE
HOP = [answered(), *adopted(), moved(Event.HOPPED, NOON + 20 * MINUTE)]
OTHER = FailoverId("0ther")
OLDER = FailureKey(KeyKind.RUN, WEB, (NOON - 5 * HOUR).isoformat())


def an_intent(**changes: object) -> Intended:
    """Return the intent of the story, but for what changes."""
    intent = Intended(AT, ID, WEB_NORTH, TOKEN, 1, Reason.PLATFORM_OUTAGE)
    return replace(intent, **changes)  # type: ignore[arg-type]


def an_opening(**changes: object) -> FailoverOpened:
    """Return the opening of the story, but for what changes."""
    entry = FailoverOpened(
        NOON, ID, WEB_IMAGE.name, a_failure().key, Reason.PLATFORM_OUTAGE, FAMILIES
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def resting_on(**changes: object) -> list[Entry]:
    """Return an intent that rests on something else than in the story."""
    return [*BEFORE, a_witness(AT, **changes), an_intent()]


def of_a_failure(**changes: object) -> list[Entry]:
    """Return the opening for a failure that is another one than in the story."""
    failure = replace(a_failure(), **changes)  # type: ignore[arg-type]
    return [*prologue(failure), a_witness(NOON), an_opening()]


REHEARSAL = Order(OrderId("dr1ll"), OrderKind.DRILL, WEB_IMAGE.name, NOON, "kim", "to be sure")
DB_NAME = ImageName("db")
WELL = a_belief(region=WEST)
ILL = a_belief(region=WEST, health=Health.DEGRADED)


def a_drill(**changes: object) -> FailoverOpened:
    """Return the opening of a drill."""
    key = FailureKey(KeyKind.ORDER, WEB, REHEARSAL.id)
    return an_opening(**{"key": key, "order": REHEARSAL, "evidence": (), **changes})


def rehearsed(*before: Entry) -> list[Entry]:
    """Return a drill that asks though this came before."""
    image = replace(WEB_IMAGE, drill=WEB_NORTH)
    start = [RegionAssessed(NOON, WELL), a_drill(), *before]
    return [*prologue(), *start, a_witness(AT, image=image), an_intent()]


def a_past(outcome: Outcome, *, image: str = "web", ran: bool = True) -> list[Entry]:
    """Return a failover of two hours ago that ended an hour ago; its run began well before."""
    began, name = NOON - 2 * HOUR, ImageName(image)
    intent = an_intent(at=began, failover=OTHER)
    run = RunKey(WEB_NORTH, began)
    entries: list[Entry] = [
        a_witness(began, image=replace(WEB_IMAGE, name=name)),
        an_opening(at=began, failover=OTHER, key=OLDER, image=name),
        intent,
        replace(answered(at=began), failover=OTHER, event=Event.BEGAN),
    ]
    if ran:
        entries.append(replace(moved(Event.ADOPTED, began, run), failover=OTHER))
    end = Closed(NOON - HOUR, OTHER, outcome, Reason.DEADLINE_PASSED)
    return [*entries, end] if outcome is not Outcome.SUCCEEDED else entries


def capped(**caps: int) -> list[Entry]:
    """Return a second failover, with these caps, while one of another image builds."""
    policy = replace(a_policy(), **caps)
    begun = a_past(Outcome.SUCCEEDED, image="db")
    return [*prologue(), *begun, *opened(), a_witness(AT, policy=policy), an_intent()]


CANARY = ProbeIntended(NOON, WEST, an_id("canary"), TOKEN, 1, ProbeReason.SCHEDULED)
BROKEN: Sequence[tuple[str, str, list[Entry]]] = [
    (
        "S1",
        "while the last run goes on",
        [*BEFORE, *asked(), answered(), *adopted(), *asked(LATER)],
    ),
    (
        "S1",
        "more hops than may be",
        [
            *BEFORE,
            *asked(),
            *HOP,
            a_witness(LATER, policy=a_policy(max_hops=0)),
            an_intent(at=LATER, target=WEB_EAST),
        ],
    ),
    ("S1", "one failure, two failovers", [*a_journal(), an_opening(failover=OTHER)]),
    (
        "S1",
        "lost and failed are one failure",
        [*a_journal(), an_opening(failover=OTHER, key=replace(a_failure().key, kind=KeyKind.LOST))],
    ),
    ("S2", "again without an answer", [*BEFORE, *asked(), *asked(LATER)]),
    (
        "S2",
        "again after an unclear one",
        [*BEFORE, *asked(), answered(Event.UNCLEAR), *asked(LATER)],
    ),
    (
        "S2",
        "proven too soon",
        [*BEFORE, *asked(), answered(Event.UNCLEAR), moved(Event.NOT_BEGUN, AT + 4 * MINUTE)],
    ),
    ("S2", "proven without an answer", [*BEFORE, *asked(), moved(Event.NOT_BEGUN, LATER)]),
    ("S3", "an answer of another", [*BEFORE, *asked(), replace(answered(), token=Token("no"))]),
    ("S3", "two answers", [*BEFORE, *asked(), answered(), answered(Event.REFUSED)]),
    ("S3", "a canary's answer", [*prologue(), ProbeAnswered(NOON, WEST, TOKEN, Event.BEGAN)]),
    ("S4", "an epoch that is over", [*BEFORE, a_witness(AT), an_intent(epoch=0)]),
    ("S4", "a canary's as well", [*prologue(), replace(CANARY, epoch=2)]),
    ("S4", "an epoch that does not rise", [*prologue(), Booted(NOON, 1, "test")]),
    ("S5", "two open ones", [*BEFORE, an_opening(failover=OTHER, key=OLDER)]),
    (
        "S6",
        "busy",
        resting_on(
            sights=(
                Sight(WEB_NORTH, replace(NORTH_TEMPLATE, run=a_run(state=RunState.RUNNING)), AT),
            )
        ),
    ),
    (
        "S6",
        "not provisioned",
        resting_on(
            sights=(
                Sight(
                    WEB_NORTH, replace(NORTH_TEMPLATE, provisioning=ProvisioningState.FAILED), AT
                ),
            )
        ),
    ),
    (
        "S8",
        "one run for two",
        [
            *prologue(),
            *a_past(Outcome.SUCCEEDED, image="db"),
            *opened(),
            *asked(),
            answered(),
            moved(Event.ADOPTED, AT, RunKey(WEB_NORTH, NOON - 2 * HOUR)),
        ],
    ),
    ("S9", "the owner's own", of_a_failure(classification=USER_BUILD)),
    ("S10", "a text that nobody knows", of_a_failure(classification=UNKNOWN)),
    ("S12", "one family", [*prologue(), a_witness(NOON), an_opening(evidence=FAMILIES[:1])]),
    (
        "S12",
        "two, one of them of a run that nobody saw end",
        [*prologue(), a_witness(NOON), an_opening(key=replace(a_failure().key, kind=KeyKind.LOST))],
    ),
    ("S13", "in doubt", resting_on(suspicion=Hold(Reason.SELF_SUSPECT, "the self-test fails"))),
    ("S15", "read too long ago", resting_on(sights=(Sight(WEB_NORTH, NORTH_TEMPLATE, NOON),))),
    ("S16", "before all was asked for", resting_on(sweeps=1)),
    (
        "S18",
        "the primary runs again",
        [
            *BEFORE,
            RunSeen(AT, a_run(started=AT, state=RunState.RUNNING, ended=None), WEST, "", ""),
            *asked(),
        ],
    ),
    ("S19", "canceled", of_a_failure(run=a_run(state=RunState.CANCELED))),
    (
        "S21",
        "too soon after one that failed",
        [*prologue(), *a_past(Outcome.FAILED), *opened(), *asked()],
    ),
    ("S22", "in all", capped(total=1)),
    ("S22", "in one region", capped(per_region=1)),
    ("S22", "in a day", capped(per_day=1)),
    ("S23", "the same region again", [*BEFORE, *asked(), *HOP, *asked(LATER)]),
    (
        "S23",
        "our own run",
        [
            *prologue(),
            *opened(),
            *asked(),
            answered(),
            *adopted(),
            an_opening(
                failover=OTHER,
                image=ImageName("north"),
                key=FailureKey(KeyKind.RUN, WEB_NORTH, (NOON + 7 * MINUTE).isoformat()),
            ),
        ],
    ),
    ("S26", "red", resting_on(readiness=(a_readiness(WEB_NORTH, Check.PROVISIONED),))),
    (
        "S26",
        "its region is out",
        [*BEFORE, RegionAssessed(AT, a_belief(region=NORTH, health=Health.OUTAGE)), *asked()],
    ),
    ("S28", "not allowed", resting_on(readiness=(a_readiness(WEB_NORTH, Check.RESIDENCY),))),
    ("S33", "the primary", [*BEFORE, *asked(target=WEB)]),
    ("S34", "no run", [*BEFORE, *asked(), answered(), *adopted(), *succeeded()[1:]]),
    ("S34", "no version", [*BEFORE, *asked(), answered(), *adopted(), *succeeded(version="")]),
    ("S35", "all", [*BEFORE, Paused(NOON, "all", "why"), *asked()]),
    ("S35", "the image", [*BEFORE, Paused(NOON, "image:web", "why"), *asked()]),
    ("S35", "the primary's region", [*BEFORE, Paused(NOON, f"region:{WEST}", "why"), *asked()]),
    ("S35", "the target's region", [*BEFORE, Paused(NOON, f"region:{NORTH}", "why"), *asked()]),
    ("S35", "a canary's region", [*prologue(), Paused(NOON, f"region:{WEST}", "why"), CANARY]),
    ("S36", "only observed", resting_on(image=replace(WEB_IMAGE, mode=Mode.OBSERVE))),
    ("S36", "no secondary", resting_on(image=replace(WEB_IMAGE, templates=(WEB, WEB_EAST)))),
    ("S38", "a suspect region", rehearsed(RegionAssessed(AT, ILL))),
    ("S38", "another failover", rehearsed(an_opening(failover=OTHER, key=OLDER, image=DB_NAME))),
    ("S38", "another drill", rehearsed(a_drill(failover=OTHER, image=DB_NAME))),
    (
        "S38",
        "for real on a drill template",
        resting_on(image=replace(WEB_IMAGE, templates=(WEB, WEB_EAST), drill=WEB_NORTH)),
    ),
    ("S39", "no witness", [*BEFORE, an_intent()]),
    ("S41", "two ends", [*a_journal(), succeeded()[1]]),
    ("S41", "never opened", [*prologue(), succeeded()[1]]),
    (
        "L3",
        "for three days",
        [*BEFORE, Decided(NOON + 3 * DAY, WEB_IMAGE.name, "hold", Reason.NO_CANDIDATE)],
    ),
]


@pytest.mark.parametrize(
    ("promise", "journal"),
    [pytest.param(promise, journal, id=f"{promise} {what}") for promise, what, journal in BROKEN],
)
def test_a_broken_promise_is_heard(promise: str, journal: list[Entry]) -> None:
    """The last entry breaks it, and nothing before that does."""
    found = breaches(journal)

    assert promise in {name for name, _ in found}
    assert all(says for _, says in found)
    assert breaches(journal[:-1]) == []


@pytest.mark.parametrize(
    "monitor", MONITORS, ids=[f"{each.promise} {each.breaks.__name__}" for each in MONITORS]
)
def test_each_monitor_has_its_journal(monitor: Monitor) -> None:
    """None is there for show: it speaks in one of the journals above, in which it should."""
    spoken = [journal for promise, _, journal in BROKEN if promise == monitor.promise]

    assert any(breaches(each, (monitor,)) for each in spoken)


def test_the_journals_are_of_all_that_is_watched() -> None:
    """And of nothing else."""
    assert {promise for promise, _, _ in BROKEN} == set(PROMISES)


def test_a_failover_that_goes_well_is_silent() -> None:
    """None of its entries breaks anything."""
    assert breaches(a_journal()) == []


ORDER = Order(OrderId("0rder"), OrderKind.FAILOVER, WEB_IMAGE.name, NOON, "kim", "now")


def ordered(*, order: Order = ORDER, target: str = WEB_NORTH, **changes: object) -> list[Entry]:
    """Return a failover that an operator ordered while everything is paused and in doubt."""
    key = FailureKey(KeyKind.ORDER, WEB, order.id)
    doubt = Hold(Reason.SELF_SUSPECT, "the self-test fails")
    return [
        *prologue(),
        *a_past(Outcome.FAILED),
        Paused(NOON, "all", "why"),
        an_opening(key=key, order=order, evidence=()),
        a_witness(AT, suspicion=doubt, sweeps=0, **changes),
        an_intent(target=target),
    ]


def test_what_an_operator_orders_is_done() -> None:
    """S37: he need not wait for evidence, sweeps, a cooldown or the end of a pause."""
    observed = replace(WEB_IMAGE, mode=Mode.OBSERVE)

    assert breaches(ordered(image=observed)) == []


def test_a_drill_in_quiet_times_is_silent() -> None:
    """S38: and a pause holds it, as no person looked before (S35)."""
    assert breaches(rehearsed()) == []
    assert {name for name, _ in breaches(rehearsed(Paused(NOON, "all", "why")))} == {"S35"}


def test_only_an_operator_comes_home() -> None:
    """S33: the primary may be started by an order to come home, and by no other."""
    home = replace(ORDER, kind=OrderKind.FAILBACK)

    assert breaches(ordered(order=home, target=WEB)) == []
    assert {name for name, _ in breaches(ordered(target=WEB))} == {"S33"}


def test_an_operator_accepts_red_items_by_name_but_never_residency() -> None:
    """S26 and S28: what he did not name holds, and where an image may be is not his to say."""
    readiness = (a_readiness(WEB_NORTH, Check.IDLE, Check.RESIDENCY),)
    accepting = replace(ORDER, accept=frozenset({Check.IDLE, Check.RESIDENCY}))

    refused = breaches(ordered(readiness=readiness))
    accepted = breaches(ordered(order=accepting, readiness=readiness))

    assert {name for name, _ in refused} == {"S26", "S28"}
    assert {name for name, _ in accepted} == {"S28"}


def test_a_failure_that_a_person_has_seen_cools_nothing_down() -> None:
    """S21: after an acknowledgement the image may be answered again."""
    past = [*prologue(), *a_past(Outcome.FAILED)]
    seen = Acknowledged(NOON, WEB_IMAGE.name, OTHER)

    assert breaches([*past, seen, *opened(), *asked()]) == []


def test_a_failover_that_began_no_run_cools_nothing_down() -> None:
    """S21: it provably never had one."""
    past = a_past(Outcome.ABANDONED, ran=False)

    assert breaches([*prologue(), *past, *opened(), *asked()]) == []


def test_a_refused_request_is_made_again_elsewhere() -> None:
    """S2: a refusal proves that nothing began."""
    journal = [*BEFORE, *asked(), answered(Event.REFUSED), *asked(LATER, WEB_EAST)]

    assert breaches(journal) == []


def test_a_pause_that_has_run_out_holds_nothing() -> None:
    """S35: as of the intent."""
    pause = Paused(NOON, "all", "why", until=AT - timedelta(seconds=1))

    assert breaches([*BEFORE, pause, *asked()]) == []


def test_a_daemon_that_was_away_for_days_is_not_blamed_for_them() -> None:
    """L3: time counts from the start."""
    back = Booted(NOON + 5 * DAY, 2, "test")
    decided = Decided(NOON + 5 * DAY + HOUR, WEB_IMAGE.name, "hold", Reason.NO_CANDIDATE)

    assert breaches([*BEFORE, back, decided]) == []
