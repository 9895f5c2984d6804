"""What templates of the World rest on is there from the start, and goes as a timetable says."""

from collections.abc import Iterator, Mapping

import pytest

from aibwatch.model.names import ResourceId
from aibwatch.model.resource import account_in, kind_in
from aibwatch.sim import body, registry
from aibwatch.sim.estate import STORES
from aibwatch.sim.market import family, vcpus
from aibwatch.sim.scenario import load, names, packaged
from aibwatch.sim.trouble import Trouble
from aibwatch.sim.world import World
from builders import NOON, NORTH, WEB_NORTH, WEST

TEMPLATES = "microsoft.virtualmachineimages/imagetemplates"
STORY = """# a story
fleet
  image web westeurope northeurope
"""


def texts(value: object) -> Iterator[str]:
    """Yield every text of a body."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def missing(world: World) -> list[str]:
    """Return what templates name and what a read by its own id does not answer."""
    named = {each for found in world.templates.values() for each in texts(found.look.body)}
    ids = {
        each.lower() for each in named if kind_in(ResourceId(each.lower())) not in {"", TEMPLATES}
    }
    stores = {each for each in named if account_in(each)}
    gone = [each for each in ids if isinstance(registry.resource(world, ResourceId(each)), Trouble)]
    return gone + [each for each in stores if not [*world.estate.accounts(account_in(each))]]


@pytest.mark.parametrize("name", names())
def test_in_every_scenario_all_that_templates_name_is_there(name: str) -> None:
    """So that a fleet is ready unless its story takes something away."""
    world = packaged(name).world(NOON)
    world.throttled = False

    assert world.templates
    assert missing(world) == []


def test_every_size_that_is_built_on_is_offered_everywhere(world: World) -> None:
    """With zones and room."""
    authored = {
        **world.templates[WEB_NORTH].look.body,
        "properties": {"vmProfile": {"vmSize": "Standard_X8"}},
    }
    world.rewrite(WEB_NORTH, authored)

    assert "Standard_X8" in world.market.offered(WEST)
    assert (family("Standard_D4ds_v5"), vcpus("Standard_D16_v3")) == ("standardDDSv5Family", 16)
    assert (family("X"), vcpus("X")) == ("standardUnknownFamily", 1)


def test_scripts_are_kept_where_no_template_is(world: World) -> None:
    """A store in a region that is to be replaced would be a story of its own."""
    (store,) = world.estate.accounts("goldenscripts")

    assert store.region == STORES not in {each.region for each in world.templates.values()}


@pytest.mark.parametrize("what", ["identity", "subnet", "definition"])
def test_a_story_may_take_things_away_or_hide_them(what: str) -> None:
    """And give them back."""
    subject = f"{what} of web in northeurope"
    lines = (
        f"{subject} is gone",
        f"{subject} is there again",
        f"we may not see {subject}",
        f"we may see {subject}",
    )
    told = "".join(f"at {number}s  {line}\n" for number, line in enumerate(lines, 1))
    scenario = load(STORY + told)
    world = scenario.world(NOON)
    authored = world.templates[scenario.images["web"][1]].look.body
    name = body.definition(authored) if what == "definition" else body.named(authored, what)

    statuses = []
    for _ in range(5):
        answer = registry.resource(world, ResourceId(str(name)))
        statuses.append(answer.status if isinstance(answer, Trouble) else 200)
        if world.due:
            world.advance(world.due)

    assert statuses == [200, 404, 200, 403, 200]


def test_a_story_may_restrict_a_size() -> None:
    """In one region, until it is offered again."""
    size = "Standard_D4ds_v5"
    told = f"at 1s  northeurope does not offer us {size}\nat 2s  northeurope offers us {size}\n"
    world = load(STORY + told).world(NOON)
    found = []
    for _ in range(3):
        found.append(world.market.restricted.get((NORTH, size)))
        if world.due:
            world.advance(world.due)

    assert found == [None, "NotAvailableForSubscription", None]


def test_a_network_that_is_gone_takes_its_subnets_with_it(world: World) -> None:
    """Nobody deletes them one by one."""
    subnet = ResourceId(body.named(world.templates[WEB_NORTH].look.body, "subnet"))
    world.withdrawn.add(subnet.partition("/subnets/")[0])

    assert isinstance(registry.resource(world, subnet), Trouble)
