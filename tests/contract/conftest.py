"""One World with one image of two templates, and what puts questions to whoever shows it.

`in process` is the simulated Azure itself; `over TLS` is our real adapters, through the real SDK
clients, talking to the same World's face on the wire.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aibwatch.azure.door import open_azure
from aibwatch.azure.settings import AzureSettings
from aibwatch.model.access import CredentialKind
from aibwatch.model.names import TemplateId
from aibwatch.ports import Azure
from aibwatch.sim.arm import running
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from contract.asking import ABSENT, GALLERY, NORTH, START, WEST, Asker, add

ENDLESS = ("silence", "trickle")
"""Bad answers that end by our patience alone; all others have time, also on a busy machine."""


@pytest.fixture
def world() -> World:
    """A World with one image of two templates that never ran, and one page for each of them."""
    world = World(START)
    world.page_size = 1
    world.add_definition(GALLERY, NORTH)
    return world


@pytest.fixture
def west(world: World) -> TemplateId:
    """The primary."""
    return add(world, "web-west", WEST)


@pytest.fixture
def north(world: World) -> TemplateId:
    """The secondary."""
    return add(world, "web-north", NORTH)


@pytest.fixture(params=["in process", "over TLS"])
def ask(
    request: pytest.FixtureRequest,
    world: World,
    west: TemplateId,
    north: TemplateId,
    tmp_path: Path,
) -> Iterator[Asker]:
    """Return what puts questions to one implementation after the other."""
    if request.param == "in process":

        async def simulated() -> Azure:
            return SimulatedAzure(world)

        yield Asker(simulated)
        return
    with running(world, tmp_path, speed=0) as arm:
        settings = AzureSettings(
            endpoint=arm.endpoint,
            ca_file=arm.ca_file,
            credential=CredentialKind.STATIC,
            token="any",
            call_seconds=0.5 if any(each in request.node.name for each in ENDLESS) else 30.0,
        )
        yield Asker(lambda: open_azure(settings, frozenset({west, north, ABSENT})))
