"""Nothing that a secondary rests on lives only in the region that it is to replace (S27)."""

from aibwatch.model.graph import Node
from aibwatch.model.readiness import Check, Colour, Item, item
from aibwatch.secondaries.belongings import listed
from aibwatch.secondaries.graph import graph
from aibwatch.secondaries.grounds import Grounds

_WORST_FIRST = (Colour.RED, Colour.UNKNOWN, Colour.YELLOW)


def independence(grounds: Grounds) -> Item:
    """Judge the graph of a secondary: it is as good as the worst thing in it, named by its path."""
    nodes = graph(grounds).nodes
    for colour in _WORST_FIRST:
        found = [each for each in nodes if each.colour is colour]
        if found:
            return item(Check.INDEPENDENCE, colour, _says(found))
    count = len(nodes) - 1
    what = f"all {count} things that it rests on live" if count > 1 else "what it rests on lives"
    return item(Check.INDEPENDENCE, Colour.GREEN, f"{what} outside {grounds.replaces}")


def _says(nodes: list[Node]) -> str:
    return listed([f"{each.path}: {each.says}" for each in nodes])
