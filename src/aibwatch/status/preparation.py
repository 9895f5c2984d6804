"""How ready each secondary is, item by item: `/api/v1/readiness` and `aibwatch readiness`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from aibwatch.model.blueprint import Blueprint
from aibwatch.model.geography import only_here
from aibwatch.model.graph import Graph, Node
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, ResourceId, TemplateId, name_of
from aibwatch.model.readiness import ADVISORY, Colour, Item, Readiness
from aibwatch.model.state import Sightings
from aibwatch.model.template import RunState
from aibwatch.status.freshness import Freshness, freshness
from aibwatch.status.plain import Json, Object, instant
from aibwatch.status.remedies import PAGES

NO_BLUEPRINTS: Mapping[TemplateId, Blueprint] = MappingProxyType({})

Links = dict[ResourceId, list[ResourceId]]
"""What rests on what."""

GIB_MONTH = 0.05
"""USD for a GiB of a version in one region for a month: the list price of snapshots on standard
storage in most regions, by which replicas are billed. An estimate: yours may differ."""


def preparation(
    images: Iterable[Image],
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
    misconfigured: Mapping[ImageName, str],
    sightings: Sightings,
    at: datetime,
    blueprints: Mapping[TemplateId, Blueprint] = NO_BLUEPRINTS,
) -> Object:
    """Return every image with its secondaries, as of `at`.

    `blueprints` are what owners wrote, by which the age of what rests on that can be told.
    """

    def ages(template: TemplateId) -> Freshness:
        return freshness(template, sightings, blueprints)

    found = [_image(each, readiness, misconfigured, sightings, ages) for each in images]
    protected = sum(bool(each["protected"]) for each in found)
    count = len(found)
    return {
        "at": instant(at),
        "summary": f"{count} image{'' if count == 1 else 's'}, {protected} protected",
        "images": [*found],
    }


def next_command(image: Image) -> str | None:
    """Return what to do about an image that nothing could protect, None where something could."""
    return None if image.secondaries else f"aibwatch replicate {image.name}"


def items_of(readiness: Readiness | None, age: Freshness) -> list[Json]:
    """Return what was checked of a secondary."""
    return [_item(each, age) for each in (readiness.items if readiness else ())]


def amiss(readiness: Readiness | None, age: Freshness) -> list[Json]:
    """Return what of a secondary is not green, the worst first."""
    worst = (Colour.RED, Colour.UNKNOWN, Colour.YELLOW)
    items = readiness.items if readiness else ()
    return [_item(each, age) for colour in worst for each in items if each.colour is colour]


def tree_of(graph: Graph) -> Object:
    """Return a graph as a tree: each thing below what first led to it, so that it can be read."""
    below: Links = {each.id: [] for each in graph.nodes}
    also: Links = {each.id: [] for each in graph.nodes}
    placed = {graph.nodes[0].id}
    for above, name in graph.edges:
        (also if name in placed else below)[above].append(name)
        placed.add(name)
    nodes = {each.id: each for each in graph.nodes}
    return _tree(graph.nodes[0], nodes, below, also)


def _tree(node: Node, nodes: Mapping[ResourceId, Node], below: Links, also: Links) -> Object:
    return {
        "id": node.id,
        "called": node.called,
        "region": node.region or None,
        "colour": node.colour,
        "says": node.says,
        "rests_on": [_tree(nodes[each], nodes, below, also) for each in below[node.id]],
        "also": [*also[node.id]],
    }


def _image(
    image: Image,
    readiness: Mapping[tuple[ImageName, TemplateId], Readiness],
    misconfigured: Mapping[ImageName, str],
    sightings: Sightings,
    ages: Callable[[TemplateId], Freshness],
) -> Object:
    known = {each: readiness.get((image.name, each)) for each in image.secondaries}
    ready = any(each is not None and each.ready for each in known.values())
    wrong = misconfigured.get(image.name)
    command = next_command(image)
    primary = sightings.templates.get(image.primary)
    return {
        "name": image.name,
        "mode": image.mode,
        "protected": ready and image.mode is Mode.AUTO and wrong is None,
        "misconfigured": wrong,
        "next": command,
        "alone": (only_here(primary.region, sightings) or None) if command and primary else None,
        "cost": _cost(image, sightings) if command else None,
        "secondaries": [
            _secondary(each, known[each], sightings, ages(each)) for each in image.secondaries
        ],
    }


def _cost(image: Image, sightings: Sightings) -> str:
    """Estimate what a secondary would cost. VMs are told in minutes: their size has the price."""
    primary = sightings.templates.get(image.primary)
    run = primary.run if primary else None
    took = ""
    if run and run.ended and run.state is RunState.SUCCEEDED:
        took = f" (here {round((run.ended - run.started).total_seconds() / 60)} at last)"
    return (
        f"about {GIB_MONTH} USD a month, by the list price, for each GiB of each version that is"
        f" kept there, and for each build the minutes of its VM{took}; the template itself costs"
        " nothing"
    )


def _secondary(
    template: TemplateId, readiness: Readiness | None, sightings: Sightings, age: Freshness
) -> Object:
    seen = sightings.templates.get(template)
    return {
        "id": template,
        "name": name_of(template),
        "region": seen.region if seen else None,
        "seen": instant(sightings.seen.get(template)),
        "ready": readiness is not None and readiness.ready,
        "items": items_of(readiness, age),
    }


def _item(item: Item, age: Freshness) -> Object:
    return {
        "check": item.check,
        "colour": item.colour,
        "gates": item.check not in ADVISORY,
        "says": item.says,
        "seen": instant(age(item.check)),
        "page": PAGES.get(item.check),
    }
