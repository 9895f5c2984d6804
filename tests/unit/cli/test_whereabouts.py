"""Whether we, or our store, are where primaries are."""

import asyncio
from collections.abc import Sequence

import pytest

from aibwatch.cli.finding import Finding
from aibwatch.cli.whereabouts import Whereabouts, account_of, metadata_of
from aibwatch.config.schema import Settings
from aibwatch.config.sections import AzureSection, StoreSection
from aibwatch.model.image import Image
from aibwatch.model.names import Region
from aibwatch.model.offer import Geography
from aibwatch.model.readiness import Colour
from aibwatch.model.state import Sightings
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE
from aibwatch.sim.world import World
from builders import NOON, NORTH, WEB, WEB_NORTH, WEST, a_template, an_id, an_image

FLEET = (an_image(), an_image(name="db", templates=(an_id("db-west"), an_id("db-north"))))


def sightings() -> Sightings:
    """Return what was seen of a fleet with its primaries in WEST."""
    seen = Sightings(booted=NOON)
    for name, place in (
        (WEB, WEST),
        (WEB_NORTH, NORTH),
        (an_id("db-west"), WEST),
        (an_id("db-north"), NORTH),
    ):
        seen.templates[name] = a_template(id=name, region=place)
    return seen


def found(
    where: Whereabouts, world: World | None = None, fleet: Sequence[Image] = FLEET
) -> list[Finding]:
    """Return what is said."""
    azure = SimulatedAzure(world or World(NOON))
    return asyncio.run(where.findings(azure, fleet, sightings()))


def test_who_knows_nothing_says_nothing() -> None:
    """Outside of Azure, with a file as the store."""
    assert found(Whereabouts()) == []


@pytest.mark.parametrize(
    ("here", "colour", "says"),
    [(WEST, Colour.YELLOW, "where web is built"), (NORTH, Colour.GREEN, "where no primary is")],
)
def test_this_machine_is_where_a_primary_is_or_not(here: Region, colour: Colour, says: str) -> None:
    """A secondary's region is no worse than any other: it is not the one that fails first."""
    (finding,) = found(Whereabouts(here))

    assert (finding.what, finding.colour) == ("this machine", colour)
    assert says in finding.says


@pytest.mark.parametrize(
    ("place", "colour", "says"),
    [
        (WEST, Colour.YELLOW, "take an account in another region"),
        (NORTH, Colour.GREEN, "where no primary is"),
        (None, Colour.UNKNOWN, "Microsoft.Storage/storageAccounts/read"),
    ],
)
def test_the_account_is_where_a_primary_is_or_not(
    place: Region | None, colour: Colour, says: str
) -> None:
    """Or nobody tells, and what right would help is named."""
    world = World(NOON)
    if place:
        world.accounts["journals"] = place

    (finding,) = found(Whereabouts(account="journals"), world)

    assert (finding.what, finding.colour) == ("store account journals", colour)
    assert says in finding.says


def test_a_store_outside_the_allowed_regions_is_told_of_each_image() -> None:
    """It holds copies of templates, and these hold scripts (PROMISES S28)."""
    world = World(NOON)
    world.accounts["journal"] = Region("eastus")
    at_home, free = (an_image(allowed_regions=frozenset({NORTH})), FLEET[1])

    told = found(Whereabouts(account="journal"), world, (at_home, free))

    assert [(each.what, each.colour) for each in told][1:] == [("web", Colour.RED)]
    assert "store account journal is in eastus" in told[1].says


def test_the_geography_of_the_store_is_told_by_azure() -> None:
    """It is looked up as that of a secondary's region is (PROMISES S28)."""
    world = World(NOON)
    world.accounts["journal"] = Region("eastus")
    fleet = (an_image(allowed_geographies=frozenset({"Europe"})),)
    seen = sightings()
    seen.geographies = {Region("eastus"): Geography(Region("eastus"), "United States")}

    where = Whereabouts(account="journal")
    told = asyncio.run(where.findings(SimulatedAzure(world), fleet, seen))

    assert "is in eastus (United States), which allowed_geographies does not name" in told[1].says


def test_an_inventory_that_fails_leaves_it_unknown() -> None:
    """With what it said."""
    world = World(NOON)
    world.weather.set(EVERYWHERE, MENU["500"])

    (finding,) = found(Whereabouts(account="journals"), world)

    assert finding.colour is Colour.UNKNOWN
    assert "see for yourself" in finding.says


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://journals.blob.core.windows.net/aibwatch", "journals"),
        ("http://127.0.0.1:10000/devstoreaccount1/aibwatch", "devstoreaccount1"),
        ("sqlite:////var/lib/a.db", ""),
    ],
)
def test_the_account_is_in_the_url(url: str, account: str) -> None:
    """In its host, or in the path of an emulator; a file has none."""
    assert account_of(Settings(store=StoreSection(url=url))) == account


@pytest.mark.parametrize(
    ("endpoint", "given", "asked"),
    [
        (None, None, "http://169.254.169.254"),
        (None, "off", ""),
        (None, "http://127.0.0.1:9/", "http://127.0.0.1:9"),
        ("https://arm.test", None, ""),
        ("https://arm.test", "http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_whom_to_ask_where_we_are(endpoint: str | None, given: str | None, asked: str) -> None:
    """Azure's own service, unless ARM is somebody else's or the option says otherwise."""
    settings = Settings(azure=AzureSection(endpoint=endpoint))

    assert metadata_of(settings, given) == asked
