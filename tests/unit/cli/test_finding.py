"""The exit code that follows from what was found, and the words for what could not be read."""

from collections.abc import Sequence

import pytest

from aibwatch.cli.finding import Finding, Trouble, exit_code, kept_outside, unreadable
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import Region
from aibwatch.model.readiness import Colour
from builders import NORTH, WEST, an_image


@pytest.mark.parametrize(
    ("troubles", "code"),
    [
        ([], 0),
        ([Trouble.NONE], 0),
        ([Trouble.NOT_READY, Trouble.NONE], 12),
        ([Trouble.NOT_READY, Trouble.DEGRADED], 10),
        ([Trouble.DEGRADED, Trouble.OUTAGE, Trouble.NOT_READY], 11),
        ([Trouble.OUTAGE, Trouble.TEMPORARY], 75),
        ([Trouble.TEMPORARY, Trouble.PERMISSION, Trouble.OUTAGE], 77),
    ],
)
def test_the_worst_trouble_decides(troubles: Sequence[Trouble], code: int) -> None:
    """What keeps us from seeing outranks what was seen."""
    findings = [Finding("x", Colour.RED, "y", each) for each in troubles]

    assert exit_code(findings) == code


@pytest.mark.parametrize(
    ("kind", "trouble", "remedy"),
    [
        (FaultKind.AUTH, Trouble.PERMISSION, "azure.credential"),
        (FaultKind.PERMISSION, Trouble.PERMISSION, "the right to read"),
        (FaultKind.NOT_FOUND, Trouble.NOT_READY, "mend its id"),
        (FaultKind.NETWORK, Trouble.TEMPORARY, "azure.proxy"),
        (FaultKind.PLATFORM, Trouble.DEGRADED, "may be out"),
        (FaultKind.TIMEOUT, Trouble.DEGRADED, "may be out"),
        (FaultKind.NONSENSE, Trouble.DEGRADED, "may be out"),
        (FaultKind.THROTTLED, Trouble.TEMPORARY, "slow down"),
    ],
)
def test_every_fault_has_its_trouble_and_its_words(
    kind: FaultKind, trouble: Trouble, remedy: str
) -> None:
    """Whose trouble it is decides what to do about it."""
    finding = unreadable("web", Fault(kind, "slow down"))

    assert (finding.trouble, finding.colour) == (trouble, Colour.RED)
    assert remedy in finding.says


def test_a_store_outside_an_images_residency_is_told() -> None:
    """Copies of templates hold the scripts that are written in them (PROMISES S28)."""
    german = an_image(name="de", allowed_regions=frozenset({Region("germanywestcentral")}))
    western = an_image(name="eu", allowed_regions=frozenset({WEST, NORTH}))
    free = an_image(name="any", allowed_regions=frozenset())

    (found,) = kept_outside("store account goldens", WEST, [german, western, free])

    assert (found.what, found.colour, found.trouble) == ("de", Colour.RED, Trouble.NOT_READY)
    assert found.says.startswith("store account goldens is in westeurope, which allowed_regions")


@pytest.mark.parametrize(
    ("geography", "colour", "says"),
    [
        ("europe", None, ""),
        ("Germany", Colour.RED, "(Germany), which allowed_geographies does not name"),
        ("", Colour.UNKNOWN, "grant Microsoft.Resources/subscriptions/locations/read"),
    ],
)
def test_geographies_count_for_the_store_as_for_all_else(
    geography: str, colour: Colour | None, says: str
) -> None:
    """One that nobody knows is not allowed; a region that is named needs none (PROMISES S28)."""
    european = an_image(name="eu", allowed_geographies=frozenset({"Europe"}))
    named = an_image(allowed_regions=frozenset({WEST}), allowed_geographies=frozenset({"Asia"}))
    free = an_image(name="any")

    found = [*kept_outside("the store", WEST, [european, named, free], geography)]

    assert [each.colour for each in found] == ([colour] if colour else [])
    assert all(each.what == "eu" and says in each.says for each in found)
    assert all(each.trouble is Trouble.NOT_READY for each in found)
