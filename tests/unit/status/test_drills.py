"""What is told of drills: the last and the next, how long recovery took, what may be removed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aibwatch.model.drill import Drills
from aibwatch.model.failover import Failover, Outcome, Phase
from aibwatch.model.image import Mode
from aibwatch.model.names import FailoverId
from aibwatch.model.rehearsal import DrillOutcome, drill_outcome, next_up, recovery
from aibwatch.model.schedule import Schedule
from aibwatch.model.state import Snapshot
from aibwatch.model.template import RunKey
from aibwatch.status.drills import due, removal
from aibwatch.status.needing import needing
from aibwatch.status.page import render
from aibwatch.status.timeline import timeline
from aibwatch.status.view import status
from builders import DAY, HOUR, MINUTE, NOON, NORTH, a_template
from unit.failover.test_drill import DRILL, IMAGE, ORDER, WEB_NAME, building, ordered
from unit.failover.test_ordered import calm as calm_view
from unit.failover.test_ordered import opened
from unit.status.snapshots import calm
from views import NOW

SATURDAYS = Drills(Schedule("0 3 * * sat"))
VERSION = (
    "/subscriptions/s1/resourceGroups/images/providers/Microsoft.Compute/galleries/golden"
    "/images/web/versions/1.0.9"
)


def ended(outcome: Outcome = Outcome.SUCCEEDED, **changes: object) -> Failover:
    """Return a drill that was ordered at NOW, ran from a minute later, and took an hour in all."""
    return opened(
        ORDER,
        phase=Phase.CLOSED,
        outcome=outcome,
        target=DRILL,
        run=RunKey(DRILL, NOW + MINUTE),
        built=NOW + 41 * MINUTE,
        closed=NOW + HOUR,
        version=VERSION,
        **changes,
    )


def drilled(rules: Drills = SATURDAYS, *drills: Failover) -> Snapshot:
    """Return a day after a drill of `web`."""
    view = ordered()
    view.state.orders.clear()
    view.sightings.templates[DRILL] = a_template(
        id=DRILL, region=NORTH, targets=("northeurope", "westeurope"), excluded=True
    )
    for each in drills or (ended(),):
        view.state.failovers[each.id] = each
    view.state.proven[WEB_NAME] = NOW + HOUR
    view.state.drilled[WEB_NAME] = NOW
    view = replace(view, policy=replace(view.policy, drills=rules))
    return replace(calm(), at=NOW + 2 * HOUR, view=view)


@pytest.mark.parametrize(
    ("outcome", "reason", "wanted"),
    [
        (None, "", DrillOutcome.PENDING),
        (Outcome.SUCCEEDED, "replicated", DrillOutcome.SUCCEEDED),
        (Outcome.LATE_REPLICAS, "replicas_late", DrillOutcome.SUCCEEDED),
        (Outcome.FAILED, "failed_its_own_way", DrillOutcome.FAILED),
        (Outcome.FAILED, "regional_capacity", DrillOutcome.CAPACITY),
        (Outcome.ABANDONED, "deadline_passed", DrillOutcome.FAILED),
        (Outcome.SUPERSEDED, "preempted", DrillOutcome.INTERRUPTED),
        (Outcome.NO_CANDIDATE, "order_ended", DrillOutcome.BLOCKED),
        (Outcome.TIMED_OUT, "order_ended", DrillOutcome.BLOCKED),
    ],
)
def test_the_outcome_of_a_drill_is_that_of_its_failover(
    outcome: Outcome | None, reason: str, wanted: DrillOutcome
) -> None:
    """In a word of its own, of which there are six."""
    assert drill_outcome(opened(ORDER, outcome=outcome, reason=reason)) is wanted


def test_recovery_is_measured_from_the_order_to_the_last_replica() -> None:
    """Only where it went well: else nothing recovered."""
    took = recovery(ended())

    assert took is not None
    assert (took.trigger, took.build, took.replicate) == (MINUTE, 40 * MINUTE, 19 * MINUTE)
    assert took.total == HOUR
    assert recovery(ended(Outcome.FAILED)) is None


def test_the_status_tells_the_last_the_next_and_the_middle() -> None:
    """And which version is left, what it costs in words, and how to remove it."""
    longer = replace(ended(), id=FailoverId("2"), closed=NOW + 2 * HOUR)
    told = status(drilled(SATURDAYS, ended(), longer), "1")
    (image,) = told["images"]  # type: ignore[misc]
    drill = image["drill"]  # type: ignore[index,call-overload]

    assert told["drills"] == {
        "next": "2026-03-07T03:00:00+00:00",
        "image": "web",
        "recovery": {"count": 2, "median_seconds": 7200.0, "longest_seconds": 7200.0},
    }
    assert drill["last"]["outcome"] == "succeeded"
    assert drill["last"]["seconds"]["total"] == 7200
    cost = "about 0.10 USD a month for each GiB, in 2 regions"
    assert drill["versions"][0]["cost"] == cost
    assert drill["versions"][0]["remove"] == removal(VERSION)


def test_what_a_version_costs_is_told_without_its_regions_too() -> None:
    """Where the template was not seen since the start."""
    snapshot = drilled(SATURDAYS, ended())
    snapshot.view.sightings.templates.pop(DRILL)

    (image,) = status(snapshot, "1")["images"]  # type: ignore[misc]

    cost = image["drill"]["versions"][0]["cost"]  # type: ignore[index,call-overload]
    assert cost == "about 0.05 USD a month for each GiB in each of its regions"


def test_what_removes_a_version_names_all_of_it() -> None:
    """As `az` wants it; nobody runs it but a person."""
    assert removal(VERSION) == (
        "az sig image-version delete --subscription s1 --resource-group images"
        " --gallery-name golden --gallery-image-definition web --gallery-image-version 1.0.9"
    )


def test_a_version_of_a_secondary_is_none_to_remove() -> None:
    """With `publish: latest` it is a version like any other."""
    snapshot = drilled(SATURDAYS, replace(ended(), target=IMAGE.secondaries[0]))

    (image,) = status(snapshot, "1")["images"]  # type: ignore[misc]

    assert image["drill"]["versions"] == []  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("rules", "proven", "wanted"),
    [
        (SATURDAYS, NOON, NOON + 35 * DAY),
        (Drills(require_within=7 * DAY), NOON, NOON + 7 * DAY),
        (SATURDAYS, None, NOON - DAY + 35 * DAY),
        (Drills(), NOON, None),
    ],
)
def test_by_when_it_should_be_built_elsewhere_again(
    rules: Drills, proven: object, wanted: object
) -> None:
    """One that never was counts from when drills were configured; without drills nobody asks."""
    view = drilled(rules).view
    view.state.drills_since = NOON - DAY
    view.state.proven.clear()
    if proven:
        view.state.proven[WEB_NAME] = proven  # type: ignore[assignment]

    assert due(view, IMAGE) == wanted
    assert due(view, replace(IMAGE, drill=None)) is None


def test_the_pages_show_drills() -> None:
    """In a table of all, without a word of an image that has none."""
    shown = render("status", {**status(drilled(), "1"), "stale": False})
    without = render("status", {**status(calm(), "1"), "stale": False})

    assert "Recovery took 1 h in the one drill." in shown
    assert '<h2 id="drills">' in shown
    assert '<h2 id="drills">' not in without


def test_a_drill_is_never_told_as_a_failover() -> None:
    """Who reads the timeline at night must not think that something was out."""
    fields = {"id": FailoverId("b"), "phase": Phase.BUILDING, "closed": None, "outcome": None}
    building = replace(ended(), since=NOW + MINUTE, **fields)  # type: ignore[arg-type]
    view = drilled(SATURDAYS, ended(), building).view
    told = [each["says"] for each in timeline(view)]  # type: ignore[index,call-overload]

    assert sorted(told) == [
        "drill building in northeurope",
        "drill opened",
        "drill opened",
        "drill succeeded in northeurope, version 1.0.9",
    ]
    assert "drill: succeeded" in render("status", {**status(drilled(), "1"), "stale": False})


def test_whose_turn_it_is() -> None:
    """Who can be rehearsed, and was built elsewhere the longest ago; not who has an order."""
    view = drilled().view
    assert next_up(view) == IMAGE
    view.state.orders[WEB_NAME] = ORDER
    assert next_up(view) is None
    view.state.orders.clear()
    observed = replace(IMAGE, mode=Mode.OBSERVE)
    assert next_up(replace(view, images={WEB_NAME: observed})) is None


def test_a_drill_that_failed_hides_nobody_who_needs_a_human() -> None:
    """Nor needs one itself."""
    real = replace(ended(Outcome.FAILED), id=FailoverId("r3al"), order=None)
    later = replace(ended(Outcome.FAILED), opened=NOW + timedelta(hours=3))

    assert needing(drilled(SATURDAYS, real, later).view) == {WEB_NAME: real}
    assert needing(drilled(SATURDAYS, later).view) == {}


def test_an_image_in_a_drill_stands_as_before() -> None:
    """It is nothing that anybody must look at, and no failover that is active."""
    view = building(calm_view())

    told = status(replace(calm(), view=view), "1")
    (image,) = told["images"]  # type: ignore[misc]

    assert image["standing"]["says"] == "drill: building in northeurope"  # type: ignore[index,call-overload]
    assert image["drill"]["last"]["outcome"] == "pending"  # type: ignore[index,call-overload]
