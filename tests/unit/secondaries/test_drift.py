"""A secondary that builds otherwise than its primary is red, and says where (PROMISES S29)."""

import pytest

from aibwatch.model.drift import Difference, differences
from aibwatch.model.readiness import Colour, Item
from aibwatch.secondaries.drift import no_drift
from aibwatch.secondaries.recipe import NONSENSE, blueprint
from builders import WEB, WEB_NORTH, an_image
from ten_templates import TOOLS, Json, a_body, body

HERE = blueprint(a_body(body()))
OTHER: Json = {
    "customize": [{**TOOLS, "inline": ["apt-get update"]}],
    "buildTimeoutInMinutes": 60,
    "vmProfile": {"vmSize": "Standard_D2s_v5", "osDiskSizeGB": 64},
}


def checked(secondary: Json, **image: object) -> Item:
    """Check a secondary with these properties."""
    there = blueprint(a_body(body(**secondary)))
    return no_drift(an_image(**image), WEB_NORTH, {WEB: HERE, WEB_NORTH: there})


def test_the_same_recipe_is_green() -> None:
    """However it is written."""
    assert checked({"buildTimeoutInMinutes": 240}).colour is Colour.GREEN


def test_a_difference_is_red_with_both_values_and_the_remedy() -> None:
    """What stands in the one, what in the other, and what to do."""
    found = checked({"buildTimeoutInMinutes": 60})

    assert found.colour is Colour.RED
    assert found.says == (
        "it differs from the primary in 1 place: $.buildTimeoutInMinutes: - in the primary, 60"
        " here; delete it and create it again from web-west (aibwatch replicate web), or allow it"
        " (allow_drift)"
    )


def test_of_many_differences_the_first_are_named() -> None:
    """All of them are for `aibwatch templates diff`."""
    says = checked(OTHER).says

    assert says.startswith("it differs from the primary in 4 places: $.buildTimeoutInMinutes: ")
    assert "$.customize[0].inline[1]" in says
    assert "$.vmProfile.osDiskSizeGB" in says
    assert "$.vmProfile.vmSize" not in says
    assert "; and 1 more; delete it" in says


def test_what_is_allowed_is_no_drift() -> None:
    """By path, by a path above it, by any index."""
    allowed = ("$.buildTimeoutInMinutes", "$.vmProfile", "$.customize[*].inline[1]")

    assert checked(OTHER, allow_drift=allowed).colour is Colour.GREEN


@pytest.mark.parametrize(
    "allowed", ["$.vmProfile.vm", "$.vmProfile.vmSizes", "$.vmprofile.vmSize", "$.vmProfile[*]"]
)
def test_what_is_allowed_is_that_path_and_no_other(allowed: str) -> None:
    """A slip in the configuration must not hide drift."""
    found = checked({"vmProfile": {"vmSize": "Standard_D2s_v5"}}, allow_drift=(allowed,))

    assert found.colour is Colour.RED


def test_any_index_is_no_other_path() -> None:
    """A name that ends like an index stays another name."""
    one = blueprint(a_body(body(customize=[TOOLS, TOOLS])))

    assert differences(HERE, one, ("$.customize[1]",)) == ()
    assert differences(HERE, one, ("$.customize[0]",)) != ()


@pytest.mark.parametrize("unread", [WEB, WEB_NORTH])
def test_until_both_were_read_it_is_unknown(unread: object) -> None:
    """Unknown holds, and names which one."""
    known = {each: HERE for each in (WEB, WEB_NORTH) if each != unread}

    found = no_drift(an_image(), WEB_NORTH, known)

    assert found.colour is Colour.UNKNOWN
    who = "web-west" if unread == WEB else "web-north"
    assert f"what {who} builds was not read yet" in found.says


def test_two_bodies_that_are_nonsense_are_not_the_same() -> None:
    """What could not be read says nothing."""
    found = no_drift(an_image(), WEB_NORTH, {WEB: NONSENSE, WEB_NORTH: NONSENSE})

    assert found.colour is Colour.UNKNOWN


def test_differences_tell_what_one_of_both_lacks() -> None:
    """A leaf more is a difference too."""
    more = blueprint(a_body(body(optimize={"vmBoot": {"state": "Enabled"}})))

    assert differences(HERE, more) == (Difference("$.optimize.vmBoot.state", "-", '"enabled"'),)
    assert differences(more, HERE) == (Difference("$.optimize.vmBoot.state", '"enabled"', "-"),)
