"""A secondary that is ready in every item, and what is found of it when something is not so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from aibwatch.model.blueprint import Blueprint, Dependency, Part
from aibwatch.model.fault import Fault
from aibwatch.model.names import Region, ResourceId, TemplateId, scope_of
from aibwatch.model.offer import Geography, Offer, Quota, Size
from aibwatch.model.readiness import Check, Item, Readiness
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.model.template import Template
from aibwatch.secondaries.grounds import Known
from aibwatch.secondaries.readiness import assess
from builders import (
    A_BASE,
    NOON,
    NORTH,
    SUBSCRIPTION,
    WEB,
    WEB_NORTH,
    WEST,
    a_definition,
    a_definition_id,
    a_policy,
    a_success,
    a_supply,
    a_template,
    an_image,
    some_sightings,
)

GROUP = scope_of(WEB_NORTH)
HUB = Region("swedencentral")
"""A third region, where the gallery is at home."""

HERE = f"/subscriptions/{SUBSCRIPTION}/resourcegroups"
SIZE = "standard_d2s_v5"


def an_arm_id(kind: str, name: str, group: str = "north") -> ResourceId:
    """Return the id of a resource, such as `microsoft.network/routetables` and `out`."""
    return ResourceId(f"{HERE}/{group}/providers/{kind}/{name}")


IDENTITY = an_arm_id("microsoft.managedidentity/userassignedidentities", "builder-north")
NETWORK = an_arm_id("microsoft.network/virtualnetworks", "net-north")
SUBNET = ResourceId(f"{NETWORK}/subnets/builds")
CONTAINERS = ResourceId(f"{NETWORK}/subnets/containers")
RULES = an_arm_id("microsoft.network/networksecuritygroups", "nsg-north")
STAGING = ResourceId(f"{HERE}/web-north-staging")
DEFINITION = ResourceId(a_definition_id())
GALLERY = ResourceId(DEFINITION.rpartition("/images/")[0])
SCRIPT = ResourceId("https://toolsnorth.blob.core.windows.net/v7/install.sh")
ACCOUNT = an_arm_id("microsoft.storage/storageaccounts", "toolsnorth")
ELSEWHERE = ResourceId("https://example.com/agent.sh")
"""An address that is in no storage account."""

VNET = "$.properties.vmProfile.vnetConfig"
a_blueprint = partial(
    Blueprint,
    recipe=(),
    rests_on=(
        Dependency(Part.IDENTITY, "$.identity.userAssignedIdentities.builder", IDENTITY),
        Dependency(Part.SCRIPT, "$.properties.customize[0].scriptUri", SCRIPT),
        Dependency(Part.SCRIPT, "$.properties.customize[1].scriptUri", ELSEWHERE),
        Dependency(Part.DEFINITION, "$.properties.distribute[0].galleryImageId", DEFINITION),
        Dependency(Part.SOURCE, "$.properties.source.imageVersionId", ResourceId(A_BASE)),
        Dependency(Part.STAGING, "$.properties.stagingResourceGroup", STAGING),
        Dependency(Part.SUBNET, f"{VNET}.containerInstanceSubnetId", CONTAINERS),
        Dependency(Part.SUBNET, f"{VNET}.subnetId", SUBNET),
    ),
    vm_size=SIZE,
    storage=((NORTH, "Standard_ZRS"),),
)
"""Of a secondary that names one thing of each kind."""

a_size = partial(Size, name=SIZE, family="standarddsv5family", vcpus=2, zones=("1", "2", "3"))
an_offer = partial(
    Offer,
    region=NORTH,
    subscription=SUBSCRIPTION,
    builds_images=True,
    zones=("1", "2", "3"),
    sizes={SIZE: a_size()},
    quotas={
        "cores": Quota(100, 0),
        "standarddsv5family": Quota(50, 0),
        "containergroups": Quota(100, 0),
        "publicipaddresses": Quota(20, 0),
    },
)


def a_subnet(name: ResourceId = SUBNET, region: Region = NORTH, **told: str) -> Resource:
    """Return a subnet with room, with its network and rules."""
    told = {"free": "251", "private_link_policies": "disabled", **told}
    kind = "microsoft.network/virtualnetworks/subnets"
    return Resource(name, kind, region, rests_on=(NETWORK, RULES), told=told)


def the_resources() -> dict[ResourceId, Resource | Fault]:
    """Return all that the blueprint rests on, in NORTH and HUB."""
    delegated = a_subnet(CONTAINERS, delegated_to="microsoft.containerinstance/containergroups")
    here = (
        Resource(IDENTITY, "microsoft.managedidentity/userassignedidentities", NORTH),
        a_subnet(),
        delegated,
        Resource(NETWORK, "microsoft.network/virtualnetworks", NORTH),
        Resource(RULES, "microsoft.network/networksecuritygroups", NORTH),
        Resource(STAGING, "microsoft.resources/subscriptions/resourcegroups", NORTH),
        Resource(DEFINITION, "microsoft.compute/galleries/images", HUB, rests_on=(GALLERY,)),
        Resource(GALLERY, "microsoft.compute/galleries", HUB),
        Resource(ResourceId(A_BASE), "microsoft.compute/galleries/images/versions", HUB),
    )
    account = Resource(ACCOUNT, "microsoft.storage/storageaccounts", NORTH, "Standard_LRS")
    return {**{each.id: each for each in here}, SCRIPT: account}


secondary = partial(
    a_template, id=WEB_NORTH, region=NORTH, targets=(NORTH,), staging=STAGING, revision="r1"
)


def prepared(*templates: Template) -> Sightings:
    """Return sightings of the primary, of the secondary and of all that it needs, read at NOON."""
    sightings = some_sightings(a_template(), *(templates or (secondary(),)))
    sightings.definitions = {a_definition_id(): a_definition(home=HUB)}
    sightings.definitions_seen = {a_definition_id(): NOON}
    sightings.supplies, sightings.supplies_seen = {A_BASE: a_supply()}, {A_BASE: NOON}
    sightings.rights, sightings.rights_seen = {GROUP: True}, {GROUP: NOON}
    sightings.resources = the_resources()
    sightings.resources_seen = dict.fromkeys(sightings.resources, NOON)
    sightings.offers = {(SUBSCRIPTION, NORTH): an_offer()}
    sightings.offers_seen = dict.fromkeys(sightings.offers, NOON)
    sightings.geographies = {
        WEST: Geography(WEST, "Europe"),
        NORTH: Geography(NORTH, "Europe"),
        HUB: Geography(HUB, "Sweden"),
    }
    return sightings


def told(sightings: Sightings, name: ResourceId, answer: Resource | Fault | None) -> Sightings:
    """Return the sightings with another answer about one resource, or none at all."""
    sightings.resources.pop(name, None)
    if answer is not None:
        sightings.resources[name] = answer
    return sightings


def known(blueprint: Blueprint | None = None, **fields: object) -> Known:
    """Return what is known of a fleet of one image, whose secondary built well a day ago."""
    success = a_success(template=WEB_NORTH)
    values: dict[str, object] = {
        "blueprints": {WEB: without(Part.STAGING), WEB_NORTH: blueprint or a_blueprint()},
        "copies": {WEB_NORTH: ("r1", NOON)},
        "successes": {WEB_NORTH: success},
        **fields,
    }
    return replace(Known(), **values)  # type: ignore[arg-type]


def readiness(
    sightings: Sightings, knows: Known | None = None, now: datetime = NOON, **image: object
) -> Readiness:
    """Return all items of the secondary of `web`."""
    owned = an_image(**{"allowed_regions": frozenset({NORTH, HUB}), **image})
    return assess(owned, WEB_NORTH, sightings, a_policy(), now, knows or known())


def found(
    check: Check,
    sightings: Sightings,
    now: datetime = NOON,
    out: Iterable[Region] = (),
    **image: object,
) -> Item:
    """Return one item of the secondary of `web`; `out` are regions with an open incident."""
    target: TemplateId = WEB_NORTH
    owned = an_image(**{"allowed_regions": frozenset({NORTH, HUB}), **image})
    told = assess(owned, target, sightings, a_policy(), now, known(out=frozenset(out)))
    return next(each for each in told.items if each.check is check)


def one(check: Check, sightings: Sightings, knows: Known | None = None, **image: object) -> Item:
    """Return one item of the secondary of `web`, whose blueprint is known."""
    items = readiness(sightings, knows, **image).items
    return next(each for each in items if each.check is check)


def without(*parts: Part) -> Blueprint:
    """Return the blueprint of a secondary that names nothing as these parts."""
    blueprint = a_blueprint()
    kept = tuple(each for each in blueprint.rests_on if each.part not in parts)
    return replace(blueprint, rests_on=kept)
