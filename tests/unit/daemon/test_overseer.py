"""The overseer: what breaks a promise is entered, pauses everything, and is never sent."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from aibwatch.config.schema import Settings
from aibwatch.daemon.overseer import HEARD_KEPT, TRACE_MAX, TRACES_KEPT, Overseer
from aibwatch.daemon.serve import Daemon
from aibwatch.daemon.wiring import Store
from aibwatch.journal.lease import OwnLease
from aibwatch.journal.ledger import load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.journal.monitors.monitor import Monitor
from aibwatch.journal.monitors.trail import ADOPTED_KEPT, COURSES_KEPT, Trail
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Closed,
    Decided,
    Entry,
    FailoverOpened,
    Intended,
    Paused,
    Resumed,
    Violated,
    Witnessed,
)
from aibwatch.model.failover import Event, Outcome
from aibwatch.model.names import MONITOR, FailoverId, ImageName
from aibwatch.model.state import State
from aibwatch.model.template import RunKey
from aibwatch.sim.jumping import START, play
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from aibwatch.status.metrics import Metrics
from builders import DAY, HOUR, MINUTE, NOON, WEB, a_failure
from heard import ID, a_journal, adopted, answered, asked, opened, prologue
from unit.daemon.outage import Outage, an_outage

Hearers = Mapping[type[Entry], Sequence[Monitor]]


def objecting(kind: type[Entry], promise: str = "S1") -> dict[type[Entry], tuple[Monitor, ...]]:
    """Return one monitor that finds every entry of a kind wrong."""
    return {kind: (Monitor(promise, (kind,), lambda *_: "it is wrong"),)}


def at_fault(_entry: Entry, _state: State, _trail: Trail) -> str:
    """Be a monitor with a bug."""
    raise ZeroDivisionError


def lived(outage: Outage, meanwhile: Callable[[], None] = lambda: None) -> Outage:
    """Let the region fail, step in as the executor begins to read, and live on for two hours."""

    async def story() -> None:
        await outage.strike()
        outage.azure_of_executor.meanwhile = meanwhile
        await outage.run_for(2 * HOUR)

    play(story)
    return outage


def test_an_intent_that_breaks_a_promise_is_never_sent() -> None:
    """It is withheld, the breach and the pause are durable, and the pause holds what follows."""
    outage = an_outage()

    def object_now() -> None:
        outage.overseer.hearers = objecting(Intended)

    lived(outage, object_now)

    kinds = [type(each) for each in outage.durable]
    broken = kinds.index(Violated)
    assert outage.sent == []
    assert Intended not in kinds
    assert kinds[broken - 1 : broken + 2] == [Witnessed, Violated, Paused]
    assert list(outage.state.pauses) == [("all", MONITOR)]
    assert outage.reasons[-1] is Reason.PAUSED or Reason.PAUSED in outage.reasons
    assert [(each.promise, each.says) for each in outage.state.violations] == [
        ("S1", "it is wrong")
    ]


def test_a_trail_that_disagrees_with_the_state_withholds() -> None:
    """A real monitor: what it remembers says that a run goes on, whatever the state believes."""
    outage = an_outage()

    def remember_a_run() -> None:
        course = next(iter(outage.overseer.trail.courses.values()))
        course.run = RunKey(outage.images[0].secondaries[0], START)

    lived(outage, remember_a_run)

    assert outage.sent == []
    assert [each.promise for each in outage.state.violations] == ["S1"]


def test_a_monitor_with_a_bug_is_passed_over() -> None:
    """The image is built all the same."""
    outage = an_outage()

    def break_it() -> None:
        outage.overseer.hearers = {Intended: (Monitor("S1", (Intended,), at_fault),)}

    lived(outage, break_it)

    assert outage.sent == [outage.images[0].secondaries[0]]
    assert outage.failover.outcome is Outcome.SUCCEEDED
    assert outage.state.violations == ()


def test_an_outage_that_is_answered_well_breaks_nothing() -> None:
    """The real monitors over the whole daemon."""
    outage = lived(an_outage())

    assert outage.failover.outcome is Outcome.SUCCEEDED
    assert outage.state.violations == ()


def test_after_a_restart_the_monitors_remember() -> None:
    """What a new daemon's monitors know is what the old one's knew."""
    outage = lived(an_outage())
    before = outage.overseer.trail

    async def restart() -> None:
        outage.boot()

    play(restart)

    after = outage.overseer.trail
    assert after is not before
    assert (after.courses, after.adopted, after.bases) == (
        before.courses,
        before.adopted,
        before.bases,
    )
    assert after.epoch == before.epoch + 1


class Desk:
    """An overseer over a journal in memory."""

    def __init__(self, hearers: dict[type[Entry], tuple[Monitor, ...]]) -> None:
        """Begin with an open failover."""
        self.journal = MemoryJournal()
        self.ledger = load(self.journal)
        self.overseer = Overseer(self.ledger)
        self.overseer.attach()
        self.ledger.record([*prologue(), *opened()])
        self.overseer.hearers = hearers

    def hear(self, *entries: Entry) -> list[Entry]:
        """Record entries and return all that was entered since."""
        before = list(self._all())
        self.ledger.record(entries)
        return list(self._all())[len(before) :]

    def _all(self) -> Sequence[Entry]:
        play(self.flush)
        return self.journal.entries

    async def flush(self) -> bool:
        """Write what was recorded, durably or not as it may be."""
        return await self.ledger.flush()


CLOSED = Closed(NOON + HOUR, ID, Outcome.FAILED, Reason.NO_CANDIDATE)


def test_what_is_no_intent_is_entered_after_its_breach() -> None:
    """The journal tells what was done; breach and pause stand before it, durable at once."""
    desk = Desk(objecting(Closed))

    found = desk.hear(CLOSED)

    assert [type(each) for each in found] == [Violated, Paused, Closed]
    assert desk.journal.store.durable == len(desk.journal.entries)
    assert desk.ledger.state.failovers[ID].outcome is Outcome.FAILED


def test_what_only_comes_late_pauses_nothing() -> None:
    """A broken promise of liveness is told; a pause would make more late."""
    desk = Desk(objecting(Closed, "L3"))

    found = desk.hear(CLOSED)

    assert [type(each) for each in found] == [Violated, Closed]


def a_decision(at_minute: int = 0, image: str = "web") -> Decided:
    """Return a decision."""
    at = NOON + at_minute * MINUTE
    return Decided(at, ImageName(image), "hold", Reason.NO_CANDIDATE)


def test_the_same_breach_is_entered_once_until_somebody_resumes() -> None:
    """A bug that shows in every cycle does not fill the journal; resumed, it pauses anew."""
    desk = Desk(objecting(Decided))
    desk.hear(a_decision(1))

    again = desk.hear(a_decision(2))
    resumed = desk.hear(Resumed(NOON + HOUR, "all"), a_decision(90))

    assert [type(each) for each in again] == [Decided]
    assert [type(each) for each in resumed] == [Resumed, Violated, Paused, Decided]


@pytest.mark.parametrize("until", [None, NOON + DAY])
def test_a_breach_pauses_beside_a_persons_pause(until: datetime | None) -> None:
    """Who takes away his own leaves that of the broken promise, which stands until it is meant."""
    desk = Desk(objecting(Decided))
    desk.hear(Paused(NOON, "all", "maintenance", "kim", until))

    found = desk.hear(a_decision(1))
    resumed = desk.hear(Resumed(NOON + HOUR, "all", "", "kim", owner="kim"), a_decision(90))
    looked = desk.hear(Resumed(NOON + 2 * HOUR, "all", "", "kim"), a_decision(150))

    assert [type(each) for each in found] == [Violated, Paused, Decided]
    assert [type(each) for each in resumed] == [Resumed, Decided]
    assert [type(each) for each in looked] == [Resumed, Violated, Paused, Decided]
    assert list(desk.ledger.state.pauses) == [("all", MONITOR)]


def test_the_trace_tells_how_it_came_to_it() -> None:
    """The entries about the same failover, image and regions, as the journal has them."""
    desk = Desk(objecting(Closed))
    desk.hear(*asked(), answered(), *adopted(), a_decision(30, image="other"))

    desk.hear(CLOSED)

    (trace,) = desk.overseer.traces.values()
    told = [json.loads(each) for each in trace]
    kinds = [each["kind"] for each in told]
    assert kinds[-5:] == ["Intended", "Answered", "RunSeen", "Moved", "Closed"]
    assert {"Booted", "FailureJudged", "FailoverOpened"} <= set(kinds)
    assert "Decided" not in kinds
    assert "Witnessed" not in kinds


def test_traces_and_what_they_are_made_of_are_bounded() -> None:
    """However long it goes on: more is heard than is kept, and at its end more is broken too."""
    heard = [a_decision(each) for each in range(HEARD_KEPT + 150)]
    broken = {each.at for each in heard[HEARD_KEPT:]}
    monitor = Monitor(
        "S1", (Decided,), lambda each, *_: f"at {each.at}" if each.at in broken else ""
    )
    desk = Desk({Decided: (monitor,)})

    desk.hear(*heard)

    assert len(desk.overseer.traces) == TRACES_KEPT
    assert max(map(len, desk.overseer.traces.values())) <= TRACE_MAX + 1
    assert len(desk.ledger.state.violations) == 100


def test_what_the_monitors_remember_is_bounded() -> None:
    """Years of failovers, and one that never ends, which stays."""
    trail, failed = Trail(), a_failure()
    trail.note(FailoverOpened(NOON, ID, ImageName("web"), failed.key, Reason.RESEND))
    for number in range(ADOPTED_KEPT + 10):
        name, run = FailoverId(str(number)), RunKey(WEB, NOON + number * MINUTE)
        trail.note(FailoverOpened(NOON, name, ImageName(f"i{number}"), failed.key, Reason.RESEND))
        trail.note(replace(adopted()[1], failover=name, run=run, event=Event.ADOPTED))
        trail.note(replace(CLOSED, failover=name))

    assert len(trail.courses) == COURSES_KEPT
    assert ID in trail.courses
    assert len(trail.adopted) == ADOPTED_KEPT
    assert set(trail.open) == {ImageName("web")}


def test_an_entry_that_is_not_written_is_not_remembered() -> None:
    """An intent that the store does not take was never there, for the monitors too."""
    desk = Desk({})
    desk.journal.trouble = "disk full"

    async def fail() -> None:
        with pytest.raises(Exception, match="disk full"):
            await desk.ledger.write_ahead(asked()[1])  # type: ignore[arg-type]

    play(fail)

    assert desk.overseer.trail.courses[ID].token is None


def test_the_daemon_asks_them_about_every_intent() -> None:
    """`serve` puts the parts together so; requests have a door of their own (S25)."""
    hands = SimulatedAzure(World(START))

    async def assembled() -> Daemon:
        daemon = Daemon(Settings(), Metrics())
        journal = MemoryJournal(a_journal())
        store = Store(journal, load(journal), OwnLease())
        daemon.assemble(SimulatedAzure(World(START)), store, hands)
        await daemon.boot(store.ledger)
        return daemon

    daemon = play(assembled)
    ledger = daemon.replica.ledger

    assert daemon.replica.executor.azure is hands
    assert daemon.replica.executor.eyes is daemon.replica.azure
    assert daemon.replica.executor.allows == daemon.overseer.allows
    assert ledger.hearing == daemon.overseer.allows
    assert daemon.server.reading.traces is daemon.overseer.traces
    assert daemon.overseer.trail.epoch == ledger.state.epoch > 1
