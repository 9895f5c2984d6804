"""What a secondary rests on, laid out as a picture: a lane for each region, a row for each thing.

The lane of the region that the secondary is to replace comes first, also if nothing lives there: an
empty one is what independence looks like. Pure; the page's template makes an SVG of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

LANE, BOX, GAP = 244, 208, 18
"""Widths: of a lane, of what stands in it, and left of that."""
HEAD, ROW, TALL = 32, 48, 36
"""Heights: of the lanes' names, of a row, and of what stands in it."""
LETTERS = 30
"""So many letters fit into a box."""

Tree = Mapping[str, object]
"""As `preparation.tree_of` tells it."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One region."""

    x: int
    name: str
    """"" for what is in no region, or in one that nobody knows."""
    replaced: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One thing, by its upper left corner."""

    x: int
    y: int
    name: str
    says: str
    """What is wrong with it; of both as much as fits."""
    told: Tree


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it, in pixels."""

    lane_width: ClassVar[int] = LANE - 4
    box_width: ClassVar[int] = BOX
    box_height: ClassVar[int] = TALL
    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    """From what rests to what it rests on, in the words of SVG paths."""


def drawing(tree: Tree, replaced: str) -> Drawing:
    """Lay out what a secondary rests on, beside the region that it is to replace."""
    things = list(_down(tree))
    names = _lanes(things, replaced)
    at = {name: number * LANE for number, name in enumerate(names)}
    boxes = {
        str(each["id"]): _box(each, at[_region(each)] + GAP, HEAD + row * ROW)
        for row, each in enumerate(things)
    }
    lines = (
        _line(boxes[str(each["id"])], boxes[name])
        for each in things
        for name in _rests_on(each)
        if name in boxes
    )
    return Drawing(
        width=len(names) * LANE,
        height=HEAD + len(things) * ROW,
        lanes=tuple(Lane(at[each], each, bool(each) and each == replaced) for each in names),
        boxes=tuple(boxes.values()),
        lines=tuple(lines),
    )


def _down(tree: Tree) -> Iterator[Tree]:
    """Yield each thing, then what stands below it."""
    yield tree
    for each in _below(tree):
        yield from _down(each)


def _below(tree: Tree) -> list[Tree]:
    found = tree["rests_on"]
    return found if isinstance(found, list) else []


def _rests_on(tree: Tree) -> list[str]:
    also = tree["also"]
    return [str(each["id"]) for each in _below(tree)] + (also if isinstance(also, list) else [])


def _region(tree: Tree) -> str:
    return str(tree["region"] or "")


def _lanes(things: list[Tree], replaced: str) -> list[str]:
    """Return the regions: the replaced one, the secondary's, the others, at last none at all."""
    own, *others = map(_region, things)
    found = dict.fromkeys((replaced, own, *sorted(others)))
    return [*filter(None, found), *([""] if "" in found else [])]


def _box(tree: Tree, x: int, y: int) -> Box:
    return Box(x, y, _short(str(tree["called"])), _short(str(tree["says"])), tree)


def _short(words: str) -> str:
    return words if len(words) <= LETTERS else f"{words[: LETTERS - 1]}…"


def _line(above: Box, below: Box) -> str:
    """Return the way between two: beside their lane if they share it, else across the lanes."""
    middle = TALL // 2
    if above.x == below.x:
        near = above.x - GAP + 4
        return f"M{above.x} {above.y + middle}H{near}V{below.y + middle}H{below.x}"
    begin, end = above.y + middle, below.y + middle
    right = above.x < below.x
    start, stop = (above.x + BOX, below.x) if right else (above.x, below.x + BOX)
    bend = GAP * 2 if right else -GAP * 2
    return f"M{start} {begin}C{start + bend} {begin} {stop - bend} {end} {stop} {end}"
