"""Probes, carried out by the daemon's own parts over a simulated Azure on jumping time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aibwatch.model.entry import Entry, Paused, ProbeAnswered, ProbeIntended
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.fault import Fault
from aibwatch.model.image import Mode
from aibwatch.model.names import TemplateId
from aibwatch.model.probe import Probe, ProbeReason
from aibwatch.model.template import RunState
from aibwatch.sim import runs
from aibwatch.sim.ending import ENDINGS
from aibwatch.sim.fleet import Fleet
from aibwatch.sim.jumping import play
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import Op
from unit.daemon.outage import NORTH, WEST, Outage, an_outage, nothing
from virtual import SELDOM

HOUR = timedelta(hours=1)
BIRDS = Fleet({"canary": (WEST, NORTH)})
CANARY, CANARY_NORTH = BIRDS.templates("canary")


def with_canaries(*, ran: timedelta | None = timedelta(days=1), mode: Mode = Mode.AUTO) -> Outage:
    """Return the image `web` and a canary in both of its regions; they ran a day ago."""
    policy = replace(SELDOM, canaries=((NORTH, CANARY_NORTH), (WEST, CANARY)))
    outage = an_outage(policy=policy, mode=mode)
    outage.only_due = True
    BIRDS.settle(outage.world, ran)
    return outage


def lived(
    outage: Outage,
    duration: timedelta = HOUR,
    meanwhile: Callable[[], None] | None = None,
) -> Outage:
    """Boot and live in peace for a while, stepping in as the executor begins to read."""

    async def story() -> None:
        outage.boot()
        if meanwhile:
            outage.azure_of_executor.meanwhile = meanwhile
        await outage.run_for(duration)

    play(story)
    return outage


def intents(outage: Outage, of: TemplateId = CANARY) -> list[ProbeIntended]:
    """Return the intents to run a canary that are in the journal."""
    entries = outage.journal.entries
    return [each for each in entries if isinstance(each, ProbeIntended) and each.template == of]


def answers(outage: Outage) -> list[Event]:
    """Return the answers to probes that are in the journal."""
    return [each.event for each in outage.journal.entries if isinstance(each, ProbeAnswered)]


def last(outage: Outage) -> Probe:
    """Return the newest probe of WEST."""
    found = outage.state.last_probe(WEST)
    assert found
    return found


def test_each_canary_is_run_once_an_interval_and_its_result_is_known() -> None:
    """Thirteen hours: at the begin, and every six hours after that."""
    outage = lived(with_canaries(), 13 * HOUR)

    assert outage.sent.count(CANARY) == outage.began.count(CANARY) == 3
    assert outage.sent.count(CANARY_NORTH) == 3
    first, second, _ = intents(outage)
    assert timedelta(0) <= second.at - first.at - 6 * HOUR < timedelta(minutes=1)
    assert {each.reason for each in intents(outage)} == {ProbeReason.SCHEDULED}
    assert (last(outage).answer, last(outage).state) == (Event.BEGAN, RunState.SUCCEEDED)


def test_nothing_is_sent_before_the_warm_up_has_ended() -> None:
    """As with everything that leaves the process."""
    assert lived(with_canaries(), timedelta(seconds=50)).sent == []


def test_without_canaries_a_calm_fleet_sends_nothing() -> None:
    """The same fleet, the section left empty."""
    outage = with_canaries()
    outage.policy = SELDOM

    assert lived(outage, 13 * HOUR).sent == []


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.ADVISE])
def test_a_canary_is_run_whatever_the_mode_of_the_images(mode: Mode) -> None:
    """To name it is to allow it; the secondary stays untouched."""
    outage = with_canaries(mode=mode)

    async def story() -> None:
        await outage.strike()
        await outage.run_for(2 * HOUR)

    play(story)

    assert set(outage.sent) == {CANARY, CANARY_NORTH}


def test_a_failure_makes_both_the_suspect_region_and_the_target_be_probed() -> None:
    """They ran two hours ago, so nothing is due; the failure asks. The image is built as ever."""
    outage = with_canaries(ran=2 * HOUR)

    async def story() -> None:
        await outage.strike()
        await outage.run_for(90 * timedelta(minutes=1))

    play(story)

    assert intents(outage)[0].reason is ProbeReason.SUSPICION
    assert [each.reason for each in intents(outage, CANARY_NORTH)] == [ProbeReason.TARGET]
    first = outage.state.probes[WEST][0]
    assert first.state is RunState.FAILED
    assert first.failure
    assert outage.failover.outcome is Outcome.SUCCEEDED


@pytest.mark.long
def test_a_day_in_an_outage_costs_no_more_than_max_per_day() -> None:
    """The doubt lasts all day, and new failures come."""
    outage = with_canaries(ran=2 * HOUR)

    async def story() -> None:
        await outage.strike()
        for _ in range(11):
            await outage.run_for(2 * HOUR)
            runs.begin(outage.world, outage.images[0].primary, Cause.SCHEDULE)

    play(story)

    assert outage.sent.count(CANARY) == 4


def test_a_pause_that_comes_in_between_sends_nothing() -> None:
    """The operator pauses while the executor reads again: no intent, no request."""
    outage = with_canaries()

    lived(
        outage,
        meanwhile=lambda: outage.ledger.record([Paused(outage.clock.now(), "all", "a freeze")]),
    )

    assert (outage.sent, intents(outage)) == ([], [])
    (north, west) = outage.snapshots[-1].probes
    assert (north.reason, west.reason) == (ProbeReason.PAUSED, ProbeReason.PAUSED)


def test_a_run_that_a_person_began_in_between_holds() -> None:
    """It tells as much as ours would; the next one is due an interval after it (S6)."""
    outage = with_canaries()

    lived(outage, 5 * HOUR, lambda: person(outage))

    assert CANARY not in outage.sent


def person(outage: Outage) -> None:
    """Let a person run the canary of WEST."""
    runs.begin(outage.world, CANARY, Cause.HUMAN)


def test_a_store_that_fails_at_the_intent_sends_nothing_until_it_is_back() -> None:
    """The disk is full when the intent is to be written; an hour later it is not."""
    outage = with_canaries()

    async def story() -> None:
        outage.boot()
        outage.azure_of_executor.meanwhile = lambda: setattr(outage.journal, "trouble", "disk full")
        await outage.run_for(HOUR)
        sent_while_full = list(outage.sent)
        outage.journal.trouble = ""
        await outage.run_for(HOUR)
        assert sent_while_full == []

    play(story)

    assert outage.sent.count(CANARY) == 1


def test_a_request_is_durable_before_it_leaves() -> None:
    """What a power cut would leave at that instant holds the intent, with its token and epoch."""
    outage = with_canaries()
    left: list[list[Entry]] = []

    async def story() -> None:
        outage.boot()
        outage.azure_of_executor.before_request = lambda: left.append(list(outage.durable))
        await outage.run_for(HOUR)

    play(story)

    assert len(left) == 2
    for count, durable in enumerate(left, start=1):
        found = [each for each in durable if isinstance(each, ProbeIntended)]
        assert len(found) >= count
        assert {each.epoch for each in found} == {outage.state.epoch}


@pytest.mark.parametrize("answer", ["504", "500"])
def test_a_lost_answer_that_began_a_run_makes_one_run(answer: str) -> None:
    """Its run is found by reading; asked once."""
    outage = with_canaries()
    outage.world.weather.set(WEST, MENU[answer], Op.RUN, begins=True, times=1)

    lived(outage, 5 * HOUR)

    assert (outage.sent.count(CANARY), outage.began.count(CANARY)) == (1, 1)
    assert Event.UNCLEAR in answers(outage)
    assert last(outage).state is RunState.SUCCEEDED


def test_a_lost_answer_that_began_nothing_is_not_sent_again_until_it_is_due() -> None:
    """The next interval asks anew, with another token."""
    outage = with_canaries()
    outage.world.weather.set(WEST, MENU["503"], Op.RUN, times=1)

    lived(outage, 7 * HOUR)

    first, second = intents(outage)
    assert first.token != second.token
    assert second.at - first.at >= 6 * HOUR
    assert (outage.sent.count(CANARY), outage.began.count(CANARY)) == (2, 1)


def test_a_refusal_is_written_down() -> None:
    """Without the right to run it, the reason is on record and the next interval tries again."""
    outage = with_canaries()
    outage.world.weather.set(WEST, MENU["403"], Op.RUN)

    lived(outage, 5 * HOUR)

    assert outage.sent.count(CANARY) == 1
    assert (last(outage).answer, last(outage).started) == (Event.REFUSED, None)
    assert "403" in last(outage).says


def dies(*_: object) -> None:
    """End the errand where it stands, as the end of the process does."""
    raise asyncio.CancelledError


async def dies_later() -> None:
    """End it when the request has been carried out."""
    dies()


@pytest.mark.parametrize("where", ["before the request", "before the answer"])
def test_a_power_cut_around_the_request_makes_no_second_one(where: str) -> None:
    """The answer is lost with the process; the next life reads and does not ask (S3)."""
    outage = with_canaries()
    azure = outage.azure_of_executor

    async def story() -> None:
        outage.boot()
        if where == "before the request":
            azure.before_request = dies
        else:
            azure.before_answer = dies_later
        await outage.until(lambda: CANARY in outage.sent, HOUR)
        azure.before_request, azure.before_answer = nothing, None
        outage.journal.lose_power()
        outage.boot()
        await outage.run_for(5 * HOUR)

    play(story)

    assert outage.sent.count(CANARY) == 1
    assert outage.began.count(CANARY) == (0 if where == "before the request" else 1)
    assert outage.state.probes[WEST][0].answer is Event.UNCLEAR


def test_draining_waits_for_the_answer_and_writes_it_down() -> None:
    """A stop while a request is under way: afterwards its answer is in the journal."""
    outage = with_canaries()
    outage.only_due = False  # else each request is waited for

    async def story() -> None:
        outage.boot()
        outage.azure_of_executor.before_answer = lambda: asyncio.sleep(25)
        await outage.until(lambda: outage.sent, HOUR)
        before = last(outage).answer
        await outage.executor.drain()
        assert before is None

    play(story)

    assert last(outage).answer is Event.BEGAN
    assert outage.durable == outage.journal.entries


def test_a_slow_second_look_is_not_begun_twice() -> None:
    """Cycles pass while it lasts, and each decides to probe: one errand a canary all the same."""
    outage = with_canaries()
    looks: list[datetime] = []

    async def slowly(subscription: str) -> datetime | Fault:
        looks.append(outage.clock.now())
        await asyncio.sleep(45)
        return await outage.azure.azure_time(subscription)

    async def story() -> None:
        outage.boot()
        outage.azure_of_executor.azure_time = slowly  # type: ignore[method-assign]  of this one
        await outage.until(lambda: outage.sent, HOUR)

    play(story)

    assert len(looks) == 2


def test_the_end_of_a_probe_is_read_soon_after_it() -> None:
    """A canary that builds is read as often as every other template that does."""
    outage = with_canaries()
    outage.world.weather.endings[WEST] = ENDINGS["generic"]

    lived(outage, 2 * HOUR)

    probe = outage.state.probes[WEST][0]
    assert probe.failure
    assert probe.ended
    assert probe.failure.seen - probe.ended <= timedelta(seconds=30)
