"""What is cut out of a view decides as the view does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aibwatch.failover.decide import decide
from aibwatch.failover.witness import restored, witness_of
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.image import Mode
from aibwatch.model.state import View
from aibwatch.model.witness import FAULTS_MAX
from builders import WEB, WEB_NORTH, a_definition_id, a_failover, a_template, an_id
from views import NOW, TWO_SECONDARIES, a_readiness, a_view

FORBIDDEN = Fault(FaultKind.PERMISSION, "no right")


def unread(view: View) -> View:
    """Return the view whose primary cannot be read."""
    view.sightings.faults[WEB] = FORBIDDEN
    return view


def no_gallery(view: View) -> View:
    """Return the view whose gallery cannot be read."""
    view.sightings.versions[a_definition_id()] = FORBIDDEN
    return view


def stale(view: View) -> View:
    """Return the view whose first secondary was not read for long."""
    del view.sightings.seen[WEB_NORTH]
    return view


CHANGES: list[Callable[[View], View]] = [
    lambda view: view,
    lambda view: replace(view, leader=False),
    lambda view: replace(view, writable=False),
    lambda view: replace(view, suspicion=Hold(Reason.SELF_SUSPECT, "all look ill")),
    lambda view: replace(view, misconfigured={TWO_SECONDARIES.name: "named twice"}),
    lambda view: replace(
        view, readiness={key: a_readiness(key[1], red="not there") for key in view.readiness}
    ),
    lambda view: replace(view, policy=replace(view.policy, warmup_sweeps=9)),
    unread,
    no_gallery,
    stale,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mode", Mode)
def test_the_witness_decides_as_the_view_does(change: Callable[[View], View], mode: Mode) -> None:
    """Whatever holds, and whatever is chosen: target, words and holds are the same."""
    image = replace(TWO_SECONDARIES, mode=mode)
    view = change(a_view(a_failover(), image=image))

    again = restored(witness_of(image, view), view.state)

    assert decide(image, again, NOW) == decide(image, view, NOW)


def test_other_images_are_not_witnessed() -> None:
    """However large the fleet, and however dark its region, a witness is bounded."""
    view = a_view()
    others = [a_template(id=an_id(f"other-{n}")) for n in range(10 * FAULTS_MAX)]
    view.sightings.templates.update({each.id: each for each in others})
    view.sightings.faults.update({each.id: FORBIDDEN for each in others})

    witness = witness_of(TWO_SECONDARIES, view)

    assert len(witness.sights) == len(TWO_SECONDARIES.templates) + FAULTS_MAX
