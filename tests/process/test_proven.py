"""What is wrong with a secondary holds it or only tells, as its kind says, with its remedy.

One outage of one region, and one image for each thing that can be wrong with its secondary in North
Europe: one of them has another secondary, which takes the build; one has none, and is held.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from aibwatch.model.names import DefinitionId, TemplateId, name_of, region
from aibwatch.model.offer import Quota
from aibwatch.model.template import ProvisioningState
from aibwatch.sim.world import World
from process.stage import GROUP, Stage

NORTH = region("northeurope")
SMALL = "Standard_D2ds_v4"


def drifts(stage: Stage, _: TemplateId, secondary: TemplateId) -> None:
    """The primary was changed, and the secondary forgotten."""
    stage.rewrites(secondary, "properties", "buildTimeoutInMinutes", to=45)


def publishes_home(stage: Stage, _: TemplateId, secondary: TemplateId) -> None:
    """Its gallery lives where the primary does."""
    stage.publishes_through("westeurope", secondary)


def lacks_replica(stage: Stage, primary: TemplateId, _: TemplateId) -> None:
    """What both build from was never replicated to the secondary's region."""
    gallery = f"{GROUP}/providers/Microsoft.Compute/galleries/bases".lower()
    definition = DefinitionId(f"{gallery}/images/{name_of(primary)}")
    places = (region("westeurope"), region("uksouth"))

    def add(world: World) -> None:
        made = world.add_definition(definition, region("swedencentral"))
        version = made.create(world.now, places, None, "1.0.0")
        version.state = ProvisioningState.SUCCEEDED
        version.replicas = dict.fromkeys(places, world.now - timedelta(days=1))

    stage.arm.do(add)
    source = {"type": "SharedImageVersion", "imageVersionId": f"{definition}/versions/1.0.0"}
    image = next(each for each in stage.images.values() if primary in each["templates"])
    for each in image["templates"]:
        stage.rewrites(each, "properties", "source", to=source)


def lacks_subnet(stage: Stage, _: TemplateId, secondary: TemplateId) -> None:
    """Somebody deleted the subnet that its build VM needs."""
    subnet = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/own/subnets/{name_of(secondary)}"
    network = ("properties", "vmProfile", "vnetConfig")
    stage.rewrites(secondary, *network, to={"subnetId": subnet})
    stage.arm.do(lambda world: world.withdrawn.add(subnet.lower()))


def lacks_size(stage: Stage, primary: TemplateId, _: TemplateId) -> None:
    """North Europe has its VM size, but not for this subscription."""
    image = next(each for each in stage.images.values() if primary in each["templates"])
    for each in image["templates"]:
        stage.rewrites(each, "properties", "vmProfile", "vmSize", to=SMALL)
    reason = "NotAvailableForSubscription"
    stage.arm.do(lambda world: world.market.restricted.update({(NORTH, SMALL): reason}))


def is_forbidden(stage: Stage, primary: TemplateId, _: TemplateId) -> None:
    """Its owner allows other regions only."""
    image = next(each for each in stage.images.values() if primary in each["templates"])
    image["allowed_regions"] = ["westeurope", "uksouth", "swedencentral"]


WRONG: Mapping[str, tuple[Callable[[Stage, TemplateId, TemplateId], None], str, str]] = {
    "drift": (drifts, "$.buildTimeoutInMinutes: 90 in the primary, 45", "aibwatch replicate drift"),
    "gallery": (publishes_home, "is at home in westeurope", "in another region"),
    "replica": (lacks_replica, "1.0.0 that it builds from is not in northeurope", "replicate it"),
    "subnet": (lacks_subnet, "there is no subnet", "create it"),
    "size": (lacks_size, "standard_d2ds_v4 is restricted in northeurope", "name another size"),
    "region": (is_forbidden, "it would put data in northeurope", "allow"),
}
"""By what is wrong: how it comes to be so, what is said of it, and how to mend it."""


def test_what_is_wrong_with_a_secondary_holds_or_tells_as_its_kind_says(stage: Stage) -> None:
    """Nothing is asked of what is not sound (S26-S29); too little quota is told and holds not."""
    fleet = {}
    for name, (spoil, _, _) in WRONG.items():
        primary, spoilt, spare = stage.image(name, "westeurope", "northeurope", "uksouth")
        alone, only = stage.image(f"{name}-alone", "westeurope", "northeurope")
        spoil(stage, primary, spoilt)
        spoil(stage, alone, only)
        fleet[name] = (spoilt, spare, only)
    _, sound, unneeded = stage.image("sound", "westeurope", "northeurope", "uksouth")
    exhausted = {(NORTH, "cores"): Quota(10, 10)}
    stage.arm.do(lambda world: world.market.quotas.update(exhausted))
    stage.serve()

    stage.fails("westeurope")
    stage.begin(*(each["templates"][0] for each in stage.images.values()))
    stage.until_built_elsewhere("sound", *WRONG)
    for name in WRONG:
        stage.until_decided(f"{name}-alone", "no_candidate")
    stage.cycles()

    for name, (spoilt, spare, only) in fleet.items():
        _, says, remedy = WRONG[name]
        lack, *also = stage.lacks(name, spoilt)
        (hold,) = stage.of(f"{name}-alone")["held_by"]
        assert says in lack
        assert remedy in lack
        assert len(also) == (name in ("gallery", "subnet"))  # which independence tells too
        assert all(each in hold["says"] for each in (name_of(only), says, remedy))
        assert (stage.requests(spoilt), stage.requests(only)) == (0, 0)
        assert (stage.requests(spare), stage.began(spare)) == (1, 1)
    assert (stage.requests(sound), stage.requests(unneeded)) == (1, 0)
    assert len(stage.changes()) == len(WRONG) + 1
    assert quota_of(stage, "sound", sound) == ("yellow", False)


def quota_of(stage: Stage, image: str, secondary: TemplateId) -> tuple[str, bool]:
    """Return the colour of a secondary's quota, and whether that holds; more must be asked for."""
    (told,) = json.loads(stage.get(f"/api/v1/readiness?image={image}")[1])["images"]
    (found,) = (each for each in told["secondaries"] if each["id"] == secondary)
    (item,) = (each for each in found["items"] if each["check"] == "quota")
    assert "cores 0 left of 10" in item["says"]
    assert "ask for more quota" in item["says"]
    return item["colour"], item["gates"]
