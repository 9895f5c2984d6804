"""The journal and the state, in step."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from aibwatch.errors import NotLeadingError, StoreError
from aibwatch.journal.fold import fold
from aibwatch.journal.ledger import BUFFER_MAX, Ledger, load
from aibwatch.journal.memory import MemoryJournal
from aibwatch.model.decision import Reason
from aibwatch.model.edition import Edition
from aibwatch.model.entry import (
    Answered,
    Booted,
    EditionSeen,
    Entry,
    FailoverOpened,
    Intended,
    Paused,
    RegionAssessed,
    TemplateKnown,
    Witnessed,
)
from aibwatch.model.failover import Event, Phase
from aibwatch.model.names import FailoverId, ImageName, Token
from aibwatch.model.state import State
from aibwatch.model.template import RunKey
from aibwatch.model.witness import Witness
from builders import (
    DAY,
    MINUTE,
    NOON,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_policy,
    a_template,
    an_id,
    an_image,
)

F = FailoverId("f00d")
OPENED = FailoverOpened(NOON, F, ImageName("web"), a_failure().key, Reason.PLATFORM_OUTAGE)
INTENDED = Intended(NOON, F, WEB_NORTH, Token("t0"), 1, Reason.PLATFORM_OUTAGE)
PAUSED = Paused(NOON, "all", "audit")


def a_ledger(*entries: Entry) -> tuple[Ledger, MemoryJournal]:
    """Return a ledger over a journal that holds these entries durably."""
    journal = MemoryJournal(entries)
    return load(journal), journal


def sightings(count: int) -> list[TemplateKnown]:
    """Return so many entries that may be lost."""
    return [TemplateKnown(NOON, a_template(id=an_id(f"t{n}"), region=WEST)) for n in range(count)]


def test_what_is_recorded_is_believed_at_once_and_written_at_the_flush() -> None:
    """Within a cycle the state leads; the flush brings the journal up to it in one append."""
    ledger, journal = a_ledger()
    ledger.record([OPENED])
    believed, written = F in ledger.state.failovers, journal.entries.copy()

    worked = asyncio.run(ledger.flush())

    assert believed
    assert written == []
    assert worked
    assert journal.entries == [OPENED]
    assert ledger.waiting == 0


def test_a_durable_flush_makes_all_before_it_durable() -> None:
    """Also with nothing left to write, what was flushed lightly survives a power cut after it."""
    ledger, journal = a_ledger()
    ledger.record([OPENED])
    asyncio.run(ledger.flush())

    asyncio.run(ledger.flush(durable=True))
    journal.lose_power()

    assert journal.entries == [OPENED]


def test_which_version_counts_is_durable_once_it_is_written() -> None:
    """After a restart all versions show at once: who was first could not be told (S31)."""
    ledger, journal = a_ledger()
    run = RunKey(WEB_NORTH, NOON)
    seen = EditionSeen(NOON, Edition(ImageName("web"), "1.0.1", run, WEST, NOON, NOON))
    ledger.record([seen])

    asyncio.run(ledger.flush())
    journal.lose_power()

    assert journal.entries == [seen]


def test_an_intent_is_durable_before_it_is_believed() -> None:
    """It survives a power cut, with all that was recorded before it, in order (PROMISES S3)."""
    ledger, journal = a_ledger()
    ledger.record([OPENED])

    asyncio.run(ledger.write_ahead(INTENDED))
    journal.lose_power()

    assert journal.entries == [OPENED, INTENDED]
    assert ledger.state == fold(journal.entries)


def test_an_intent_that_cannot_be_durable_is_not_believed() -> None:
    """The state stays as it was and what was recorded before waits on (PROMISES S44)."""
    ledger, journal = a_ledger()
    ledger.record([OPENED])
    journal.trouble = "disk full"

    with pytest.raises(StoreError, match="disk full"):
        asyncio.run(ledger.write_ahead(INTENDED))

    assert ledger.state.failovers[F].phase is Phase.CHOOSING
    assert (ledger.writable, ledger.problem) == (False, "disk full")
    assert ledger.waiting == 1


def test_an_intent_that_does_not_fit_never_reaches_the_journal() -> None:
    """A durable entry that does not fit would make every later start fail."""
    ledger, journal = a_ledger()

    with pytest.raises(ValueError, match="does not fit"):
        asyncio.run(ledger.write_ahead(INTENDED))

    assert journal.entries == []
    assert ledger.writable


def test_the_store_s_recovery_is_noticed_and_nothing_was_lost() -> None:
    """A failed flush keeps the entries, and the next one that works writes them once."""
    ledger, journal = a_ledger()
    journal.trouble = "disk full"
    ledger.record([OPENED])
    failed = asyncio.run(ledger.flush())
    unwritable = ledger.writable
    ledger.record([PAUSED])
    journal.trouble = ""

    worked = asyncio.run(ledger.flush())

    assert (failed, unwritable, worked) == (False, False, True)
    assert (ledger.writable, ledger.problem) == (True, "")
    assert journal.entries == [OPENED, PAUSED]


def test_an_unwritable_store_is_tried_even_with_nothing_to_write() -> None:
    """Else a store that failed on an intent would stay unwritable until something happens."""
    ledger, journal = a_ledger()
    journal.trouble = "disk full"
    with pytest.raises(StoreError):
        asyncio.run(ledger.write_ahead(PAUSED))
    journal.trouble = ""

    asyncio.run(ledger.flush())

    assert ledger.writable


def test_a_full_buffer_gives_up_sightings_but_no_failover() -> None:
    """Beyond the bound the oldest replaceable entries go, and are counted."""
    ledger, journal = a_ledger()
    journal.trouble = "disk full"
    told = sightings(BUFFER_MAX + 1)

    ledger.record([OPENED, *told])
    asyncio.run(ledger.flush())
    journal.trouble = ""
    asyncio.run(ledger.flush())

    assert ledger.dropped == 2
    assert journal.entries == [OPENED, *told[2:]]


def test_what_an_act_was_decided_on_is_never_dropped() -> None:
    """What a hold was decided on may be: it is decided again."""
    ledger, journal = a_ledger()
    journal.trouble = "disk full"
    witness = Witness(an_image(), a_policy(), NOON)
    act, hold = Witnessed(NOON, witness, acts=True), Witnessed(NOON, witness)
    told = sightings(BUFFER_MAX)

    ledger.record([act, hold, *told])
    journal.trouble = ""
    asyncio.run(ledger.flush())

    assert ledger.dropped == 2
    assert journal.entries == [act, *told[1:]]


def test_a_start_answers_open_intents_unclear() -> None:
    """The answer to an intent that a dead daemon left is lost; the failover looks for its run."""
    ledger, journal = a_ledger(Booted(NOON, 1, "1"), OPENED, INTENDED)
    now = NOON + DAY

    entries = ledger.recover("2", now)
    asyncio.run(ledger.flush(durable=True))

    assert entries == [
        Booted(now, 2, "2"),
        Answered(now, F, Token("t0"), Event.UNCLEAR, "the daemon stopped before the answer"),
    ]
    assert journal.entries[-2:] == entries
    assert ledger.state.epoch == 2
    assert ledger.state.failovers[F].phase is Phase.STARTING
    assert ledger.state.failovers[F].first_sent == NOON


@pytest.mark.parametrize("event", [Event.BEGAN, Event.REFUSED, Event.UNCLEAR])
def test_a_start_answers_nothing_that_was_answered(event: Event) -> None:
    """An intent whose answer is in the journal stays as it was."""
    answer = Answered(NOON + MINUTE, F, Token("t0"), event)
    ledger, _journal = a_ledger(OPENED, INTENDED, answer)
    before = ledger.state.failovers[F]

    entries = ledger.recover("2", NOON + DAY)

    assert entries == [Booted(NOON + DAY, 1, "2")]
    assert ledger.state.failovers[F] == before


def test_a_journal_that_contradicts_itself_is_not_started_from() -> None:
    """Rather no daemon than one that believes a broken story."""
    journal = MemoryJournal([replace(INTENDED, failover=FailoverId("lost"))])

    with pytest.raises(StoreError, match=r"contradicts itself.*lost"):
        load(journal)


def test_writers_take_turns() -> None:
    """Over a store that suspends, an intent waits for the flush before it: order is kept."""
    journal = SlowJournal()
    ledger = Ledger(journal, State())
    ledger.record([OPENED])

    async def both() -> None:
        await asyncio.gather(ledger.flush(), ledger.write_ahead(INTENDED), ledger.flush())

    asyncio.run(both())

    assert journal.entries == [OPENED, INTENDED]


def test_a_cancelled_flush_keeps_its_entries() -> None:
    """What a stop interrupts waits on; the state never gets ahead of the journal for good."""
    journal = SlowJournal()
    ledger = Ledger(journal, State())
    ledger.record([RegionAssessed(NOON, a_belief())])

    async def cancelled() -> None:
        task = asyncio.create_task(ledger.flush())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(cancelled())

    assert ledger.waiting == 1
    assert ledger.writable


class SlowJournal(MemoryJournal):
    """A journal that suspends before it appends, longest at first, as one over a network might."""

    turns = 5

    async def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Append after other tasks had their turns."""
        turns, self.turns = self.turns, 1
        for _ in range(turns):
            await asyncio.sleep(0)
        await super().append(entries, durable=durable)


# of several replicas


def a_follower(*entries: Entry) -> tuple[Ledger, MemoryJournal, MemoryJournal]:
    """Return a ledger that follows, its journal, and that of the leader."""
    ledger, journal = a_ledger(*entries)
    ledger.leading = False
    return ledger, journal, MemoryJournal(store=journal.store)


def test_a_follower_records_nothing_of_its_own() -> None:
    """What it sees is no record, neither in its state nor in the journal."""
    ledger, journal, _ = a_follower()

    ledger.record([OPENED])
    flushed = asyncio.run(ledger.flush(durable=True))

    assert not flushed
    assert ledger.state == State()
    assert journal.entries == []


def test_a_follower_believes_what_the_leader_wrote() -> None:
    """Entry by entry, and it is heard as the leader's own are."""
    ledger, _, leader = a_follower()
    heard: list[Entry] = []
    ledger.heard = heard.append
    asyncio.run(leader.append([OPENED, INTENDED], durable=True))

    first, again = asyncio.run(ledger.follow()), asyncio.run(ledger.follow())

    assert (first, again) == (True, False)
    assert heard == [OPENED, INTENDED]
    assert ledger.state == fold([OPENED, INTENDED])


def test_an_order_to_a_follower_is_refused_and_the_leader_named() -> None:
    """Nothing is lost: whoever ordered is told that nothing was changed, and whom to ask."""
    ledger, journal, _ = a_follower(Booted(NOON, 1, "1", "", "node-7:12"))

    with pytest.raises(NotLeadingError, match="ask node-7:12"):
        asyncio.run(ledger.write_ahead(PAUSED))

    assert ledger.state.pauses == {}
    assert len(journal.entries) == 1


def test_who_is_fenced_off_forgets_what_it_did_not_write() -> None:
    """Its state is made from the journal anew, which another replica writes now."""
    ledger, journal = a_ledger()
    other = MemoryJournal(store=journal.store)
    asyncio.run(other.append([PAUSED], durable=True))
    ledger.record([OPENED])

    flushed = asyncio.run(ledger.flush())
    asyncio.run(ledger.follow())

    assert not flushed
    assert (ledger.leading, ledger.waiting, ledger.writable) == (False, 0, True)
    assert ledger.state == fold([PAUSED])
    assert journal.entries == [PAUSED]


def test_a_follower_without_a_store_tells_what_it_sees_and_forgets_it() -> None:
    """The page goes on while the store is away; then the journal alone counts (S44)."""
    ledger, journal, leader = a_follower()
    journal.trouble = "cut off"
    with pytest.raises(StoreError, match="cut off"):
        asyncio.run(ledger.follow())
    ledger.record([OPENED])
    told = dict(ledger.state.failovers)
    asyncio.run(leader.append([PAUSED], durable=True))
    journal.trouble = ""

    other = asyncio.run(ledger.follow())

    assert F in told
    assert other
    assert ledger.state == fold([PAUSED])
    assert journal.entries == [PAUSED]


def test_a_decision_is_made_when_it_is_its_turn_to_be_written() -> None:
    """A pause that is being written comes first, so the intent is decided after it (S35)."""
    journal = SlowJournal()
    ledger = Ledger(journal, State())
    ledger.record([OPENED])

    def decide() -> Intended | None:
        return None if ledger.state.pauses else INTENDED

    async def both() -> None:
        await asyncio.gather(ledger.write_ahead(PAUSED), ledger.decide_ahead(decide))

    asyncio.run(both())

    assert journal.entries == [OPENED, PAUSED]


def test_nothing_is_recorded_while_the_store_takes_an_intent() -> None:
    """A failover that is closed then would have an intent and an end, and no answer between."""
    journal = SlowJournal()
    ledger = Ledger(journal, State())
    ledger.record([OPENED])
    at_turn: list[Phase] = []

    async def cycle() -> None:
        await asyncio.sleep(0)  # the intent is being written
        async with ledger.undisturbed():
            at_turn.append(ledger.state.failovers[F].phase)

    async def both() -> None:
        await asyncio.gather(ledger.write_ahead(INTENDED), cycle())

    asyncio.run(both())

    assert at_turn == [Phase.REQUESTED]


def test_a_leader_that_makes_no_sense_is_not_followed() -> None:
    """What does not fit is told as a store that cannot be used, each time it is looked at."""
    ledger, _, leader = a_follower()
    asyncio.run(leader.append([INTENDED], durable=True))

    for _ in range(2):
        with pytest.raises(StoreError, match="contradicts itself"):
            asyncio.run(ledger.follow())


def test_an_old_leaders_entry_that_came_in_late_is_not_lost_to_the_next() -> None:
    """It is stood down while an append is under way: what that wrote is read again."""
    journal = SlowJournal()
    ledger = Ledger(journal, State())
    ledger.record([OPENED])

    async def story() -> None:
        writing = asyncio.create_task(ledger.flush())
        await asyncio.sleep(0)
        ledger.stand_down()
        await writing
        await ledger.follow()

    asyncio.run(story())

    assert journal.entries == [OPENED]
    assert ledger.state == fold([OPENED])


def test_what_was_not_written_in_one_epoch_is_not_written_in_the_next() -> None:
    """Others may have led in between: it no longer follows from what the journal tells."""
    ledger, journal = a_ledger()
    ledger.record([OPENED])
    ledger.stand_down()

    asyncio.run(ledger.lead("1", NOON, "", "a"))
    asyncio.run(ledger.flush())

    assert ledger.waiting == 0
    assert journal.entries == [Booted(NOON, 1, "1", "", "a")]
    assert ledger.state == fold(journal.entries)
