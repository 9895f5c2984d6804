"""Nothing that a secondary rests on may live only where the primary does (PROMISES S27)."""

from dataclasses import replace

import pytest

from aibwatch.model.blueprint import Dependency, Part
from aibwatch.model.fault import Fault, FaultKind
from aibwatch.model.names import ResourceId
from aibwatch.model.readiness import Check, Colour, Item
from aibwatch.model.resource import Resource
from aibwatch.model.state import Sightings
from aibwatch.secondaries.graph import graph
from aibwatch.secondaries.grounds import Grounds
from builders import A_BASE, NOON, WEST, a_policy, an_image
from unit.secondaries.prepared import (
    ACCOUNT,
    CONTAINERS,
    DEFINITION,
    ELSEWHERE,
    GALLERY,
    IDENTITY,
    NETWORK,
    RULES,
    SCRIPT,
    STAGING,
    SUBNET,
    a_blueprint,
    known,
    one,
    prepared,
    secondary,
    told,
)

DENIED = Fault(FaultKind.PERMISSION, "may not read", 403)


def moved(name: ResourceId, sightings: Sightings | None = None) -> Sightings:
    """Return sightings in which one resource lives where the primary does."""
    seen = sightings or prepared()
    answer = seen.resources[name]
    assert isinstance(answer, Resource)
    return told(seen, name, replace(answer, region=WEST))


def independence(sightings: Sightings) -> Item:
    """Return the item."""
    return one(Check.INDEPENDENCE, sightings)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (IDENTITY, "template -> identity builder-north (westeurope)"),
        (SUBNET, "template -> subnet net-north/builds (westeurope)"),
        (NETWORK, "template -> subnet -> network net-north (westeurope)"),
        (RULES, "template -> subnet -> security group nsg-north (westeurope)"),
        (STAGING, "template -> resource group web-north-staging (westeurope)"),
        (DEFINITION, "template -> definition golden/web (westeurope)"),
        (GALLERY, "template -> definition -> gallery golden (westeurope)"),
        (SCRIPT, "template -> storage account toolsnorth (westeurope)"),
    ],
)
def test_what_lives_with_the_primary_is_red_by_its_path(name: ResourceId, path: str) -> None:
    """Whoever reads it knows what to move, and where it is named."""
    item = independence(moved(name))

    assert item.colour is Colour.RED
    assert path in item.says
    assert "; " in item.says


@pytest.mark.parametrize(
    ("sku", "colour", "says"),
    [
        ("Standard_LRS", Colour.RED, "Standard_LRS"),
        ("Standard_ZRS", Colour.RED, "Standard_ZRS"),
        ("Premium_ZRS", Colour.RED, "Premium_ZRS"),
        ("", Colour.RED, "out with the primary"),
        ("Standard_GRS", Colour.YELLOW, "failed over"),
        ("Standard_GZRS", Colour.YELLOW, "failed over"),
        ("Standard_RAGRS", Colour.YELLOW, "-secondary address"),
        ("Standard_RAGZRS", Colour.YELLOW, "-secondary address"),
    ],
)
def test_a_script_store_with_the_primary_is_as_good_as_its_copies(
    sku: str, colour: Colour, says: str
) -> None:
    """LRS and ZRS end with their region."""
    account = Resource(ACCOUNT, "microsoft.storage/storageaccounts", WEST, sku)

    item = independence(told(prepared(), SCRIPT, account))

    assert item.colour is colour
    assert says in item.says


def test_a_store_that_is_written_to_must_live_elsewhere_whatever_its_copies() -> None:
    """A copy can be read, not written; and an account that is both is judged as that."""
    blueprint = a_blueprint()
    vhd = ResourceId("https://toolsnorth.blob.core.windows.net/vhds/web.vhd")
    store = Dependency(Part.STORE, "$.properties.distribute[1].uri", vhd)
    account = Resource(ACCOUNT, "microsoft.storage/storageaccounts", WEST, "Standard_RAGRS")
    sightings = told(told(prepared(), SCRIPT, account), vhd, account)
    sightings.resources_seen[vhd] = NOON
    knows = known(replace(blueprint, rests_on=(*blueprint.rests_on, store)))

    assert one(Check.INDEPENDENCE, sightings, knows).colour is Colour.RED


def test_the_description_of_its_source_may_live_with_the_primary() -> None:
    """Its replicas count, and `source` looks at those."""
    item = independence(moved(ResourceId(A_BASE)))

    assert item.colour is Colour.YELLOW
    assert "source" in item.says


def test_a_managed_image_with_the_primary_is_red() -> None:
    """It has no replicas."""
    blueprint = a_blueprint()
    image = ResourceId(f"{GALLERY.rpartition('/galleries/')[0]}/images/base")
    named = Dependency(Part.SOURCE, "$.properties.source.imageId", image)
    sightings = prepared()
    sightings.resources[image] = Resource(image, "microsoft.compute/images", WEST)
    sightings.resources_seen[image] = NOON

    item = one(Check.INDEPENDENCE, sightings, known(replace(blueprint, rests_on=(named,))))

    assert item.colour is Colour.RED
    assert "managed image base" in item.says


@pytest.mark.parametrize("name", [IDENTITY, SUBNET, NETWORK, STAGING, DEFINITION, GALLERY, SCRIPT])
@pytest.mark.parametrize("answer", [DENIED, None])
def test_a_link_that_cannot_be_read_is_unknown_and_names_the_right(
    name: ResourceId, answer: Fault | None
) -> None:
    """It may live with the primary."""
    item = independence(told(prepared(), name, answer))

    assert item.colour is Colour.UNKNOWN
    assert "grant Microsoft." in item.says
    assert "template -> " in item.says


def test_a_source_that_was_not_read_is_left_to_the_item_source() -> None:
    """`latest` is no resource that could be read by its id."""
    assert independence(told(prepared(), ResourceId(A_BASE), None)).colour is Colour.GREEN


def test_an_address_outside_azure_is_in_no_region() -> None:
    """Nobody can be asked about it."""
    assert ELSEWHERE not in prepared().resources
    assert independence(prepared()).colour is Colour.GREEN


def test_a_link_that_leads_nowhere_is_unknown() -> None:
    """What is not there is told by an item of its own; here it is a way that nobody can see."""
    item = independence(told(prepared(), RULES, Fault(FaultKind.NOT_FOUND, "none", 404)))

    assert item.colour is Colour.UNKNOWN
    assert "there is no security group nsg-north" in item.says


def test_links_in_a_circle_end() -> None:
    """Azure has none, and an answer may be wrong."""
    sightings = prepared()
    network = sightings.resources[NETWORK]
    assert isinstance(network, Resource)
    circle = replace(network, rests_on=(SUBNET, NETWORK, CONTAINERS))

    assert independence(told(sightings, NETWORK, circle)).colour is Colour.GREEN


def test_the_primary_must_have_been_seen() -> None:
    """Else nobody knows which region is to be replaced."""
    sightings = prepared()
    del sightings.templates[an_image().primary]

    assert independence(sightings).colour is Colour.UNKNOWN


# tolerated


def test_independence_can_be_tolerated_as_a_whole() -> None:
    """It says still what is wrong."""
    tolerant = frozenset({Check.INDEPENDENCE})

    item = one(Check.INDEPENDENCE, moved(NETWORK), tolerate=tolerant)

    assert item.colour is Colour.YELLOW
    assert "network net-north" in item.says


@pytest.mark.parametrize("name", ["net-north", NETWORK])
def test_one_thing_can_be_tolerated_by_its_name_alone(name: str) -> None:
    """The next thing that moves there is red again."""
    paths = frozenset({name})

    item = one(Check.INDEPENDENCE, moved(NETWORK), tolerate_paths=paths)
    other = one(Check.INDEPENDENCE, moved(RULES, moved(NETWORK)), tolerate_paths=paths)

    assert item.colour is Colour.YELLOW
    assert other.colour is Colour.RED
    assert "nsg-north" in other.says


def test_a_storage_account_is_tolerated_by_its_name() -> None:
    """Not by the address of each script in it."""
    paths = frozenset({"toolsnorth"})

    assert one(Check.INDEPENDENCE, moved(SCRIPT), tolerate_paths=paths).colour is Colour.YELLOW


def test_who_accepts_the_home_of_his_gallery_need_not_accept_it_twice() -> None:
    """`gallery_home` says the same of the same thing."""
    tolerant = frozenset({Check.GALLERY_HOME})

    item = one(Check.INDEPENDENCE, moved(GALLERY, moved(DEFINITION)), tolerate=tolerant)

    assert item.colour is Colour.YELLOW


# the graph


def test_the_graph_has_each_thing_once_and_every_link() -> None:
    """Both subnets rest on one network."""
    sightings, template = prepared(), secondary()
    grounds = Grounds(an_image(), template, a_blueprint(), sightings, known(), a_policy(), NOON)

    found = graph(grounds)

    names = [each.id for each in found.nodes]
    assert len(names) == len(set(names))
    assert names[0] == template.id
    assert {(SUBNET, NETWORK), (CONTAINERS, NETWORK), (DEFINITION, GALLERY)} <= set(found.edges)
    assert ACCOUNT in names
    assert {name for edge in found.edges for name in edge} == set(names)
