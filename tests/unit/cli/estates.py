"""A fleet that rests on something of every kind, so that `check` has to ask for all of it."""

from collections.abc import Mapping

from aibwatch.model.image import Image
from aibwatch.model.names import BaseId, ImageName, Region, ResourceId, TemplateId
from aibwatch.model.resource import SUBNET
from aibwatch.sim import body, runs
from aibwatch.sim.estate import SimResource
from aibwatch.sim.truth import Cause
from aibwatch.sim.world import World
from builders import HOUR, NOON, NORTH, SUBSCRIPTION, WEST, a_definition_id, an_id, an_image

NOW = NOON + HOUR
"""When all has been built once."""
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/images"
MANAGED = BaseId(f"{GROUP}/providers/microsoft.compute/images/base")
PLAN = {"planName": "pro", "planProduct": "linux", "planPublisher": "acme"}
AROUND = {
    "networkSecurityGroup": "networksecuritygroups",
    "routeTable": "routetables",
    "natGateway": "natgateways",
}
"""Of a subnet: the property that names each kind."""


def sources() -> Mapping[str, Mapping[str, object]]:
    """Return what each image builds from: the marketplace, a gallery, a managed image."""
    base = f"{a_definition_id('web')}/versions/latest"
    platform = body.write("web", NORTH, a_definition_id(), [])["properties"]
    return {
        "web": {**_mapping(body.at(platform, "source")), "planInfo": PLAN},
        "db": {"type": "SharedImageVersion", "imageVersionId": base},
        "app": {"type": "ManagedImage", "imageId": MANAGED},
    }


def fleet() -> tuple[Image, ...]:
    """Return an image of each kind of source."""
    return tuple(an_image(name=ImageName(each), templates=_templates(each)) for each in sources())


def an_estate() -> World:
    """Return a World in which all of them were built once, and nothing is missing."""
    world = World(NOON)
    world.managed[MANAGED] = NORTH
    for name, source in sources().items():
        world.add_definition(a_definition_id(name), NORTH)
        for template, place in zip(_templates(name), (WEST, NORTH), strict=True):
            _add(world, template, place, name, source)
    for each in [*world.estate.resources.values()]:
        if each.kind == SUBNET:
            _surround(world, each)
    world.estate.grant(GROUP)
    for image in fleet():
        runs.begin(world, image.primary, Cause.HUMAN)
    world.advance(NOW)
    return world


def _templates(name: str) -> tuple[TemplateId, TemplateId]:
    return an_id(f"{name}-west"), an_id(f"{name}-north")


def _add(
    world: World, template: TemplateId, place: Region, name: str, source: Mapping[str, object]
) -> None:
    """Add a template with a source and a staging group of its own."""
    written = body.write(name, place, a_definition_id(name), [NORTH, WEST])
    staging = f"{GROUP}-staging-{name}-{place}"
    properties = {**_mapping(written["properties"]), "source": source}
    properties["stagingResourceGroup"] = staging
    world.add_template(template, {**written, "properties": properties})


def _surround(world: World, subnet: SimResource) -> None:
    """Put what a subnet may rest on beside it."""
    network = subnet.id.partition("/virtualnetworks/")[0]
    found = {name: ResourceId(f"{network}/{kind}/own") for name, kind in AROUND.items()}
    subnet.rests_on = found
    for each in found.values():
        world.estate.add(SimResource(each, subnet.region))


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value
