"""Laws of the journal: what was written is what is read, and the state follows from it alone."""

import copy
from datetime import UTC, datetime
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from aibwatch.journal.codec import decode, encode
from aibwatch.journal.fold import apply, fold
from aibwatch.model.decision import Reason
from aibwatch.model.entry import (
    Answered,
    Booted,
    Closed,
    Entry,
    FailoverOpened,
    FailureJudged,
    Intended,
    Moved,
    Paused,
    RegionAssessed,
    Resumed,
    RunSeen,
    TemplateKnown,
)
from aibwatch.model.failover import TABLE, Event, Failover, Outcome, Phase
from aibwatch.model.names import FailoverId, ImageName, Token
from aibwatch.model.state import State
from aibwatch.model.template import ENDED, RunKey, RunState
from builders import (
    HOUR,
    MINUTE,
    NOON,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failure,
    a_run,
    a_template,
)

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
ENTRIES = st.one_of([st.from_type(kind) for kind in get_args(Entry)])
IMAGES = (ImageName("web"), ImageName("db"))
TARGETS = (WEB_NORTH, WEB)


def next_entries(state: State, step: int) -> list[Entry]:
    """Return every entry, of a few values, that may come next."""
    at = NOON + step * MINUTE
    free: list[Entry] = [
        Booted(at, state.epoch + 1, "1"),
        TemplateKnown(at, a_template()),
        RunSeen(at, a_run(started=at, state=RunState.RUNNING, ended=None), WEST, "r", "i"),
        RunSeen(at, a_run(started=at, state=RunState.SUCCEEDED, ended=at), WEST, "r", "i"),
        FailureJudged(at, a_failure(ended=at)),
        RegionAssessed(at, a_belief(since=at)),
        Paused(at, "all", "because"),
        Resumed(at, "all"),
    ]
    for image in IMAGES:
        failover = state.open_failover(image)
        if failover is None:
            name = FailoverId(f"{image}-{step}")
            free.append(FailoverOpened(at, name, image, a_failure().key, Reason.PLATFORM_OUTAGE))
        else:
            free.extend(moves(failover, at))
    return free


def moves(failover: Failover, at: datetime) -> list[Entry]:
    """Return an entry for every row of the table that leads on from here."""
    events = [event for phase, event in TABLE if phase is failover.phase]
    return [entry for event in events for entry in moves_by(failover, event, at)]


def moves_by(failover: Failover, event: Event, at: datetime) -> list[Entry]:
    """Return entries that carry this event."""
    name, why = failover.id, Reason.RESEND
    match event:
        case Event.INTENDED:
            token = Token(f"{failover.hop}")
            return [Intended(at, name, target, token, 1, why) for target in TARGETS]
        case Event.BEGAN | Event.REFUSED | Event.UNCLEAR:
            return [Answered(at, name, failover.token or Token(""), event)]
        case Event.CLOSED:
            return [Closed(at, name, Outcome.FAILED, why)]
        case _:
            run = RunKey(failover.target or WEB, at)
            return [Moved(at, name, event, why, run)]


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Draw a journal that could have been."""
    state, entries = State(), list[Entry]()
    for step in range(draw(st.integers(0, 40))):
        entry = draw(st.sampled_from(next_entries(state, step)))
        apply(state, entry)
        entries.append(entry)
    return entries


@given(ENTRIES)
def test_every_entry_comes_back_as_it_was(entry: Entry) -> None:
    """Encoding and decoding is the identity for every kind, whatever its fields hold."""
    assert decode(*encode(entry)) == entry


@given(histories(), st.data())
def test_every_prefix_of_a_journal_makes_a_state(entries: list[Entry], data: st.DataObject) -> None:
    """A crash after any entry leaves a journal that folds, with one open failover an image."""
    prefix = entries[: data.draw(st.integers(0, len(entries)))]

    state = fold(prefix)

    open_ones = {f.image: f.id for f in state.failovers.values() if f.phase is not Phase.CLOSED}
    assert state.open == open_ones
    assert len(open_ones) == sum(1 for f in state.failovers.values() if f.open)


@given(histories())
def test_replay_equals_live(entries: list[Entry]) -> None:
    """What is believed after a restart is what was believed before it, bytes in between."""
    live = State()
    for entry in entries:
        apply(live, entry)

    replayed = fold(decode(*encode(entry)) for entry in entries)

    assert replayed == live


@given(histories(), ENTRIES)
def test_an_entry_that_does_not_fit_changes_nothing(entries: list[Entry], stray: Entry) -> None:
    """`apply` takes an entry whole or raises ValueError and leaves the state alone."""
    state = fold(entries)
    before = copy.deepcopy(state)

    try:
        apply(state, stray)
    except ValueError:
        assert state == before
    else:
        assert fold([*entries, stray]) == state


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([RunState.RUNNING, RunState.FAILED])),
        min_size=1,
    )
)
def test_the_newest_run_wins_in_any_order(seen: list[tuple[int, RunState]]) -> None:
    """Reads that come late or twice never bring an older run, or an earlier state, back."""
    runs = [a_run(started=NOON + hour * HOUR, state=state) for hour, state in seen]

    state = fold(RunSeen(NOON, run, WEST, "r", "i") for run in runs)

    newest = max(runs, key=lambda run: (run.started, run.state in ENDED))
    assert state.runs[WEB] == newest
