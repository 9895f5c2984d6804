"""The cycle: decisions are entered once, the picture is frozen, entries come before requests."""

import asyncio
import copy
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from aibwatch.collect.shown import shown_in
from aibwatch.daemon.cycle import decided, is_news
from aibwatch.failover.decide import decide
from aibwatch.model.decision import Decision, Hold, Reason
from aibwatch.model.entry import (
    Booted,
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    Intended,
    OrderDropped,
    Ordered,
)
from aibwatch.model.failover import Outcome
from aibwatch.model.image import Mode
from aibwatch.model.names import ImageName, OrderId
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.policy import Policy
from aibwatch.model.state import Snapshot
from aibwatch.sim.jumping import START, play
from builders import EAST, NOON, NORTH, a_failure, an_image
from unit.daemon.outage import Outage, an_outage

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def lived(outage: Outage, duration: timedelta = 2 * HOUR) -> Outage:
    """Let the region fail, and live on."""

    async def story() -> None:
        await outage.strike()
        await outage.run_for(duration)

    play(story)
    return outage


def test_no_decision_is_entered_twice_in_a_row() -> None:
    """Over hundreds of cycles, an entry is made only where reason or holds changed."""
    outage = lived(an_outage("db", "web"))

    for image in outage.images:
        decisions = [each for each in outage.journal.entries if isinstance(each, Decided)]
        told = [
            (each.reason, [hold.reason for hold in each.held_by])
            for each in decisions
            if each.image == image.name
        ]
        assert len(told) > 3, "it went through a failover"
        assert all(first != second for first, second in pairwise(told))


def test_quiet_cycles_write_nothing() -> None:
    """Once all is seen and nothing happens, an hour of cycles adds no entry."""
    outage = an_outage()

    async def story() -> tuple[list[Entry], list[Entry]]:
        outage.boot()
        await outage.run_for(HOUR)
        before = list(outage.journal.entries)
        await outage.run_for(HOUR)
        return before, outage.journal.entries

    before, after = play(story)

    assert before == after
    assert {type(each) for each in before} >= {Booted}


def test_what_is_kept_is_what_a_look_at_everything_would_find() -> None:
    """Of an image at rest the decision, of templates what they are asked about for."""
    outage = an_outage("db", "web")
    reasons: set[Reason] = set()

    def look() -> None:
        view, picture = outage.belief.view(), outage.snapshots[-1]
        assert outage.cycle.collector._agenda.shown_in(view) == shown_in(view)
        for image in outage.images:
            decision = picture.decisions[image.name]
            found = decide(image, view, picture.at)
            reasons.add(decision.reason)
            if Reason.NOTHING_FAILED in {decision.reason, found.reason}:
                assert decision == found

    async def story() -> None:
        outage.boot()
        for _ in range(3):
            await outage.run_for(3 * MINUTE)
            look()
        await outage.strike()
        for _ in range(40):
            await outage.run_for(3 * MINUTE)
            look()

    play(story)

    assert reasons > {Reason.NOTHING_FAILED}, "something failed"


def test_a_picture_stays_as_it_was() -> None:
    """What a picture shows of runs, failovers and reads it shows hours later, whatever came."""
    outage = an_outage()

    async def story() -> tuple[Snapshot, Snapshot]:
        await outage.strike()
        await outage.until(lambda: outage.state.failures, HOUR)
        picture = outage.snapshots[-1]
        then = copy.deepcopy(picture)
        await outage.run_for(2 * HOUR)
        return picture, then

    picture, then = play(story)

    now, before = picture.view.state, then.view.state
    assert (now.runs, now.failures, now.regions) == (before.runs, before.failures, before.regions)
    assert (now.failovers, now.open, now.decisions) == ({}, {}, before.decisions)
    assert picture.view.sightings == then.view.sightings
    assert (picture.view.readiness, picture.decisions) == (then.view.readiness, then.decisions)
    assert outage.snapshots[-1].view.state.failovers, "something did come"


def test_what_is_decided_is_durable_before_its_request_is_received() -> None:
    """When Azure receives the request, a power cut would leave its failover and its intent."""
    outage = an_outage("db", "web")
    known: list[tuple[str, list[type[Entry]]]] = []

    def look() -> None:
        left = [each for each in outage.durable if isinstance(each, FailoverOpened | Intended)]
        target = outage.sent[-1]
        intent = next(e for e in left if isinstance(e, Intended) and e.target == target)
        known.append((target, [type(each) for each in left if each.failover == intent.failover]))

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_request = look
        await outage.run_for(2 * HOUR)

    play(story)

    both = [FailoverOpened, Intended]
    assert sorted(known) == sorted((each.secondaries[0], both) for each in outage.images)


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.ADVISE])
def test_only_auto_images_cause_requests(mode: Mode) -> None:
    """The same outage: the decision says what would be done, and nothing is."""
    outage = lived(an_outage(mode=mode))

    expected = {Mode.OBSERVE: Reason.OBSERVE_ONLY, Mode.ADVISE: Reason.ADVISE_ONLY}[mode]
    assert outage.sent == []
    assert outage.state.failovers == {}
    assert expected in outage.reasons


def test_advice_is_told_apart_from_holding() -> None:
    """An advise image's entry carries the label `advise` and the command."""
    outage = lived(an_outage(mode=Mode.ADVISE))

    (advice,) = [
        each
        for each in outage.journal.entries
        if isinstance(each, Decided) and each.reason is Reason.ADVISE_ONLY
    ]
    assert advice.decision == "advise"
    assert "az image builder run" in advice.says


def test_an_open_failover_is_closed_in_the_cycle_that_sees_its_end() -> None:
    """The last decision of the story is that the failure is answered; nothing stays open."""
    outage = lived(an_outage())

    last: Decision = outage.snapshots[-1].decisions[outage.images[0].name]
    assert outage.failover.outcome is Outcome.SUCCEEDED
    assert outage.state.open == {}
    assert last.action is None


def test_a_slow_request_holds_up_neither_the_cycle_nor_another_image() -> None:
    """One answer takes ten minutes; meanwhile cycles go on and the other image is built."""
    outage = an_outage("db", "web")

    async def slow_first() -> None:
        if len(outage.sent) == 1:
            await asyncio.sleep(600)

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_answer = slow_first
        await outage.until(lambda: outage.sent, HOUR)
        cycles = len(outage.snapshots)
        await outage.run_for(timedelta(minutes=5))
        assert len(outage.snapshots) - cycles == 30
        assert len(outage.began) == 2
        await outage.run_for(2 * HOUR)

    play(story)

    assert {each.outcome for each in outage.state.failovers.values()} == {Outcome.SUCCEEDED}


def test_a_build_that_is_overdue_is_told_though_nothing_happens() -> None:
    """An image at rest is decided about again at the instant at which a build was due."""
    outage = an_outage()
    outage.images = [replace(each, expect_every=26 * HOUR) for each in outage.images]

    async def story() -> tuple[list[Reason], list[Reason]]:
        outage.boot()
        await outage.run_for(HOUR)
        before = list(outage.reasons)
        await outage.run_for(2 * HOUR)
        return before, outage.reasons

    before, after = play(story)

    assert Reason.OVERDUE not in before
    assert after[-1] is Reason.OVERDUE


@pytest.mark.parametrize("leaves", ["db", "web"], ids=["one that builds", "one that waits"])
def test_what_is_open_for_an_image_that_left_the_configuration_ends(leaves: str) -> None:
    """It would be open for ever, and count against the caps; its end is told (L12)."""
    outage = an_outage("db", "web", policy=Policy(total=1))

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: outage.sent and len(outage.state.open) == 2, HOUR)
        outage.images = [each for each in outage.images if each.name != leaves]
        outage.boot()
        await outage.run_for(HOUR)

    play(story)

    ends = {each.failover: each for each in outage.journal.entries if isinstance(each, Closed)}
    told = {
        each.image: (ends[each.id].outcome, ends[each.id].reason)
        for each in outage.state.failovers.values()
    }
    assert outage.state.open == {}
    assert told.pop(ImageName(leaves)) == (Outcome.ABANDONED, Reason.NOT_CONFIGURED)
    assert [outcome for outcome, _ in told.values()] == [Outcome.SUCCEEDED]


def test_an_order_for_an_image_that_left_the_configuration_is_dropped() -> None:
    """It would wait for ever."""
    outage = an_outage("db", "web")
    order = Order(OrderId("0"), OrderKind.FAILOVER, ImageName("db"), START, "ada", "a move")

    async def story() -> None:
        outage.boot()
        outage.ledger.record([Ordered(outage.clock.now(), order)])
        outage.images = outage.images[1:]
        await outage.ledger.flush()
        outage.boot()
        await outage.run_for(MINUTE)

    play(story)

    assert outage.state.orders == {}
    assert [e.says for e in outage.journal.entries if isinstance(e, OrderDropped)] == [
        "the image is not in the configuration any more"
    ]


def test_the_same_advice_about_another_failure_is_news() -> None:
    """It names another plan and lasts until another hour; what calm images say is none."""
    hold = Hold(Reason.ADVISE_ONLY, "mode is advise")
    first, second = a_failure().key, a_failure(ended=NOON + HOUR).key
    advice = Decision(ImageName("web"), Reason.ADVISE_ONLY, "until 14:00Z", held_by=(hold,))
    last = decided(an_image(), advice, NOON, first)
    calm = Decision(ImageName("web"), Reason.NOTHING_FAILED)

    assert not is_news(advice, last, first)
    assert is_news(advice, last, second)
    assert not is_news(calm, decided(an_image(), calm, NOON), second)


def test_where_a_failover_would_be_built_is_entered_and_news() -> None:
    """As others leave it the place by what the journal tells (PROMISES S22)."""
    full = (Hold(Reason.REGION_FULL, "it is full"),)
    here = Decision(ImageName("web"), Reason.REGION_FULL, held_by=full, wants=(NORTH,))
    last = decided(an_image(), here, NOON)

    assert last.wants == (NORTH,)
    assert not is_news(here, last)
    assert is_news(replace(here, wants=(NORTH, EAST)), last)
