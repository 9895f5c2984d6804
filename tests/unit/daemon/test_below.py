"""The whole daemon reads what its secondaries rest on, by itself and step by step."""

from datetime import timedelta

from aibwatch.model.blueprint import Blueprint, Dependency, Part, Recipe
from aibwatch.model.entry import TemplateCopied
from aibwatch.model.fault import Fault
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, ResourceId
from aibwatch.model.resource import Resource
from aibwatch.sim import body
from aibwatch.sim.fleet import SUBSCRIPTION
from aibwatch.sim.jumping import START, play
from aibwatch.sim.scenario import load
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE, Op
from builders import MINUTE, NORTH, WEST
from virtual import Watch

STORY = load("# all is well\nfleet\n  image web westeurope northeurope\n")
SCRIPT = "https://goldenscripts.blob.core.windows.net/trust-store/v7/install.sh"


def a_watch() -> Watch:
    """Return a daemon, not booted yet, over a World in which all is well."""
    world = STORY.world(START)
    images = [Image(ImageName(name), ids, mode=Mode.AUTO) for name, ids in STORY.images.items()]
    return Watch(world, images)


def copy_all(watch: Watch) -> None:
    """Let the journal tell of a copy of each template, and what the secondary rests on."""
    state, (_, secondary) = watch.ledger.state, STORY.images["web"]
    for name, each in watch.belief.sightings.templates.items():
        state.copies[name] = each.revision, START
    authored = watch.world.templates[secondary].look.body
    names = (
        (Part.SUBNET, body.named(authored, "subnet")),
        (Part.IDENTITY, body.named(authored, "identity")),
        (Part.DEFINITION, str(body.definition(authored))),
        (Part.SCRIPT, SCRIPT),
    )
    rests_on = tuple(Dependency(part, "$", ResourceId(each)) for part, each in names)
    state.blueprints[secondary] = Blueprint(Recipe(), rests_on, "standard_d4ds_v5")


def test_bodies_are_needed_until_they_are_copied() -> None:
    """Of every template, primary and secondary, once; then none is needed any more."""
    watch = a_watch()

    async def story() -> None:
        watch.boot()
        await watch.run_for(MINUTE)

    play(story)

    copied = [e.template for e in watch.journal.read() if isinstance(e, TemplateCopied)]
    assert sorted(copied) == sorted(STORY.images["web"])
    assert watch.belief.view().needs.bodies == ()


def test_all_that_a_secondary_rests_on_is_read_to_its_end() -> None:
    """From a subnet to its network, from a definition to its gallery; and its region's offer."""
    watch = a_watch()

    async def story() -> None:
        watch.boot()
        await watch.run_for(MINUTE)
        copy_all(watch)
        await watch.run_for(MINUTE)

    play(story)

    seen, needs = watch.belief.sightings, watch.belief.view().needs
    kinds = {
        each.kind: each.region for each in seen.resources.values() if isinstance(each, Resource)
    }
    assert set(needs.resources) == set(seen.resources)
    assert kinds == {
        "microsoft.network/virtualnetworks": NORTH,
        "microsoft.network/virtualnetworks/subnets": NORTH,
        "microsoft.managedidentity/userassignedidentities": NORTH,
        "microsoft.compute/galleries": NORTH,
        "microsoft.compute/galleries/images": NORTH,
        "microsoft.storage/storageaccounts": "swedencentral",
    }
    offer = seen.offers[SUBSCRIPTION, NORTH]
    assert not isinstance(offer, Fault)
    assert offer.sizes.keys() == {"standard_d4ds_v5"}
    assert seen.geographies[WEST].pair == NORTH


def test_what_was_read_outlives_an_hour_without_resource_graph() -> None:
    """What few things there are is read by id meanwhile, so that nothing grows old."""
    watch = a_watch()

    async def story() -> None:
        watch.boot()
        await watch.run_for(MINUTE)
        copy_all(watch)
        await watch.run_for(MINUTE)
        watch.world.weather.set(EVERYWHERE, MENU["503"], Op.GRAPH)
        await watch.run_for(timedelta(hours=1))

    play(story)

    seen, now = watch.belief.sightings, START + timedelta(hours=1)
    stores = {name for name in seen.resources if name.startswith("https://")}
    assert not any(isinstance(each, Fault) for each in seen.resources.values())
    assert all(
        now - seen.resources_seen[each] < 30 * MINUTE for each in seen.resources.keys() - stores
    )
