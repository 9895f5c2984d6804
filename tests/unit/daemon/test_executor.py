"""The executor: what it reads again, what it withholds, and that it asks once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.daemon import executor
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.decision import Reason
from aibwatch.model.entry import Entry, Intended, Paused
from aibwatch.model.failover import Outcome, Phase
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.names import ResourceId
from aibwatch.model.policy import Policy
from aibwatch.model.resource import Resource
from aibwatch.sim import body, runs
from aibwatch.sim.fleet import SUBSCRIPTION
from aibwatch.sim.jumping import play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from logged import lines_of
from unit.daemon.outage import NORTH, UK, WEST, Outage, an_outage

HOUR = timedelta(hours=1)


def lived(outage: Outage, meanwhile: Callable[[], None] | None = None) -> Outage:
    """Let the region fail, step in as the executor begins to read, and live on for two hours."""

    async def story() -> None:
        await outage.strike()
        if meanwhile:
            outage.azure_of_executor.meanwhile = meanwhile
        await outage.run_for(2 * HOUR)

    play(story)
    return outage


def intents(outage: Outage) -> list[Intended]:
    """Return the intents in the journal."""
    return [each for each in outage.journal.entries if isinstance(each, Intended)]


# between the decision and the intent


def test_an_answer_wakes_the_cycle() -> None:
    """What follows from it does not wait until something else is due (PROMISES L1)."""
    outage, woken = an_outage(), list[int]()

    async def story() -> None:
        await outage.strike()
        outage.executor.wake = lambda: woken.append(len(outage.entries_of("Answered")))
        await outage.run_for(2 * HOUR)

    play(story)

    assert woken == [1]


def test_a_self_test_that_the_budget_put_off_holds_nothing() -> None:
    """Nothing was asked of Azure, so nothing speaks against ourselves (S13, S25)."""
    outage = an_outage()

    async def put_off(_subscription: str) -> Fault:
        return Fault(FaultKind.THROTTLED, "put off", retry_after=timedelta(seconds=9))

    outage.azure_of_executor.azure_time = put_off  # type: ignore[method-assign]
    lived(outage)

    assert len(outage.sent) == 1
    assert Reason.SELF_SUSPECT not in outage.reasons


def test_a_pause_that_comes_in_between_sends_nothing() -> None:
    """The operator pauses while the executor reads again: no intent, no request."""
    outage = an_outage()

    lived(
        outage,
        lambda: outage.ledger.record([Paused(outage.clock.now(), "all", "maintenance", "kim")]),
    )

    assert outage.sent == []
    assert intents(outage) == []
    assert Reason.PAUSED in outage.reasons


class SlowJournal(MemoryJournal):
    """A store that is far away: an append takes its time."""

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append after a second."""
        await asyncio.sleep(1)
        await super().append(entries, durable=durable)


def test_a_pause_that_is_being_written_comes_before_the_intent() -> None:
    """The store is slow: whoever decides while a pause is on its way to it decides with the pause.

    Drawn lives with a slow store showed an intent written right after the pause (S35).
    """
    outage = an_outage()
    outage.journal = SlowJournal()
    pausing: list[asyncio.Task[None]] = []

    def pause() -> None:
        work = outage.orders.pause("all", "maintenance", "kim", None)
        pausing.append(asyncio.get_running_loop().create_task(work))

    lived(outage, pause)

    assert pausing[0].done()
    assert outage.sent == []
    assert intents(outage) == []
    assert Reason.PAUSED in outage.reasons


def test_a_store_that_fails_at_the_intent_sends_nothing_until_it_is_back() -> None:
    """The disk is full when the intent is to be written; an hour later it is not."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.meanwhile = lambda: setattr(outage.journal, "trouble", "disk full")
        await outage.run_for(HOUR)
        sent_while_full = list(outage.sent)
        outage.journal.trouble = ""
        await outage.run_for(HOUR)
        assert sent_while_full == []

    play(story)

    assert outage.sent == [outage.images[0].secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_a_store_that_is_back_is_followed_by_a_warm_up() -> None:
    """All is ready while the disk is full; when it is free, everything is asked for first (S16)."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: outage.state.failures, HOUR)
        outage.journal.trouble = "disk full"
        await outage.run_for(HOUR / 2)
        outage.journal.trouble = ""
        back = outage.clock.now()
        await outage.run_for(HOUR)
        assert intents(outage)[0].at - back >= outage.policy.interval

    play(story)

    assert outage.began == [outage.images[0].secondaries[0]]


def test_a_configuration_that_changes_in_between_sends_nothing_by_the_old_one() -> None:
    """The owner takes back mode auto while the executor reads again (PROMISES S42)."""
    outage = an_outage()
    images = [replace(each, mode=Mode.OBSERVE) for each in outage.images]

    lived(
        outage,
        lambda: outage.belief.reconfigure(images, outage.belief.policy, outage.clock.now()),
    )

    assert outage.sent == []
    assert intents(outage) == []
    assert Reason.OBSERVE_ONLY in outage.reasons


def test_a_primary_that_ran_again_in_between_is_left_alone() -> None:
    """A person reruns the primary while the executor reads again: superseded, nothing sent."""
    outage = an_outage()

    lived(outage, lambda: rerun(outage))

    assert outage.sent == []
    assert outage.failover.outcome is Outcome.SUPERSEDED
    assert outage.failover.reason == Reason.PRIMARY_RERAN


def rerun(outage: Outage) -> None:
    """Let a person run the primary, which builds well now."""
    outage.world.weather.clear(WEST)
    runs.begin(outage.world, outage.images[0].primary, Cause.HUMAN)


def test_a_version_that_somebody_published_in_between_supersedes() -> None:
    """The gallery shows a newer version when it is read again: nothing is sent."""
    outage = an_outage()
    definition = next(each for each in outage.world.galleries if f"golden_{WEST}/" in each)

    lived(outage, lambda: void(runs.publish(outage.world, definition)))

    assert outage.sent == []
    assert outage.failover.outcome is Outcome.SUPERSEDED
    assert outage.failover.reason == Reason.NEWER_VERSION


def void(_: object) -> None:
    """Make a statement of an expression."""


def test_a_newer_run_that_only_the_inventory_shows_supersedes() -> None:
    """The region does not answer, but Resource Graph shows that the service reran the build."""
    outage = an_outage()
    outage.world.graph_delay = timedelta(0)

    def dark_and_rerun() -> None:
        rerun(outage)
        outage.world.weather.set(WEST, MENU["503"], Op.READ, Op.GALLERY)

    lived(outage, dark_and_rerun)

    assert outage.sent == []
    assert outage.failover.outcome is Outcome.SUPERSEDED


def test_a_newer_run_that_failed_too_in_the_dark_supersedes_nothing() -> None:
    """A pipeline tried once more before the region went dark: the image is as unbuilt as before.

    Resource Graph tells no failure well enough to judge it; nobody would answer this one (S18, L1).
    """
    outage = an_outage()
    outage.world.graph_delay = timedelta(0)

    def dark_and_failed_again() -> None:
        world, primary = outage.world, outage.world.templates[outage.images[0].primary]
        assert primary.run is not None
        world.show(primary, replace(primary.run, started=world.now, ended=world.now))
        world.weather.set(WEST, MENU["503"], Op.READ, Op.GALLERY)

    lived(outage, dark_and_failed_again)

    assert outage.sent == [outage.images[0].secondaries[0]]
    assert [each.blind for each in intents(outage)] == [True]
    assert outage.failover.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)


@pytest.mark.parametrize("silent", [False, True], ids=["nothing newer", "silent too"])
def test_a_dark_region_does_not_hold_the_request_and_the_journal_says_blind(
    silent: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """Neither the provider nor Resource Graph tells of a newer run: sent, and journalled blind."""
    outage = an_outage()

    def dark() -> None:
        outage.world.weather.set(WEST, MENU["503"], Op.READ, Op.GALLERY)
        if silent:
            outage.world.weather.set(EVERYWHERE, MENU["504"], Op.GRAPH)

    lived(outage, dark)

    assert outage.sent == [outage.images[0].secondaries[0]]
    assert [each.blind for each in intents(outage)] == [True]
    assert outage.failover.outcome in (Outcome.SUCCEEDED, Outcome.LATE_REPLICAS)


def test_a_region_that_answers_is_no_blind_intent() -> None:
    """The primary was read again: the intent does not say blind."""
    outage = an_outage()

    lived(outage)

    assert [each.blind for each in intents(outage)] == [False]


def test_a_primary_that_we_may_not_read_holds_the_request() -> None:
    """Our right to read the primary was taken away: nobody knows whether it ran again."""
    outage = an_outage()

    def deny() -> None:
        outage.world.weather.set(SUBSCRIPTION, MENU["403"], Op.LIST)
        outage.world.weather.set(outage.images[0].primary, MENU["403"], Op.READ)

    lived(outage, deny)

    assert outage.sent == []
    assert Reason.PRIMARY_UNREADABLE in outage.reasons


def test_a_port_that_breaks_while_reading_sends_nothing_then_and_once_later() -> None:
    """A bug of ours in the second reading costs one cycle, no request and no daemon."""
    outage = an_outage()

    lived(outage, broken)

    assert outage.sent == [outage.images[0].secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def broken() -> None:
    """Break the word that a port gives."""
    message = "a bug of ours"
    raise RuntimeError(message)


def gone(outage: Outage, part: str) -> None:
    """Let something go that the first secondary needs."""
    first = outage.world.templates[outage.images[0].secondaries[0]]
    profile = first.look.body["properties"]["vmProfile"]  # type: ignore[index]
    named = {
        "gallery": next(each for each in outage.world.galleries if f"golden_{NORTH}/" in each),
        "source": body.base(first.look.body, NORTH, SUBSCRIPTION),
        "subnet": profile["vnetConfig"]["subnetId"].lower(),
    }
    outage.world.withdrawn.add(named[part])


@pytest.mark.parametrize("part", ["gallery", "source", "subnet"])
def test_what_the_secondary_needs_is_read_again_and_the_next_one_asked(part: str) -> None:
    """Somebody took it away since readiness was last looked at: no request in vain (S26)."""
    outage = an_outage(regions=(WEST, NORTH, UK))

    lived(outage, lambda: gone(outage, part))

    assert outage.sent == [outage.images[0].secondaries[1]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_what_the_secondary_needs_holds_nothing_while_it_cannot_be_read_again() -> None:
    """In an outage much does not answer; the last good answer stands for as long as it may."""
    outage = an_outage()

    def dark() -> None:
        for op in (Op.GRAPH, Op.GALLERY, Op.SOURCES, Op.RESOURCES):
            outage.world.weather.set(EVERYWHERE, MENU["503"], op)

    lived(outage, dark)

    assert outage.sent == [outage.images[0].secondaries[0]]


class PutOff(SimulatedAzure):
    """A door whose budget is down to its reserve."""

    def __init__(self, world: World) -> None:
        """Put off everything."""
        super().__init__(world)
        self.asked = 0

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, Resource | Fault]:
        """Ask nobody."""
        self.asked += 1
        return dict.fromkeys(resources, Fault(FaultKind.THROTTLED, "put off", retry_after=HOUR))


def test_what_the_secondary_needs_is_read_by_a_door_that_leaves_the_reserve_alone() -> None:
    """What was put off holds nothing, and the door for requests is not asked for it (S25)."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.executor.eyes = eyes
        await outage.run_for(2 * HOUR)

    eyes = PutOff(outage.world)
    play(story)

    assert eyes.asked == 1
    assert outage.sent == [outage.images[0].secondaries[0]]


# what is answered


def test_a_gateway_timeout_though_it_began_is_adopted() -> None:
    """504, and the run is there: asked once, one run, success."""
    outage = an_outage()
    outage.world.weather.set(NORTH, MENU["504"], Op.RUN, begins=True, times=1)

    lived(outage)

    assert outage.sent == outage.began == [outage.images[0].secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_an_answer_that_comes_when_nobody_waits_any_more_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes seven minutes: by then it counts as lost, and the run was seen and adopted (L3)."""
    outage = an_outage()
    outage.azure_of_executor.before_answer = lambda: outage.clock.sleep(7 * 60)

    lines = lines_of(executor, monkeypatch)
    lived(outage)

    assert outage.sent == outage.began == [outage.images[0].secondaries[0]]
    assert Reason.ANSWER_OVERDUE in outage.reasons
    assert not outage.entries_of("Answered")
    assert not [each for each in lines if each["event"] == "executor.crashed"]
    assert [each["answer"] for each in lines if each["event"] == "answer.too_late"] == ["began"]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_an_unavailable_service_is_asked_once_more_after_settling() -> None:
    """503 that began nothing: the same secondary again, not before `settle` has passed."""
    outage = an_outage()
    outage.world.weather.set(NORTH, MENU["503"], Op.RUN, times=1)

    lived(outage)

    target = outage.images[0].secondaries[0]
    first, second = intents(outage)
    assert outage.sent == [target, target]
    assert outage.began == [target]
    assert second.at - first.at >= outage.policy.settle
    assert second.reason is Reason.RESEND


def test_a_refusal_goes_on_to_the_next_secondary() -> None:
    """403 from the first secondary's region: surely nothing began, so the next one is asked."""
    outage = an_outage(regions=(WEST, NORTH, UK))
    outage.world.weather.set(NORTH, MENU["403"], Op.RUN)

    lived(outage)

    assert outage.sent == list(outage.images[0].secondaries)
    assert outage.began == [outage.images[0].secondaries[1]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_a_run_that_a_person_began_in_between_is_adopted() -> None:
    """The secondary is idle when read and busy when asked: the person's run is the answer."""
    outage = an_outage()
    target = outage.images[0].secondaries[0]

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_request = lambda: void(
            runs.begin(outage.world, target, Cause.HUMAN)
        )
        await outage.run_for(2 * HOUR)

    play(story)

    assert outage.sent == [target]
    assert outage.began == []
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_a_run_from_just_before_the_request_is_not_taken_for_ours() -> None:
    """A person ran the secondary a minute before and canceled it; our request began nothing."""
    outage = an_outage()
    target = outage.images[0].secondaries[0]

    async def story() -> None:
        await outage.strike()
        await outage.until(lambda: outage.state.failures, HOUR)
        await outage.run_for(timedelta(minutes=2))
        runs.begin(outage.world, target, Cause.HUMAN)
        await outage.run_for(timedelta(seconds=10))
        runs.cancel(outage.world, target)
        outage.world.weather.set(NORTH, MENU["503"], Op.RUN, times=1)
        await outage.run_for(2 * HOUR)

    play(story)

    (first, _) = intents(outage)
    assert first.before is not None
    assert first.at - first.before < outage.policy.skew, "clocks alone would not tell them apart"
    assert outage.sent == [target, target]
    assert outage.failover.outcome is Outcome.SUCCEEDED


def test_a_request_that_breaks_is_unclear_and_settled_by_reading() -> None:
    """The port raises instead of answering; nothing began, which reading shows: once more."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_request = lambda: break_first(outage)
        await outage.run_for(2 * HOUR)

    play(story)

    first, second = intents(outage)
    assert len(outage.began) == 1
    assert second.at - first.at >= outage.policy.settle
    assert outage.failover.outcome is Outcome.SUCCEEDED


def break_first(outage: Outage) -> None:
    """Break the first request only."""
    if len(outage.sent) == 1:
        broken()


@pytest.mark.parametrize("restart", [False, True], ids=["goes on", "restarts"])
def test_an_answer_that_cannot_be_written_makes_no_second_run(
    restart: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    """The store fails right after the intent; once it is back there is still one run."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_request = lambda: setattr(outage.journal, "trouble", "gone")
        await outage.until(lambda: outage.sent, HOUR)
        await outage.run_for(timedelta(minutes=10))
        outage.journal.trouble = ""
        outage.azure_of_executor.before_request = lambda: None
        if restart:
            outage.boot()
        await outage.run_for(2 * HOUR)

    play(story)

    assert outage.sent == outage.began == [outage.images[0].secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED


# several at once


def test_two_images_with_room_for_one_go_one_after_the_other() -> None:
    """Both decide in the same cycle; the budget is looked at again just before each intent."""
    outage = an_outage("db", "web", policy=Policy(total=1))

    lived(outage)

    began = outage.began
    assert sorted(began) == sorted(each.secondaries[0] for each in outage.images)
    first, second = intents(outage)
    ended = outage.state.failovers[first.failover].closed
    assert ended is not None
    assert ended <= second.at


class Slow(MemoryJournal):
    """A store that takes a second for what is to be durable."""

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Let others run before the entries are there."""
        if durable:
            await asyncio.sleep(1)
        await super().append(entries, durable=durable)


def test_room_for_one_is_for_one_though_the_store_is_slow() -> None:
    """While one intent is being written, the other image does not decide by the old budget."""
    outage = an_outage("db", "web", policy=Policy(total=1))
    outage.journal = Slow()

    lived(outage)

    first, second = intents(outage)
    ended = outage.state.failovers[first.failover].closed
    assert ended is not None
    assert ended <= second.at


def test_draining_waits_for_the_answer_and_writes_it_down() -> None:
    """A stop while a request is under way: afterwards its answer is in the journal."""
    outage = an_outage()

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.before_answer = lambda: asyncio.sleep(25)
        await outage.until(lambda: outage.sent, HOUR)
        before = outage.failover.phase
        await outage.executor.drain()
        assert before is Phase.REQUESTED

    play(story)

    assert outage.failover.phase is Phase.STARTING
    assert outage.failover.accepted
    assert outage.durable == outage.journal.entries
