"""The picture of what a secondary rests on: lanes of regions, boxes, and lines between them."""

import itertools

import pytest

from aibwatch.model.graph import Graph, Node
from aibwatch.model.names import Region, ResourceId
from aibwatch.model.readiness import Colour
from aibwatch.status.drawing import BOX, GAP, LANE, LETTERS, ROW, Drawing, drawing
from aibwatch.status.preparation import tree_of
from builders import NORTH, WEST

HUB = Region("swedencentral")
LONG = "storage account " + "s" * LETTERS


def node(name: str, place: Region | str, called: str = "") -> Node:
    """Return a thing."""
    return Node(ResourceId(name), called or name, Region(place), Colour.GREEN)


def drawn(*nodes: Node, edges: str, replaced: str = WEST) -> Drawing:
    """Return the picture of things, with what rests on what as in `template-subnet`."""
    pairs = (each.split("-") for each in edges.split())
    links = tuple((ResourceId(above), ResourceId(name)) for above, name in pairs)
    return drawing(tree_of(Graph(nodes, links)), replaced)


def lane_of(found: Drawing, name: str) -> str:
    """Return the region in whose lane a thing stands."""
    (box,) = (each for each in found.boxes if each.told["id"] == name)
    (lane,) = (each for each in found.lanes if each.x == box.x - GAP)
    assert box.x + BOX < lane.x + LANE
    return lane.name


def test_each_thing_stands_in_the_lane_of_its_region_in_a_row_of_its_own() -> None:
    """The replaced region first, then the secondary's own, the others, and none at all."""
    found = drawn(
        node("t", NORTH),
        node("store", ""),
        node("hub", HUB),
        node("net", WEST),
        edges="t-store t-hub t-net",
    )

    assert [each.name for each in found.lanes] == [WEST, NORTH, HUB, ""]
    assert [each.replaced for each in found.lanes] == [True, False, False, False]
    places = [lane_of(found, each) for each in ("t", "store", "hub", "net")]
    assert places == [NORTH, "", HUB, WEST]
    rows = [each.y for each in found.boxes]
    assert [after - before for before, after in itertools.pairwise(rows)] == [ROW] * 3
    assert found.height > rows[-1] + ROW / 2
    assert found.width == 4 * LANE


def test_a_region_that_nothing_lives_in_is_shown_empty() -> None:
    """That is what independence looks like."""
    found = drawn(node("t", NORTH), edges="")

    assert [each.name for each in found.lanes] == [WEST, NORTH]
    assert lane_of(found, "t") == NORTH


def test_without_a_primary_that_was_seen_no_lane_is_the_replaced_one() -> None:
    """Nor is the one of what is in no region."""
    found = drawn(node("t", NORTH), node("store", ""), edges="t-store", replaced="")

    assert [(each.name, each.replaced) for each in found.lanes] == [(NORTH, False), ("", False)]


@pytest.mark.parametrize(
    ("edges", "lines"),
    [("t-a a-b", 2), ("t-a t-b a-b", 3), ("t-a a-b b-a b-t", 4)],
    ids=["a way", "two ways", "a circle"],
)
def test_every_link_has_its_line(edges: str, lines: int) -> None:
    """Also that to a thing which stands elsewhere already, and circles end."""
    found = drawn(node("t", NORTH), node("a", NORTH), node("b", HUB), edges=edges)

    assert len(found.lines) == lines
    assert len(set(found.lines)) == lines


def test_a_line_begins_and_ends_at_the_edges_of_what_it_joins() -> None:
    """Across the lanes at the facing sides, within one at the left of both."""
    right = drawn(node("t", NORTH), node("a", HUB), edges="t-a")
    left = drawn(node("t", NORTH), node("a", WEST), edges="t-a")
    same = drawn(node("t", NORTH), node("a", NORTH), edges="t-a")

    north, hub = LANE + GAP, 2 * LANE + GAP
    assert right.lines[0].startswith(f"M{north + BOX} ")
    assert right.lines[0].split()[-2] == str(hub)
    assert left.lines[0].startswith(f"M{north} ")
    assert left.lines[0].split()[-2] == str(GAP + BOX)
    assert same.lines[0].startswith(f"M{north} ")
    assert same.lines[0].endswith(f"H{north}")


def test_a_name_is_cut_to_what_fits() -> None:
    """The whole of it is told beside."""
    found = drawn(node("t", NORTH), node("s", HUB, LONG), edges="t-s")

    assert found.boxes[1].name == LONG[: LETTERS - 1] + "…"
    assert found.boxes[1].told["called"] == LONG
    assert found.boxes[0].name == "t"
