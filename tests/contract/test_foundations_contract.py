"""One suite over what secondaries rest on (`ports.Prerequisites`), against both faces."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from aibwatch.model.body import Body
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import BaseId, Region, ResourceId, TemplateId
from aibwatch.model.offer import Offer, Quota
from aibwatch.model.resource import AGREEMENT, Resource
from aibwatch.model.template import Template
from aibwatch.ports import Azure
from aibwatch.sim import body, runs
from aibwatch.sim.estate import SimResource
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from contract.asking import (
    ABSENT,
    GALLERY,
    GROUP,
    KINDS,
    NORTH,
    START,
    SUBSCRIPTION,
    WEST,
    Asker,
    add,
    bad,
    good,
)

OWN = "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/images"
NETWORK = ResourceId(f"{OWN}/providers/microsoft.network/virtualnetworks/vnet-northeurope")
BUILD = ResourceId(f"{NETWORK}/subnets/build")
ACI = ResourceId(f"{NETWORK}/subnets/aci")
IDENTITY = ResourceId(
    f"{OWN}/providers/microsoft.managedidentity/userassignedidentities/aib-northeurope"
)
SCRIPT = ResourceId("https://goldenscripts.blob.core.windows.net/trust-store/v7/install.sh")
DEFINITION = ResourceId(GALLERY)
GALLERY_ITSELF = ResourceId(GALLERY.rpartition("/images/")[0])
HERE = ResourceId(GROUP.lower().removesuffix("/providers"))
MANAGED = ResourceId(f"{GROUP}/Microsoft.Compute/images/base".lower())
NOBODY = ResourceId(f"{OWN}/providers/microsoft.network/natgateways/none")
MANY = 15
"""More than are read from the provider, or asked for alone, in one call."""


def resources(ask: Asker, *names: ResourceId) -> Mapping[ResourceId, Resource | Fault]:
    """Return what is told of resources."""
    return ask(lambda azure: azure.resources(names))


def offer(ask: Asker, *sizes: str) -> Offer:
    """Return what NORTH offers."""
    return good(ask(lambda azure: azure.offer(SUBSCRIPTION, NORTH, sizes)))


def is_kind(answers: Mapping[ResourceId, Resource | Fault]) -> Mapping[ResourceId, FaultKind]:
    """Return the kinds of faults."""
    return {name: bad(each) for name, each in answers.items()}


async def listed(
    azure: Azure, templates: Sequence[TemplateId]
) -> tuple[Sequence[Template], Mapping[TemplateId, Body | Fault]]:
    """List all templates, then read bodies."""
    return good(await azure.templates(SUBSCRIPTION)), await azure.bodies(templates)


# -- bodies


def test_the_revision_of_a_template_is_the_hash_of_its_body(
    ask: Asker, west: TemplateId, north: TemplateId
) -> None:
    """By list, alone and as a body; each region's template has its own."""
    templates, found = ask(lambda azure: listed(azure, [west, north]))
    alone = good(ask(lambda azure: azure.template(west)))

    revisions = {each.id: each.revision for each in templates}
    assert revisions == {name: good(each).revision for name, each in found.items()}
    assert alone.revision == revisions[west] != revisions[north]
    assert not any(good(each).late for each in found.values())


def test_a_run_changes_no_body_and_an_owner_does(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """What the service writes into a template is none of the owner's words."""
    before = good(ask(lambda azure: azure.template(west))).revision
    runs.begin(world, west, Cause.HUMAN)
    world.advance(START + timedelta(hours=1))
    built = good(ask(lambda azure: azure.template(west))).revision
    authored = dict(world.templates[west].look.body) | {"tags": {"team": "another"}}
    world.rewrite(west, authored)
    changed = good(ask(lambda azure: azure.template(west))).revision

    assert before == built != changed


def test_a_signature_is_never_told(ask: Asker, world: World) -> None:
    """A renewed signature is no change either."""
    told = []
    for number in (1, 2):
        name = f"{GROUP}/Microsoft.VirtualMachineImages/imageTemplates/signed-{number}"
        authored = body.write("web", WEST, GALLERY, [WEST])
        signed = (
            f"https://s.blob.core.windows.net/c/x.sh?sv=2024&se=20{number}&sig={number * 9**20}%3D"
        )
        step = {"type": "Shell", "scriptUri": signed}
        properties = authored["properties"]
        assert isinstance(properties, dict)
        template = world.add_template(
            name, authored | {"properties": properties | {"customize": [step]}}
        )
        told.append(good(ask(lambda azure, each=template: azure.bodies([each]))[template]))

    assert "x.sh?sv=REDACTED&se=REDACTED&sig=REDACTED" in told[0].text
    assert told[0].text == told[1].text


def test_a_template_that_is_not_there_has_no_body(ask: Asker) -> None:
    """The provider says so."""
    assert bad(ask(lambda azure: azure.bodies([ABSENT]))[ABSENT]) is FaultKind.NOT_FOUND


def test_the_body_of_a_template_in_a_dark_region_comes_late(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """From Resource Graph, and is marked so; without it the region's fault is the answer."""
    now = good(ask(lambda azure: azure.bodies([west]))[west])
    world.weather.set(WEST, MENU["503"], Op.READ)
    late = good(ask(lambda azure: azure.bodies([west]))[west])
    world.weather.set(EVERYWHERE, MENU["503"], Op.GRAPH)
    nothing = ask(lambda azure: azure.bodies([west]))[west]

    assert (late.late, late.text) == (True, now.text)
    assert bad(nothing) is FaultKind.PLATFORM


def test_many_bodies_come_from_resource_graph(ask: Asker, world: World) -> None:
    """In one call, without a read of any; what the provider would answer does not matter."""
    many = [add(world, f"web-{number}", WEST) for number in range(MANY)]
    world.weather.set(WEST, MENU["403"], Op.READ)

    _, found = ask(lambda azure: listed(azure, many))

    assert [good(found[each]).late for each in many] == [False] * MANY


def test_a_row_of_another_revision_is_no_answer(ask: Asker, world: World) -> None:
    """Resource Graph lags behind: the provider is asked, a few at a time, the others next time."""
    many = [add(world, f"web-{number}", WEST) for number in range(MANY)]
    world.advance(START + timedelta(hours=1))
    for each in many:
        world.rewrite(each, dict(world.templates[each].look.body) | {"tags": {"new": "yes"}})

    templates, found = ask(lambda azure: listed(azure, many))

    revisions = {each.id: each.revision for each in templates}
    assert 0 < len(found) < MANY
    assert all(good(each).revision == revisions[name] for name, each in found.items())


def test_rows_of_templates_that_no_list_showed_are_late(ask: Asker, world: World) -> None:
    """Nobody knows whether such a row is the newest; those that were read alone are not late."""
    many = [add(world, f"web-{number}", WEST) for number in range(MANY)]

    found = ask(lambda azure: azure.bodies(many))

    assert len(found) == MANY
    assert {good(each).late for each in found.values()} == {True, False}


# -- resources


def test_what_templates_name_is_there_and_tells_where_it_is(ask: Asker, world: World) -> None:
    """Of each kind what matters to a build; in any spelling of its id."""
    world.managed[BaseId(MANAGED)] = WEST
    shouted = ResourceId(IDENTITY.upper() + "/")
    names = (BUILD, ACI, NETWORK, shouted, SCRIPT, DEFINITION, GALLERY_ITSELF, HERE, MANAGED)

    found = {name: good(each) for name, each in resources(ask, *names).items()}

    assert [found[each].region for each in (BUILD, NETWORK, shouted)] == [NORTH] * 3
    assert found[BUILD].rests_on == (NETWORK,)
    assert found[BUILD].told == {"free": "248", "private_link_policies": "disabled"}
    assert found[ACI].told["delegated_to"] == "microsoft.containerinstance/containergroups"
    assert (found[shouted].id, len(found[shouted].told["principal"])) == (IDENTITY, 32)
    assert (found[SCRIPT].kind, found[SCRIPT].redundancy) == (
        "microsoft.storage/storageaccounts",
        "Standard_RAGZRS",
    )
    assert (found[DEFINITION].region, found[DEFINITION].rests_on) == (NORTH, (GALLERY_ITSELF,))
    assert found[DEFINITION].told == {"os": "linux", "generation": "v2"}
    assert (found[GALLERY_ITSELF].region, found[MANAGED].region) == (NORTH, WEST)
    assert found[HERE].told == {"provisioning": "succeeded"}


def test_an_identity_tells_what_is_shown_of_its_roles(ask: Asker, world: World) -> None:
    """Where it may publish and join; of one of which nothing is shown, nothing is told."""
    hidden = good(resources(ask, IDENTITY)[IDENTITY]).told
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Goldens"
    world.estate.granted[IDENTITY] = [(group, "Microsoft.Compute/galleries/images/versions/write")]
    told = good(resources(ask, IDENTITY)[IDENTITY]).told

    assert hidden.keys() == {"principal"}
    assert told == {**hidden, "publishes_in": group.lower(), "joins_in": ""}


def test_a_staging_group_tells_whose_it_is(ask: Asker, world: World) -> None:
    """The service marks it with three tags; without two of them it is nobody's."""
    marks = {"imageTemplateName": "Web", "imageTemplateResourceGroupName": "IMAGES"}
    group = world.estate.resources[HERE]
    group.tags = {"team": "platform", "imageTemplateName": "Web"}
    unmarked = good(resources(ask, HERE)[HERE]).told
    group.tags = {**group.tags, **marks}

    assert unmarked == {"provisioning": "succeeded"}
    assert good(resources(ask, HERE)[HERE]).told["used_by"] == "images/web"


@pytest.mark.parametrize("network", ["", "filtered", "closed"])
def test_a_store_tells_who_gets_in(ask: Asker, world: World, network: str) -> None:
    """Everybody, whom its rules name, or nobody from outside."""
    (store,) = world.estate.accounts("goldenscripts")
    store.network = network

    assert good(resources(ask, SCRIPT)[SCRIPT]).told == ({"network": network} if network else {})


def test_a_subnet_rests_on_what_is_around_it(ask: Asker, world: World) -> None:
    """Each is read by its own id in turn."""
    gateway = ResourceId(f"{OWN}/providers/microsoft.network/natgateways/out")
    group = ResourceId(f"{OWN}/providers/microsoft.network/networksecuritygroups/in")
    world.estate.add(SimResource(gateway, WEST))
    world.estate.add(SimResource(group, NORTH))
    around = {"natGateway": gateway, "networkSecurityGroup": group}
    world.estate.resources[BUILD].rests_on = around
    world.estate.resources[BUILD].taken = 251

    found = {name: good(each) for name, each in resources(ask, BUILD, gateway).items()}

    assert set(found[BUILD].rests_on) == {NETWORK, gateway, group}
    assert found[BUILD].told["free"] == "0"
    assert found[gateway].region == WEST


def test_a_version_tells_where_it_is_once_it_is_made(
    ask: Asker, world: World, west: TemplateId
) -> None:
    """While it is being made that is not told."""
    number = ResourceId(f"{GALLERY}/versions/1.0.1")
    runs.begin(world, west, Cause.HUMAN)
    world.advance(START + timedelta(minutes=19))
    early = resources(ask, number).get(number)
    world.advance(START + timedelta(hours=2))
    made = good(resources(ask, number)[number])

    assert not isinstance(early, Resource) or "replicated" not in early.told
    assert made.told == {
        "provisioning": "succeeded",
        "excluded": "false",
        "replicated": "westeurope,northeurope",
    }
    assert made.rests_on == (DEFINITION,)


@pytest.mark.parametrize("name", [BUILD, NETWORK, IDENTITY, DEFINITION, MANAGED, HERE])
def test_what_is_gone_is_not_found_only_by_its_own_id(
    ask: Asker, world: World, name: ResourceId
) -> None:
    """Whatever Resource Graph leaves out is asked for; what it does not know yet is there."""
    world.managed[BaseId(MANAGED)] = WEST
    world.estate.late.add(name)
    unknown_yet = resources(ask, name)[name]
    world.estate.late.clear()
    world.withdrawn.add(name)

    assert good(unknown_yet).id == name
    assert is_kind(resources(ask, name)) == {name: FaultKind.NOT_FOUND}


@pytest.mark.parametrize(
    ("name", "right"),
    [
        (BUILD, "microsoft.network/virtualnetworks/subnets/read"),
        (IDENTITY, "microsoft.managedidentity/userassignedidentities/read"),
        (DEFINITION, "microsoft.compute/galleries/images/read"),
        (HERE, "microsoft.resources/subscriptions/resourcegroups/read"),
        (SCRIPT, "microsoft.storage/storageaccounts/read"),
    ],
)
def test_what_is_hidden_is_told_apart_with_the_right_that_is_missing(
    ask: Asker, world: World, name: ResourceId, right: str
) -> None:
    """An empty answer of Resource Graph is never "not there"."""
    stores = [each.id for each in world.estate.accounts("goldenscripts")]
    world.estate.hidden |= {name, *(stores if name == SCRIPT else ())}

    found = resources(ask, name)[name]

    assert bad(found) is FaultKind.PERMISSION
    assert right in str(found).lower()


def test_a_kind_that_was_not_granted_is_hidden_as_a_whole(ask: Asker, world: World) -> None:
    """By its action: from Resource Graph, and refused by its id; nothing else is."""
    world.estate.denied.add("microsoft.network/virtualnetworks/read")

    found = resources(ask, NETWORK, IDENTITY)

    assert bad(found[NETWORK]) is FaultKind.PERMISSION
    assert good(found[IDENTITY]).id == IDENTITY


@pytest.mark.parametrize("kind", ["roleassignments", "roledefinitions"])
def test_without_a_right_to_see_grants_none_is_shown(ask: Asker, world: World, kind: str) -> None:
    """Nobody is refused for it: they are left out, as if there were none."""
    world.estate.grant(f"/subscriptions/{SUBSCRIPTION}")
    world.estate.denied.add(f"microsoft.authorization/{kind}/read")

    assert good(resources(ask, IDENTITY)[IDENTITY]).told.keys() == {"principal"}


TERMS = ResourceId(
    f"/subscriptions/{SUBSCRIPTION}/providers/microsoft.marketplaceordering/offertypes"
    "/virtualmachine/publishers/acme/offers/linux/plans/pro/agreements/current"
)


@pytest.mark.parametrize("accepted", [True, False])
def test_the_terms_of_a_plan_are_accepted_or_not(
    ask: Asker, world: World, *, accepted: bool
) -> None:
    """Read by their own id, as Resource Graph has none of them; they are in no region."""
    if not accepted:
        world.market.declined.add(TERMS)

    found = good(resources(ask, TERMS)[TERMS])

    assert (found.kind, found.region) == (AGREEMENT, "")
    assert found.told == {"accepted": str(accepted).lower()}


def test_terms_that_may_not_be_read_name_the_right(ask: Asker, world: World) -> None:
    """Whoever reads nothing of the marketplace is told what it takes."""
    world.estate.hidden.add(TERMS)

    found = resources(ask, TERMS)[TERMS]

    assert bad(found) is FaultKind.PERMISSION
    assert AGREEMENT in str(found).lower()


def test_few_are_asked_for_alone_and_the_others_next_time(ask: Asker, world: World) -> None:
    """What is hidden by the hundred may not eat up the budget."""
    hidden = [ResourceId(f"{NOBODY}-{number}") for number in range(MANY)]
    world.estate.hidden |= set(hidden)

    found = resources(ask, *hidden, IDENTITY)

    assert good(found[IDENTITY]).region == NORTH
    assert 0 < len(found) - 1 < MANY


def test_thousands_come_page_by_page(ask: Asker, world: World) -> None:
    """However few rows an answer has."""
    world.graph_page = 90
    many = [ResourceId(f"{NOBODY}-{number}") for number in range(1000)]
    for each in many:
        world.estate.add(SimResource(each, WEST))

    found = resources(ask, *many)

    assert {good(found[each]).region for each in many} == {WEST}


def test_an_id_of_no_resource_is_refused(ask: Asker) -> None:
    """Nobody can be asked for it; the others are answered."""
    names = [ResourceId(each) for each in ("", "x", "/subscriptions/s", "/providers/a/b")]

    found = resources(ask, *names, IDENTITY)

    assert good(found.pop(IDENTITY)).region == NORTH
    assert is_kind(found) == dict.fromkeys(names, FaultKind.REJECTED)


def test_nothing_is_not_asked_for(ask: Asker, world: World) -> None:
    """A query for nothing would ask for everything."""
    world.weather.set(EVERYWHERE, MENU["503"])

    assert resources(ask) == {}


@pytest.mark.parametrize("answer", ["503", "403"])
def test_while_resource_graph_is_dark_a_few_are_read_all_the_same(
    ask: Asker, world: World, answer: str
) -> None:
    """So that in time everything is; one that has no answer is a fault, not absent."""
    world.weather.set(EVERYWHERE, MENU[answer], Op.GRAPH)
    many = [*(ResourceId(f"{NOBODY}-{number}") for number in range(MANY)), IDENTITY]

    found = resources(ask, IDENTITY, *many[:-1])

    assert good(found[IDENTITY]).region == NORTH
    assert {FaultKind.NOT_FOUND, KINDS[answer]} == {bad(found[each]) for each in many[:-1]}


# -- offers and regions


def test_a_region_offers_what_is_asked_for(ask: Asker, world: World) -> None:
    """Sizes in any case; one that is not named is not told, nor is the quota of its family."""
    world.market.quotas[NORTH, "cores"] = Quota(20, 19)

    found = offer(ask, "standard_d4ds_v5", "Standard_D1_V2", "Standard_X1")

    assert found.sizes.keys() == {"standard_d4ds_v5", "standard_d1_v2"}
    size = found.sizes["standard_d4ds_v5"]
    assert (size.family, size.vcpus, size.zones) == ("standardddsv5family", 4, ("1", "2", "3"))
    assert (found.builds_images, found.zones) == (True, ("1", "2", "3"))
    assert found.quotas.keys() == {
        "cores",
        "standardddsv5family",
        "standarddv2family",
        "publicipaddresses",
        "containergroups",
    }
    assert found.quotas["cores"] == Quota(20, 19)
    assert (found.unregistered, found.unread) == ((), {})


def test_a_size_may_be_absent_restricted_or_without_zones(ask: Asker, world: World) -> None:
    """Each in its region alone."""
    large, small, usual = "Standard_D4ds_v5", "Standard_D1_v2", "Standard_D2ds_v4"
    world.market.absent.add((NORTH, small))
    world.market.restricted[NORTH, large] = "NotAvailableForSubscription"
    world.market.zoneless.add((NORTH, usual))

    north = offer(ask, large, small, usual)
    west = good(ask(lambda azure: azure.offer(SUBSCRIPTION, WEST, [large, small])))

    assert north.sizes.keys() == {large.lower(), usual.lower()}
    assert north.sizes[large.lower()].restricted == "NotAvailableForSubscription"
    assert north.sizes[usual.lower()].zones == ("1",)
    assert [each.restricted for each in west.sizes.values()] == ["", ""]


def test_providers_and_regions_of_the_service_are_told(ask: Asker, world: World) -> None:
    """From the provider's own list."""
    world.market.unregistered.add("Microsoft.ContainerInstance")
    world.market.without_builder.add(NORTH)

    found = offer(ask)

    assert found.unregistered == ("Microsoft.ContainerInstance",)
    assert found.builds_images is False
    assert WEST in found.builders
    assert NORTH not in found.builders


@pytest.mark.parametrize("part", ["sizes", "quotas", "providers"])
def test_a_part_that_may_not_be_read_is_named(ask: Asker, world: World, part: str) -> None:
    """The others are told all the same."""
    world.market.hidden.add(part)

    found = offer(ask, "Standard_D1_v2")

    assert found.unread.keys() == {part}
    assert (not found.sizes, not found.quotas, found.builds_images is None) == tuple(
        part == each for each in ("sizes", "quotas", "providers")
    )


def test_where_regions_lie_is_told(ask: Asker) -> None:
    """With their pairs, where they have one; what is no place is left out."""
    found = {each.region: each for each in good(ask(lambda azure: azure.geographies(SUBSCRIPTION)))}

    assert (found[WEST].geography, found[WEST].pair) == ("Europe", NORTH)
    assert found[NORTH].pair == WEST
    assert [name for name in found if name == "europe"] == []
    assert any(each.pair is None for each in found.values())
    assert (found[WEST].latitude, found[NORTH].longitude) == (52.3667, -6.2597)


def test_regions_without_the_service_are_told_too(ask: Asker) -> None:
    """As Norway West: it is on the map, and the provider's own list leaves it out."""
    bare = Region("norwaywest")
    lie = good(ask(lambda azure: azure.geographies(SUBSCRIPTION)))
    offer = good(ask(lambda azure: azure.offer(SUBSCRIPTION, Region("norwayeast"), ())))

    assert {each.region: each.zoned for each in lie}[bare] is False
    assert {each.region: each.zoned for each in lie}[WEST] is True
    assert bare not in offer.builders
    assert Region("norwayeast") in offer.builders


@pytest.mark.parametrize("name", list(MENU))
def test_every_bad_answer_is_the_same_fault(
    ask: Asker, world: World, west: TemplateId, name: str
) -> None:
    """To each question."""
    world.weather.set(EVERYWHERE, MENU[name])

    answers = [
        ask(lambda azure: azure.bodies([west]))[west],
        resources(ask, IDENTITY)[IDENTITY],
        ask(lambda azure: azure.offer(SUBSCRIPTION, NORTH, ["Standard_D1_v2"])),
        ask(lambda azure: azure.geographies(SUBSCRIPTION)),
    ]

    assert [*map(bad, answers)] == [KINDS[name]] * 4
