"""What is shown of canaries: the last probe, the next, why not, and the cost."""

import json
from dataclasses import replace

import pytest

from aibwatch.model.failover import Event
from aibwatch.model.probe import Probe, ProbeDecision, ProbeReason
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunState
from aibwatch.status.canaries import Cost, cost
from aibwatch.status.page import render
from aibwatch.status.regional import canary_of, region_list
from aibwatch.status.view import status
from builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEST,
    a_failure,
    a_policy,
    a_probe,
    an_id,
)
from unit.status.snapshots import calm

CANARY = an_id("canary-west")
NEXT = ProbeDecision(WEST, CANARY, ProbeReason.NOT_DUE, "due 16:00 UTC", wake_at=NOON + 4 * HOUR)


def picture(*probes: Probe, decision: ProbeDecision = NEXT) -> Snapshot:
    """Return a calm picture in which WEST has a canary and these probes."""
    snapshot = calm()
    view = replace(
        snapshot.view,
        state=replace(snapshot.view.state, probes={WEST: probes}),
        policy=a_policy(canaries=((WEST, CANARY),)),
    )
    return replace(snapshot, view=view, probes=(decision,), at=NOON)


@pytest.mark.parametrize(
    ("probes", "counted"),
    [
        ((), Cost(0, 0)),
        ((a_probe(),), Cost(1, 20)),
        ((a_probe(), a_probe(at=NOON - 30 * DAY)), Cost(1, 20)),
        ((a_probe(), a_probe(ended=NOON - 30 * MINUTE)), Cost(2, 50)),
        ((a_probe(state=RunState.RUNNING, ended=None),), Cost(1, 60)),
        ((a_probe(started=None, state=None, ended=None),), Cost(1, 0)),
    ],
    ids=["none", "one", "an old one", "two", "one that goes on", "one that never began"],
)
def test_the_cost_is_the_build_minutes_of_thirty_days(
    probes: tuple[Probe, ...], counted: Cost
) -> None:
    """What never began costs nothing but its request."""
    assert cost(probes, NOON) == counted


def test_the_cost_says_what_a_probe_costs() -> None:
    """In a sentence."""
    assert cost([a_probe()], NOON).says == (
        "1 probe in 30 days, 20 build minutes in all; each costs one build VM for its minutes"
    )


def test_a_region_shows_its_canary() -> None:
    """What was decided about it, the last probe, and the cost."""
    found = canary_of(picture(a_probe()), WEST)

    assert found == {
        "id": CANARY,
        "name": "canary-west",
        "reason": "not_due",
        "says": "due 16:00 UTC",
        "next": "2026-03-02T16:00:00+00:00",
        "last": {
            "at": "2026-03-02T11:00:00+00:00",
            "reason": "scheduled",
            "answer": "began",
            "result": "Succeeded",
            "started": "2026-03-02T11:00:00+00:00",
            "ended": "2026-03-02T11:20:00+00:00",
            "says": "",
        },
        "cost": {"probes": 1, "minutes": 20, "says": cost([a_probe()], NOON).says},
    }


@pytest.mark.parametrize(
    ("probe", "says"),
    [
        (a_probe(failure=a_failure()), "outage (generic_internal)"),
        (a_probe(answer=Event.REFUSED, says="403", started=None, state=None), "403"),
    ],
)
def test_what_went_wrong_with_the_last_probe_is_said(probe: Probe, says: str) -> None:
    """How its run failed, or why there was none."""
    shown = json.loads(json.dumps(canary_of(picture(probe), WEST)))

    assert shown["last"]["says"] == says


def test_a_region_without_a_canary_shows_none() -> None:
    """And one that has a canary and nothing else is shown."""
    snapshot = picture()
    elsewhere = replace(snapshot.view, policy=a_policy(canaries=(("brazilsouth", CANARY),)))

    assert canary_of(snapshot, NORTH) is None
    assert "brazilsouth" in str(region_list(replace(snapshot, view=elsewhere)))


def test_the_page_tells_the_same() -> None:
    """Name, why not, when next, the last result, and the cost."""
    page = render("status", {**status(picture(a_probe()), "0.1.0"), "stale": False})

    for told in (
        "Canary <strong>canary-west</strong>: not due, due 16:00 UTC (again at 2 Mar 16:00 UTC)",
        "Last probe 2 Mar 11:00 UTC (scheduled): Succeeded.",
        "Cost: 1 probe in 30 days, 20 build minutes in all",
    ):
        assert told in page


def test_the_page_of_a_canary_that_was_never_run_says_so() -> None:
    """With its cost of nothing."""
    assert "No probe yet." in render("status", {**status(picture(), "0.1.0"), "stale": False})
