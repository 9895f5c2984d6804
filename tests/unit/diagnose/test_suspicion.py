"""When we distrust ourselves: a failed test, a wrong clock, or too much that looks ill."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from aibwatch.diagnose.suspicion import suspicion
from aibwatch.model.decision import Reason
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.observation import SelfTested
from aibwatch.model.region import Health, RegionBelief
from aibwatch.model.state import State
from builders import HOUR, MINUTE, NOON, NORTH, a_belief, a_policy, a_state, some_sightings


def regions(*, bad: int, well: int, unknown: int = 0) -> State:
    """Return a state with so many regions of each kind."""
    healths = [Health.OUTAGE] * bad + [Health.HEALTHY] * well + [Health.UNKNOWN] * unknown
    return a_state(
        beliefs=[
            a_belief(region=Region(f"region{number}"), health=health)
            for number, health in enumerate(healths)
        ]
    )


def suspected(state: State, test: SelfTested | None = None) -> bool:
    """Return whether we are suspect, and check that it says so properly."""
    sightings = some_sightings()
    sightings.self_test = test
    hold = suspicion(state, sightings, a_policy(), NOON)
    assert hold is None or (hold.reason is Reason.SELF_SUSPECT and hold.says)
    return hold is not None


@pytest.mark.parametrize(
    ("bad", "well", "suspect"),
    [
        (0, 0, False),
        (0, 1, False),
        (1, 0, True),
        (1, 1, False),
        (2, 0, True),
        (1, 2, False),
        (2, 1, True),
        (3, 0, True),
        (1, 3, False),
        (2, 2, False),
        (3, 1, True),
        (4, 0, True),
        (2, 3, False),
        (3, 2, True),
        (5, 5, False),
        (6, 5, True),
    ],
)
def test_too_many_bad_regions_are_not_believed(*, bad: int, well: int, suspect: bool) -> None:
    """All, two of three, or from four on more than half (S13, S14)."""
    assert suspected(regions(bad=bad, well=well)) is suspect


@pytest.mark.parametrize(("bad", "well", "suspect"), [(2, 1, True), (3, 1, False), (1, 2, False)])
def test_the_share_counts_from_four_regions_on(*, bad: int, well: int, suspect: bool) -> None:
    """Below four known regions no share makes two bad ones credible (S13)."""
    policy = a_policy(self_suspect_share=Fraction(9, 10))

    hold = suspicion(regions(bad=bad, well=well), some_sightings(), policy, NOON)

    assert (hold is not None) is suspect


def test_unknown_regions_are_not_counted() -> None:
    """A region of which nothing is known makes no share smaller (S13)."""
    assert suspected(regions(bad=1, well=0, unknown=9))


def test_a_region_about_to_be_out_is_bad() -> None:
    """Enough families agree though the debounce still runs: that counts as bad (S13)."""
    beliefs: list[RegionBelief] = [
        a_belief(region=Region(name), health=Health.DEGRADED, agreed_since=NOON)
        for name in ("a", "b")
    ]

    assert suspected(a_state(beliefs=beliefs))


def test_degraded_regions_are_not_bad() -> None:
    """One family everywhere is no reason to distrust ourselves."""
    beliefs = [a_belief(region=Region(name), health=Health.DEGRADED) for name in ("a", "b")]

    assert not suspected(a_state(beliefs=beliefs))


def test_a_failed_self_test_is_suspect() -> None:
    """If we ourselves cannot see, nothing that we see counts."""
    fault = Fault(FaultKind.NETWORK, "no route")

    assert suspected(regions(bad=0, well=4), SelfTested(NOON, fault))
    assert not suspected(regions(bad=0, well=4), SelfTested(NOON, None))


@pytest.mark.parametrize(("seconds", "suspect"), [(120, False), (121, True), (-121, True)])
def test_a_clock_that_is_wrong_is_suspect(seconds: int, *, suspect: bool) -> None:
    """Beyond the bound neither clock is trusted, whichever is ahead (S43)."""
    test = SelfTested(NOON, None, timedelta(seconds=seconds))

    assert suspected(regions(bad=0, well=4), test) is suspect


@pytest.mark.parametrize(
    ("cleared", "unproven", "suspect"),
    [
        (NOON - MINUTE, True, True),
        (NOON - MINUTE, False, False),
        (NOON - 2 * HOUR, True, False),
    ],
    ids=["only fell silent", "built again", "was ill before"],
)
def test_a_region_that_only_fell_silent_still_counts(
    cleared: datetime, *, unproven: bool, suspect: bool
) -> None:
    """It was bad together with the one that is left: all of Azure was ill."""
    state = a_state(
        beliefs=[
            a_belief(health=Health.OUTAGE, agreed_since=NOON - HOUR, since=NOON - HOUR),
            a_belief(region=NORTH, cleared=cleared, unproven=unproven),
        ]
    )

    assert suspected(state) == suspect
