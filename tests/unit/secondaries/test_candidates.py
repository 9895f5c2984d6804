"""Where a secondary could be made, and why there."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibwatch.model.names import Region
from aibwatch.model.offer import Geography
from aibwatch.secondaries.candidates import pairless, places
from builders import NORTH, WEST, an_image
from unit.secondaries.prepared import HUB

FRANCE, SOUTH, VIRGINIA = Region("francecentral"), Region("francesouth"), Region("eastus")
MAP = {
    each.region: each
    for each in (
        Geography(WEST, "Europe", NORTH, 52.3667, 4.9),
        Geography(NORTH, "Europe", WEST, 53.3478, -6.2597),
        Geography(HUB, "Sweden", None, 60.67488, 17.14127),
        Geography(FRANCE, "France", SOUTH, 46.3772, 2.373),
        Geography(SOUTH, "France", FRANCE, 43.8345, 2.1972),
        Geography(VIRGINIA, "United States", None, 37.3719, -79.8164),
    )
}
"""As Azure tells it (`az account list-locations`)."""
EVERYWHERE: dict[Region, bool | None] = dict.fromkeys(MAP, True)


def test_the_pair_comes_first_then_the_same_geography_then_the_nearest() -> None:
    """Each with the reason and the distance."""
    found = places(WEST, MAP, EVERYWHERE)

    assert [each.region for each in found] == [NORTH, FRANCE, SOUTH, HUB, VIRGINIA]
    assert "pair, whose recovery Azure puts first" in found[0].says
    assert "the same geography, Europe" in found[0].says
    assert "another geography, Sweden" in found[3].says


def test_the_distance_is_along_the_surface() -> None:
    """Amsterdam to Dublin is about 750 km."""
    (near, *_) = places(WEST, MAP, EVERYWHERE)

    assert near.km == pytest.approx(755, abs=10)
    assert f"{near.km} km away" in near.says


def test_a_region_that_the_provider_does_not_list_is_no_candidate() -> None:
    """Not even if it is the pair: of most regions it is not listed, and that is said."""
    builds = {**EVERYWHERE, SOUTH: False}

    found = places(FRANCE, MAP, builds)

    assert SOUTH not in {each.region for each in found}
    assert "francesouth, has no Image Builder" in pairless(FRANCE, MAP, [WEST, NORTH])
    assert pairless(HUB, MAP, EVERYWHERE) == "swedencentral has no Azure pair"
    assert not pairless(WEST, MAP, EVERYWHERE)


def test_a_region_that_nobody_told_of_comes_after_those_that_build() -> None:
    """It may have it; that is said."""
    found = places(WEST, MAP, {**EVERYWHERE, NORTH: None})

    assert found[-1].region == NORTH
    assert "was not told" in found[-1].says


def test_what_the_owner_does_not_allow_comes_last_and_says_so() -> None:
    """Residency is for him to widen (S28)."""
    image = an_image(allowed_geographies=frozenset({"sweden"}), allowed_regions=frozenset({SOUTH}))

    found = places(WEST, MAP, EVERYWHERE, image)

    assert [each.region for each in found[:2]] == [SOUTH, HUB]
    assert [each.forbidden for each in found] == [False, False, True, True, True]
    assert "not allowed by its owner" in found[2].says


def test_a_region_of_which_nothing_is_told_is_still_listed() -> None:
    """Without distance, and after those that have one."""
    bare = Geography(Region("newregion"))

    found = places(WEST, {**MAP, bare.region: bare}, {**EVERYWHERE, bare.region: True})

    assert (found[-1].region, found[-1].km) == (bare.region, None)
    assert "nobody tells" in found[-1].says


@given(st.sampled_from(sorted(MAP)), st.permutations(sorted(MAP)))
def test_the_order_does_not_hang_on_that_of_the_answer(home: Region, order: list[Region]) -> None:
    """And within one kind the nearer one comes first."""
    found = places(home, {each: MAP[each] for each in order}, EVERYWHERE)

    assert found == places(home, MAP, EVERYWHERE)
    others = [each for each in found if "another" in each.says and "pair" not in each.says]
    assert all((one.km or 0) <= (two.km or 0) for one, two in pairwise(others))
