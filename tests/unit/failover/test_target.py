"""Which secondary may take a build."""

from dataclasses import replace

import pytest

from aibwatch.failover.target import candidates, chosen
from aibwatch.journal.fold import apply
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Phase, Refusal
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import FailoverId, IncidentId, TemplateId
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunState
from builders import (
    EAST,
    HOUR,
    MINUTE,
    NOON,
    NORTH,
    WEB,
    WEB_NORTH,
    a_belief,
    a_failover,
    a_run,
    a_template,
    a_word,
    an_id,
    an_image,
)
from views import NOW, TWO_SECONDARIES, WEB_EAST, a_readiness, a_view


def objection_to(target: TemplateId, view: View) -> str:
    """Return what speaks against `target` for the image's open failover."""
    failover = view.state.open_failover(TWO_SECONDARIES.name)
    found = candidates(TWO_SECONDARIES, failover, view, NOW)
    return next(each.objection for each in found if each.template == target)


def test_the_first_secondary_is_preferred() -> None:
    """The owner's order is the order of preference."""
    assert chosen(TWO_SECONDARIES, None, a_view(), NOW) == WEB_NORTH


def test_the_next_is_taken_where_the_first_is_red() -> None:
    """A red secondary is skipped, which is no hop (PROMISES L5)."""
    view = replace(a_view())
    red = {
        **view.readiness,
        (TWO_SECONDARIES.name, WEB_NORTH): a_readiness(WEB_NORTH, "red"),
    }

    assert chosen(TWO_SECONDARIES, None, replace(view, readiness=red), NOW) == WEB_EAST


def test_the_one_that_was_asked_is_asked_again_first() -> None:
    """A resend goes to the same secondary (PROMISES S2)."""
    failover = a_failover(target=WEB_EAST)

    assert chosen(TWO_SECONDARIES, failover, a_view(failover), NOW) == WEB_EAST


def test_a_target_that_left_the_configuration_is_not_asked() -> None:
    """Only the image's own secondaries are candidates."""
    failover = a_failover(target=WEB_EAST)
    shorter = an_image()

    found = candidates(shorter, failover, a_view(failover), NOW)

    assert [each.template for each in found] == [WEB_NORTH]


def test_one_whose_run_failed_is_not_asked_again() -> None:
    """A secondary has one run for each failure (PROMISES S1)."""
    assert objection_to(WEB_NORTH, a_view(a_failover(tried=(WEB_NORTH,)))) == "its run failed"


def test_a_region_that_was_tried_is_not_tried_again() -> None:
    """Another template in it would meet the same trouble (PROMISES S23)."""
    twin = an_id("web-north-2")
    image = an_image(templates=(WEB, WEB_NORTH, twin))
    failover = a_failover(tried=(WEB_NORTH,))
    view = a_view(failover, image=image)
    view.sightings.templates[twin] = a_template(id=twin, region=NORTH)
    view.sightings.seen[twin] = NOW
    ready = replace(view, readiness={(image.name, twin): a_readiness(twin)})

    found = candidates(image, failover, ready, NOW)

    assert found[1].objection == "a run in its region northeurope failed"


def test_one_that_refused_is_left_in_peace_for_a_while() -> None:
    """It is not asked again before `settle` has passed."""
    refused = Refusal(WEB_NORTH, NOW, "409 busy")
    failover = a_failover(target=WEB_NORTH, refusals=(refused,))
    view = a_view(failover)

    assert objection_to(WEB_NORTH, view) == "it refused: 409 busy"
    assert chosen(TWO_SECONDARIES, failover, view, NOW) == WEB_EAST


def test_a_refusal_of_long_ago_is_forgotten() -> None:
    """After `settle` the secondary is a candidate like before."""
    failover = a_failover(refusals=(Refusal(WEB_NORTH, NOW - 5 * MINUTE, "409 busy"),))

    assert objection_to(WEB_NORTH, a_view(failover)) == ""


def test_one_that_was_never_checked_is_not_asked() -> None:
    """Readiness must be known (PROMISES S26)."""
    assert objection_to(WEB_NORTH, replace(a_view(), readiness={})) == "not checked yet"


def test_one_that_cannot_be_read_is_not_asked() -> None:
    """What a read fails on now is not acted on."""
    view = a_view()
    view.sightings.faults[WEB_NORTH] = Fault(FaultKind.TIMEOUT, "")

    assert objection_to(WEB_NORTH, view) == "cannot be read (timeout)"


def test_one_that_was_read_too_long_ago_is_not_asked() -> None:
    """Idle two and a half minutes ago says nothing about now (PROMISES S15)."""
    view = a_view()
    view.sightings.seen[WEB_NORTH] = NOW - 3 * MINUTE

    assert objection_to(WEB_NORTH, view) == "cannot be read (for longer than max_age)"


@pytest.mark.parametrize(
    ("health", "says"),
    [
        (Health.HEALTHY, ""),
        (Health.DEGRADED, ""),
        (Health.UNKNOWN, "its region northeurope is unknown"),
        (Health.OUTAGE, "its region northeurope is outage"),
    ],
)
def test_its_region_must_not_be_out(health: Health, says: str) -> None:
    """Healthy or degraded is admissible, and nothing else (DESIGN 1)."""
    view = a_view()
    view.state.regions[NORTH] = a_belief(region=NORTH, health=health)

    assert objection_to(WEB_NORTH, view) == says


def test_a_region_in_an_open_incident_is_not_entered() -> None:
    """A region that is coming back is left alone until its incident is closed."""
    view = a_view()
    view.state.regions[NORTH] = a_belief(region=NORTH, incident=IncidentId("1"))

    assert objection_to(WEB_NORTH, view) == "its region northeurope is healthy"


def test_a_region_that_is_about_to_be_out_is_not_entered() -> None:
    """Enough families agree there too, though the debounce still runs (PROMISES S13)."""
    view = a_view()
    view.state.regions[NORTH] = a_belief(
        region=NORTH, health=Health.DEGRADED, agreed_since=NOW - MINUTE
    )

    says = "its region northeurope shows the signs of an outage too"
    assert objection_to(WEB_NORTH, view) == says


def test_a_region_without_a_belief_is_not_entered() -> None:
    """Unknown is not healthy."""
    view = a_view()
    del view.state.regions[EAST]

    assert objection_to(WEB_EAST, view) == "its region eastus is unknown"


def test_a_paused_region_is_not_entered() -> None:
    """An operator who pauses a region means builds in it, too (PROMISES S35)."""
    view = a_view()
    scope = f"region:{NORTH}"
    apply(view.state, Paused(NOON, scope, "quota is short", until=NOW + HOUR))

    assert objection_to(WEB_NORTH, view) == "region:northeurope is paused: quota is short"
    assert chosen(TWO_SECONDARIES, None, view, NOW) == WEB_EAST


def test_a_region_that_an_operator_says_is_out_is_not_entered() -> None:
    """Though one family alone never makes an outage; when the word has lapsed, it is."""
    view = a_view()
    view.state.words[NORTH] = a_word(region=NORTH, until=NOW + HOUR)

    says = "an operator says that its region northeurope is out: we see it ourselves"
    assert objection_to(WEB_NORTH, view) == says
    assert chosen(TWO_SECONDARIES, None, view, NOW) == WEB_EAST
    view.state.words[NORTH] = a_word(region=NORTH, until=NOW)
    assert chosen(TWO_SECONDARIES, None, view, NOW) == WEB_NORTH


def test_one_whose_run_was_given_up_is_not_asked_before_it_is_seen_idle() -> None:
    """Its run may still go on: only a read from after that tells (PROMISES S5)."""
    past = a_failover(id=FailoverId("past"), phase=Phase.CLOSED, closed=NOW - MINUTE)
    view = a_view(past)
    view.state.quarantined[WEB_NORTH] = past.id

    idle = objection_to(WEB_NORTH, view)
    view.sightings.seen[WEB_NORTH] = NOW - MINUTE
    not_read_since = objection_to(WEB_NORTH, view)
    view.sightings.seen[WEB_NORTH] = NOW
    going_on = a_run(template=WEB_NORTH, state=RunState.CANCELING, ended=None)
    busy = replace(view.sightings.templates[WEB_NORTH], run=going_on)
    view.sightings.templates[WEB_NORTH] = busy
    still_busy = objection_to(WEB_NORTH, view)

    assert not idle
    assert (
        not_read_since
        == still_busy
        == ("its run for failover past was given up, and it was not seen idle since")
    )
    assert not objection_to(WEB_EAST, view)
