"""The smallest change that would make a held decision act, found by deciding again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aibwatch.failover.flip import flips
from aibwatch.journal.fold import apply
from aibwatch.model.decision import Hold, Reason
from aibwatch.model.entry import Paused
from aibwatch.model.failover import Phase
from aibwatch.model.image import Mode
from aibwatch.model.region import Health
from aibwatch.model.state import View
from aibwatch.model.template import RunKey, RunState
from aibwatch.model.verdict import Family, Veto
from builders import (
    NORTH,
    USER_BUILD,
    WEB,
    WEB_NORTH,
    WEST,
    a_belief,
    a_failover,
    a_failure,
    a_run,
    a_verdict,
    a_word,
    an_image,
)
from views import NOW, TWO_SECONDARIES, a_readiness, a_view

Change = Callable[[View], View]


def paused(view: View) -> View:
    """Return the view in which everything is paused."""
    apply(view.state, Paused(NOW, "all", "maintenance"))
    return view


def calm_region(view: View) -> View:
    """Return the view in which the region is believed to be well."""
    view.state.regions[WEST] = a_belief(health=Health.DEGRADED)
    return view


def no_secondary(view: View) -> View:
    """Return the view in which every secondary is red."""
    red = {key: a_readiness(key[1], red="not there") for key in view.readiness}
    return replace(view, readiness=red)


CASES: list[tuple[Change, str]] = [
    (paused, "no pause is in force"),
    (lambda view: replace(view, leader=False), "this daemon leads"),
    (lambda view: replace(view, writable=False), "the journal takes entries"),
    (
        lambda view: replace(view, suspicion=Hold(Reason.SELF_SUSPECT, "all look ill")),
        "we trust ourselves",
    ),
    (
        lambda view: replace(view, misconfigured={TWO_SECONDARIES.name: "twice"}),
        "its configuration is mended",
    ),
    (no_secondary, "web-north is ready"),
]


@pytest.mark.parametrize(("change", "words"), CASES)
def test_one_thing_that_holds_is_the_one_thing_to_change(change: Change, words: str) -> None:
    """What a failover waits for is named, and nothing that is well."""
    view = change(a_view(a_failover()))

    found = flips(TWO_SECONDARIES, view, NOW)

    assert {len(each.facts) for each in found} == {1}
    assert any(words in each.facts[0] for each in found)


def test_the_families_that_would_suffice_are_named() -> None:
    """With one family and a region in doubt, any other that lasts would do, if it is silent now."""
    view = calm_region(a_view(families=[Family.RUN]))

    found = flips(TWO_SECONDARIES, view, NOW)

    names = {each.facts[0].split()[2] for each in found}
    assert names == set(Family) - {Family.RUN}
    assert {each.reason for each in found} == {Reason.PLATFORM_OUTAGE}


def test_two_things_are_told_together() -> None:
    """Changing one of them would help nobody."""
    image = replace(TWO_SECONDARIES, mode=Mode.OBSERVE)
    view = paused(a_view(image=image))

    found = flips(image, view, NOW)

    assert [set(each.facts) for each in found] == [{"mode is auto", "no pause is in force"}]


def test_a_veto_is_lifted_by_its_own_history() -> None:
    """That it built before is the fact that is missing."""
    view = a_view()
    vetoed = replace(a_verdict(Family.RUN, Family.PEERS), veto=Veto.NEVER_SUCCEEDED)

    found = flips(TWO_SECONDARIES, replace(view, verdicts={WEB: vetoed}), NOW)

    assert [each.facts for each in found] == [("this template built its present recipe before",)]


def test_an_owners_error_needs_another_error_first() -> None:
    """However ill the region: its own error is never answered."""
    failure = a_failure(classification=USER_BUILD)
    view = a_view(failure=failure, families=[])

    found = flips(TWO_SECONDARIES, view, NOW)

    assert found
    assert all("its error is one that may be the platform's" in each.facts for each in found)


def test_what_acts_needs_no_change() -> None:
    """There is nothing to flip."""
    assert flips(TWO_SECONDARIES, a_view(), NOW) == ()


def test_asking_changes_nothing() -> None:
    """It supposes on copies: the same view is decided upon as before."""
    view = paused(a_view(a_failover()))
    before = (dict(view.state.pauses), dict(view.state.regions), dict(view.sightings.faults))

    flips(TWO_SECONDARIES, view, NOW)

    assert before == (view.state.pauses, view.state.regions, view.sightings.faults)


def test_a_family_that_speaks_already_is_no_change() -> None:
    """While the debounce runs, its end is what is missing, or a family that was silent."""
    view = a_view()
    view.state.regions[WEST] = a_belief(health=Health.DEGRADED, agreed_since=NOW)

    said = [each.facts[0] for each in flips(TWO_SECONDARIES, view, NOW)]

    assert not any("family run " in each or "family history " in each for each in said)
    assert "the evidence lasts until the debounce is over" in said


def test_while_a_secondary_builds_its_run_is_not_supposed_away() -> None:
    """What goes on needs no change: whoever asks in the middle of a failover is answered."""
    run = a_run(template=WEB_NORTH, started=NOW, state=RunState.RUNNING, ended=None)
    sent = {"target": WEB_NORTH, "first_sent": NOW, "last_sent": NOW}
    view = a_view(a_failover(phase=Phase.BUILDING, run=RunKey(WEB_NORTH, NOW), **sent))
    view.state.runs[WEB_NORTH] = run

    assert flips(TWO_SECONDARIES, view, NOW) == ()


def test_that_nobody_says_so_is_part_of_a_well_region() -> None:
    """An operator's word against the only secondary's region is supposed away with what it says."""
    image = an_image()
    view = a_view(a_failover(), image=image)
    view.state.words[NORTH] = a_word(region=NORTH)

    (flip,) = flips(image, view, NOW)

    assert flip.facts == ("web-north is ready, readable and in a healthy region",)
