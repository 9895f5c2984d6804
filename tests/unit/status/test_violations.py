"""Broken promises: what the API, the status and the page say of them, and for how long."""

from dataclasses import replace

from aibwatch.journal.fold import apply
from aibwatch.model.entry import Paused, Violated
from aibwatch.model.names import FailoverId
from aibwatch.model.state import Snapshot, State
from aibwatch.status.page import render
from aibwatch.status.standing import Level, headline
from aibwatch.status.view import status
from aibwatch.status.violations import grave, violations
from builders import DAY, MINUTE, NOON, a_state
from unit.status.snapshots import a_view, blind, calm

BROKEN = Violated(NOON, "S1", "web-north is asked while <it> builds", FailoverId("f00d"))


def a_state_with(*broken: Violated) -> State:
    """Return a state that knows these."""
    state = a_state()
    state.violations = broken
    return state


def a_picture() -> Snapshot:
    """Return a picture right after a promise was broken."""
    return Snapshot(NOON + MINUTE, a_view(state=a_state_with(BROKEN)), {}, blind=False)


def test_each_is_told_with_what_led_to_it() -> None:
    """Of one from before the start, only the journal has the trace."""
    older = replace(BROKEN, at=NOON - DAY, promise="S2", failover=None)

    told = violations(a_state_with(older, BROKEN), {BROKEN: ('{"kind": "Intended"}',)})

    assert [each["promise"] for each in told if isinstance(each, dict)] == ["S2", "S1"]
    assert told[0] == {
        "promise": "S2",
        "says": BROKEN.says,
        "failover": None,
        "at": "2026-03-01T12:00:00+00:00",
        "trace": [],
    }
    assert isinstance(told[1], dict)
    assert told[1]["trace"] == ['{"kind": "Intended"}']


def test_one_is_shown_for_a_day_and_while_it_is_paused() -> None:
    """Who comes back after the weekend still sees why nothing was built."""
    state = a_state_with(BROKEN)

    within = grave(state, NOON + DAY)
    after = grave(state, NOON + DAY + MINUTE)
    apply(state, Paused(NOON, "all", "promise S1 is broken", "monitor"))
    paused = grave(state, NOON + 3 * DAY)

    assert (within, after, paused) == ((BROKEN,), (), (BROKEN,))


def test_the_headline_and_the_page_say_it_in_red() -> None:
    """Before anything else, with what to do; and what was written is shown as text."""
    snapshot = a_picture()

    page = render("status", {**status(snapshot, "0.1.0"), "stale": False})

    assert headline(snapshot).level is Level.BAD
    assert headline(snapshot).says == "Promise S1 is broken"
    assert '<div class="banner bad"><strong>Promise S1 is broken.</strong>' in page
    assert "while &lt;it&gt; builds (failover f00d)" in page
    assert "/api/v1/violations" in page


def test_where_nothing_is_broken_nothing_is_said() -> None:
    """Neither in the status nor on the page."""
    for snapshot in (calm(), blind()):
        told = status(snapshot, "0.1.0")

        assert told["violations"] == []
        assert "is broken" not in render("status", {**told, "stale": False})
