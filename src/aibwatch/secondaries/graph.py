"""Walks from a template to all that it rests on, and says what of it would be out with the primary.

What lives only in the region that the secondary is to replace is red (PROMISES S27). A thing that
could not be read is unknown: it may live there.
"""

from collections import deque
from dataclasses import replace

from aibwatch.model.blueprint import Part
from aibwatch.model.graph import Graph, Node
from aibwatch.model.names import ResourceId, name_of
from aibwatch.model.readiness import Check, Colour
from aibwatch.model.resource import NOWHERE, Resource
from aibwatch.secondaries.grounds import Grounds, Lack
from aibwatch.secondaries.kinds import account_of, kind_of, noun, titled

LENIENT = frozenset({Part.SCRIPT, Part.SOURCE})
"""Parts that may live beside the primary if there are copies elsewhere; what is used as something
else besides is judged as that."""
COPIED = ("gzrs", "grs")
"""Redundancies of which a second region has a copy; LRS and ZRS end with their region. Source:
learn.microsoft.com, storage-redundancy."""
READABLE = ("ragrs", "ragzrs")
"""Those whose copy can be read before the account is failed over, at an address of its own."""


def graph(grounds: Grounds) -> Graph:
    """Return all that a secondary rests on. Cycles end: each thing is visited once."""
    template = grounds.template
    start = ResourceId(template.id)
    nodes = {start: Node(start, f"template {name_of(template.id)}", template.region, Colour.GREEN)}
    edges: list[tuple[ResourceId, ResourceId]] = []
    named = sorted(grounds.blueprint.rests_on, key=lambda each: each.part in LENIENT)
    waiting = deque((each.names, each.part, start) for each in named)
    while waiting:
        asked, part, above = waiting.popleft()
        answer = _asked(asked, grounds)
        name = answer.id if isinstance(answer, Resource) else asked  # of an address its account
        edges.append((above, name))
        if name in nodes:
            continue
        trail = (*nodes[above].trail, "template" if above == start else noun(above))
        node = replace(_node(name, part, answer, grounds), trail=trail)
        nodes[name] = _tolerated(node, part, grounds)
        if isinstance(answer, Resource) and part is not Part.SOURCE:
            waiting.extend((each, part, name) for each in answer.rests_on)
    return Graph(tuple(nodes.values()), tuple(dict.fromkeys(edges)))


def _asked(name: ResourceId, grounds: Grounds) -> Resource | Lack:
    """Return a resource; what is at an address outside Azure is in no region."""
    return grounds.resource(name) if kind_of(name) else Resource(name, "", NOWHERE)


def _node(name: ResourceId, part: Part, answer: Resource | Lack, grounds: Grounds) -> Node:
    called = titled(name)
    if isinstance(answer, Lack) and part is Part.SOURCE:
        return Node(name, called, NOWHERE, Colour.GREEN, "`source` says where it can be had")
    if isinstance(answer, Lack):
        remedy = "; create it, or mend what names it" if answer.gone else ""
        return Node(name, called, NOWHERE, Colour.UNKNOWN, answer.says + remedy)
    replaces = grounds.replaces
    if not answer.region:
        return Node(name, called, NOWHERE, Colour.GREEN)
    if replaces is None:
        says = f"the region of the primary {name_of(grounds.image.primary)} was not seen yet"
        return Node(name, called, answer.region, Colour.UNKNOWN, says)
    if answer.region != replaces:
        return Node(name, called, answer.region, Colour.GREEN)
    colour, says = _beside_the_primary(part, answer)
    return Node(name, called, answer.region, colour, says)


def _beside_the_primary(part: Part, resource: Resource) -> tuple[Colour, str]:
    """Return how it stands with something that lives in the region that is to be replaced."""
    if part is Part.SOURCE and "/versions/" in resource.id:
        return (
            Colour.YELLOW,
            "only its description is at home there; `source` says where it can be had",
        )
    sku = resource.redundancy.lower().rpartition("_")[2]
    copied = sku.endswith(COPIED)
    if part is Part.SCRIPT and copied and sku in READABLE:
        says = "its copy can be read at its -secondary address only, or once it has failed over"
        return Colour.YELLOW, f"{resource.redundancy}: {says}"
    if part is Part.SCRIPT and copied:
        return Colour.YELLOW, f"{resource.redundancy}: its copy can be read once it has failed over"
    told = f" ({resource.redundancy})" if resource.redundancy else ""
    return Colour.RED, f"it would be out with the primary{told}; {_remedy(part)}"


def _remedy(part: Part) -> str:
    match part:
        case Part.SCRIPT:
            return "keep the scripts in a store of another region too"
        case Part.DEFINITION:
            return "publish to a gallery in another region"
        case _:
            return f"name a {part} elsewhere"


def _tolerated(node: Node, part: Part, grounds: Grounds) -> Node:
    """Return a node that its owner accepts, by its name or with the home of his gallery."""
    image = grounds.image
    accepted = bool({node.id, *_names(node)} & image.tolerate_paths) or (
        part is Part.DEFINITION and Check.GALLERY_HOME in image.tolerate
    )
    if not accepted or node.colour in (Colour.GREEN, Colour.YELLOW):
        return node
    return replace(node, colour=Colour.YELLOW, says=f"tolerated: {node.says}")


def _names(node: Node) -> tuple[str, ...]:
    """Return what an owner may call it: its name, or that of its storage account."""
    return node.called.partition(" ")[2], node.id.rpartition("/")[2], account_of(node.id)
