"""Incidents and scores, as the API tells them."""

from dataclasses import replace
from typing import Any

from aibwatch.model.incident import FirstSight, Incident
from aibwatch.model.names import IncidentId
from aibwatch.model.score import Deed, Truth
from aibwatch.model.state import State
from aibwatch.status.record import CLOSED_KEPT, incident_list, scores
from builders import HOUR, MINUTE, NOON, WEST
from unit.status.snapshots import PLATFORM, outage

OPEN = Incident(IncidentId("1c1d"), WEST, NOON, NOON - 3 * MINUTE, PLATFORM)


def test_an_incident_tells_its_evidence_and_who_knew_when() -> None:
    """We are one of those who knew; a source that came later has a lead above 0."""
    found: Any = incident_list(outage().view.state)[0]

    assert (found["region"], found["opened"]) == ("westeurope", "2026-03-02T12:04:00+00:00")
    assert (found["closed"], found["first"]) == (None, "aibwatch")
    assert [each["family"] for each in found["evidence"]] == ["run", "peers"]
    assert [each["source"] for each in found["known"]] == ["aibwatch", "emerging"]
    assert [each["lead_seconds"] for each in found["known"]] == [None, 360]


def test_a_source_that_knew_before_the_opening_was_first() -> None:
    """It is no shame, and it is not hidden: its lead is below 0."""
    early = FirstSight("events", NOON - MINUTE, "id")
    state = State(incidents={OPEN.id: replace(OPEN, sights=(early,))})

    found: Any = incident_list(state)[0]

    assert found["first"] == "events"
    assert found["known"][1]["lead_seconds"] == -60


def test_open_incidents_are_all_shown_and_closed_ones_are_bounded() -> None:
    """The newest first, whichever way the journal told them."""
    state = State()
    for number in range(CLOSED_KEPT + 5):
        opened = NOON - number * HOUR
        name = IncidentId(f"closed-{number:02}")
        state.incidents[name] = replace(OPEN, id=name, opened=opened, closed=opened + HOUR)
    old = replace(OPEN, opened=NOON - 99 * HOUR)
    state.incidents[old.id] = old

    found: Any = incident_list(state)

    closed = [f"closed-{number:02}" for number in range(CLOSED_KEPT)]
    assert [each["id"] for each in found] == [*closed, old.id]


def test_nothing_scored_is_no_share() -> None:
    """Neither perfect nor useless: not known."""
    found = scores(State())

    assert (found["precision"], found["recall"]) == (None, None)
    assert found["mean_seconds_to_decide"] is None


def test_holding_does_not_spoil_precision_nor_a_needless_act_recall() -> None:
    """Each share is asked of its own cases."""
    held = scores(State(tally={(Deed.HELD, Truth.PLATFORM): 1, (Deed.HELD, Truth.OWNER): 9}))
    needless = scores(State(tally={(Deed.ACTED, Truth.OWNER): 1}))

    assert (held["precision"], held["recall"]) == (None, 0)
    assert (needless["precision"], needless["recall"]) == (0, None)


def test_the_shares_and_the_mean_time_follow_from_the_state() -> None:
    """What was advised counts as answered."""
    found = scores(outage().view.state)

    assert (found["right"], found["needless"], found["missed"], found["dismissed"]) == (3, 1, 2, 7)
    assert (found["precision"], found["recall"]) == (0.75, 0.6)
    assert found["mean_seconds_to_decide"] == 240
