"""What a secondary rests on: every thing on its way to a version, and in which region it lives."""

from dataclasses import dataclass

from aibwatch.model.names import Region, ResourceId
from aibwatch.model.readiness import Colour


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that a template rests on, seen from the template."""

    id: ResourceId
    """Its ARM id or address; of the first node that of the template."""
    called: str
    """Kind and name, such as `network net-weu`."""
    region: Region
    """Where it lives; "" if it is in no region, or nobody knows in which."""
    colour: Colour
    says: str = ""
    """What is not well with it, and the remedy."""
    trail: tuple[str, ...] = ()
    """The kinds of what lies between, the template's first: `template`, `subnet`."""

    @property
    def path(self) -> str:
        """The way from the template, such as `template -> subnet -> network net-weu (uksouth)`."""
        where = f" ({self.region})" if self.region else ""
        return " -> ".join((*self.trail, self.called)) + where


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes, the template's first, each once, and what rests on what."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[ResourceId, ResourceId], ...]
    """From what rests to what it rests on. There may be cycles."""
