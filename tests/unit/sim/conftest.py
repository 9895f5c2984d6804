"""A World that the tests of this folder agree on, and its face in process."""

import pytest

from aibwatch.sim import body
from aibwatch.sim.service import SimulatedAzure
from aibwatch.sim.world import World
from builders import NOON, NORTH, WEST, a_definition_id, an_id


@pytest.fixture
def world() -> World:
    """The image `web` in WEST and NORTH, both publishing to one definition at home in NORTH."""
    world = World(NOON)
    definition = a_definition_id("web")
    world.add_definition(definition, NORTH)
    for name, place in (("web-west", WEST), ("web-north", NORTH)):
        world.add_template(an_id(name), body.write("web", place, definition, [NORTH, WEST]))
    return world


@pytest.fixture
def azure(world: World) -> SimulatedAzure:
    """Look at the World in process."""
    return SimulatedAzure(world)
