"""Findings of one cause are told once."""

from aibwatch.cli.causes import gathered
from aibwatch.cli.finding import Finding, caused, unreadable
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.readiness import Colour

DOWN = Fault(FaultKind.NETWORK, "no route")


def test_one_cause_is_one_line_with_all_that_follows_from_it() -> None:
    """In the place of the first, in the worst colour, and each remedy once."""
    events = caused("events", Colour.YELLOW, DOWN, "regions are judged without it")
    port = Finding("port", Colour.RED, "is taken")

    found = gathered([events, port, unreadable("web-west", DOWN), unreadable("web-north", DOWN)])

    remedy = "look at the network, azure.proxy and azure.ca_file"
    says = f"network: no route; regions are judged without it; {remedy}"
    assert [(each.what, each.colour, each.says) for each in found] == [
        ("events, web-west, web-north", Colour.RED, says),
        ("port", Colour.RED, "is taken"),
    ]


def test_many_are_counted() -> None:
    """A large fleet is no wall of names."""
    (found,) = gathered([unreadable(f"t{each}", DOWN) for each in range(40)])

    assert found.what == "t0, t1, t2 and 37 more"


def test_an_answer_about_each_is_one_cause() -> None:
    """Whose id it quotes, and the id of the request, make no cause of their own."""
    request = "0e3c7f4a-0000-4000-8000-00000000000"
    told = [f"may not read /subscriptions/1/t/{each}, request {request}{each}" for each in "12"]

    found = gathered([unreadable(each, Fault(FaultKind.PERMISSION, each)) for each in told])

    assert len(found) == 1
    assert found[0].says.startswith(f"permission: {told[0]}; give the identity")


def test_other_causes_and_what_is_well_stand_alone() -> None:
    """Another text is another trouble; a list of what is well is what a newcomer wants to see."""
    well = [Finding(each, Colour.GREEN, "its templates can be read") for each in ("a", "b")]
    told = [Finding(each, Colour.RED, f"has no {each}") for each in ("a", "b")]
    faults = [unreadable(each, Fault(FaultKind.PLATFORM, each)) for each in ("x", "y")]

    assert gathered([*well, *told, *faults]) == [*well, *told, *faults]


def test_what_is_said_alike_is_told_once() -> None:
    """Also where no answer of Azure is its cause."""
    alike = [Finding(each, Colour.RED, "not protected") for each in ("api", "web")]

    assert gathered(alike) == [Finding("api, web", Colour.RED, "not protected")]
