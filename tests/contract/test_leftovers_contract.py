"""Staging groups over everything that implements `ports.Azure`: one answer on both faces."""

from datetime import timedelta

from aibwatch.model.fault import FaultKind
from aibwatch.model.leftover import StagingGroup
from aibwatch.model.names import ResourceId, TemplateId
from aibwatch.sim import runs
from aibwatch.sim.staging import SimGroup, group
from aibwatch.sim.trouble import MENU
from aibwatch.sim.truth import Cause
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from contract.asking import ABSENT, START, SUBSCRIPTION, WEST, Asker, bad, good

DAY = timedelta(days=1)


def test_the_groups_of_templates_and_what_was_left_are_told(
    ask: Asker, world: World, west: TemplateId, north: TemplateId
) -> None:
    """With their template, their age, and what only a build needs; of pages all."""
    world.graph_page = 2
    left = [
        SimGroup(ABSENT, "Absent", WEST, START - DAY, machine=START),
        SimGroup(ABSENT, "Absent", WEST, START - DAY, tagged=False, again=1),
    ]
    world.left += left
    runs.begin(world, west, Cause.HUMAN)

    found = {each.id: each for each in good(ask(lambda a: a.staging_groups(SUBSCRIPTION)))}
    own = found[ResourceId(group(west, "web-west").lower())]

    assert len(found) == 4
    assert (own.template, own.region, own.made) == (west, WEST, START)
    assert [each.rpartition("/")[2] for each in own.building] == ["build"]
    assert found[ResourceId(group(north, "web-north").lower())].building == ()
    assert [found[ResourceId(each.id.lower())] for each in left] == [
        StagingGroup(
            ResourceId(left[0].id.lower()),
            left[0].id.rpartition("/")[2],
            WEST,
            ABSENT,
            START - DAY,
            (left[0].machine_id,),
        ),
        StagingGroup(
            ResourceId(left[1].id.lower()), left[1].id.rpartition("/")[2], WEST, None, START - DAY
        ),
    ]


def test_a_graph_that_does_not_answer_is_no_empty_subscription(ask: Asker, world: World) -> None:
    """It is a fault; and a subscription without groups is none."""
    assert list(good(ask(lambda azure: azure.staging_groups("other")))) == []

    world.weather.set(EVERYWHERE, MENU["503"], Op.GRAPH)
    assert bad(ask(lambda azure: azure.staging_groups(SUBSCRIPTION))) is FaultKind.PLATFORM
