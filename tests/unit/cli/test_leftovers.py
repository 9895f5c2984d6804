"""`leftovers` over the wire of a simulated Azure: what an outage left behind."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.staging import SimGroup
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE, Op
from aibwatch.sim.world import World
from builders import an_id
from unit.cli.test_init import DEMO, arm, run, variables

__all__ = ["arm"]
HERE = ("leftovers", "--subscription", DEMO.subscription)


def an_outages_remains(world: World) -> None:
    """Leave the group of a template that is gone, and a machine of a build of one that is not."""
    there = next(iter(world.templates.values()))
    gone = an_id("web-gone", DEMO.subscription)
    made = world.now - timedelta(days=3)
    world.left += [
        SimGroup(gone, "web-gone", there.region, made),
        SimGroup(there.id, there.name, there.region, made + timedelta(days=2), again=1),
    ]


def test_what_was_left_is_listed_with_its_age_and_the_command(arm: ArmServer) -> None:
    """The oldest first; Azure is read, and nothing else."""
    arm.do(an_outages_remains)

    done = run(variables(arm), *HERE)
    told = json.loads(run(variables(arm), *HERE, "--output", "json").stdout)["leftovers"]

    assert done.exit_code == 0, done.stderr
    first, second = told
    assert (first["says"], second["says"]) == (
        "its template web-gone is gone",
        f"{second['template'].rpartition('/')[2]} has another one now",
    )
    assert first["remedy"].startswith("az group delete --name IT_")
    assert "3 d" in done.stdout
    assert "1 d" in done.stdout
    assert first["remedy"] in done.stdout
    assert {each.method for each in arm.requests if "ResourceGraph" not in each.path} == {"GET"}


def test_a_template_whose_region_is_down_is_not_taken_for_gone(arm: ArmServer) -> None:
    """The list leaves it out, and a read of itself gives no answer."""
    found = next(iter(arm.do(lambda world: [*world.templates.values()])))
    arm.do(an_outages_remains)
    arm.do(lambda world: world.weather.set(found.region, MENU["503"], Op.READ, Op.LIST))

    told = json.loads(run(variables(arm), *HERE, "--output", "json").stdout)["leftovers"]

    unsure = [each for each in told if each["template"] == found.id]
    assert unsure
    assert all("cannot be told" in each["says"] for each in unsure)
    assert not any("delete" in each["remedy"] for each in unsure)


def test_where_nothing_was_left_it_says_so(arm: ArmServer, tmp_path: Path) -> None:
    """Of the subscriptions that are watched, if none is named; of none there is nothing to say."""
    config = tmp_path / "a.yaml"
    config.write_text(f"subscriptions: ['{DEMO.subscription}']\n")

    done = run(variables(arm), "leftovers", "--config", str(config))
    none = run(variables(arm), "leftovers")

    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "nothing was left behind\n")
    assert none.exit_code == 2
    assert "no subscription is watched" in none.stderr


@pytest.mark.parametrize(
    ("trouble", "op", "error", "says"),
    [
        ("403", Op.GRAPH, PermissionDeniedError, "resourceGroups/read"),
        ("403", Op.LIST, PermissionDeniedError, "imageTemplates/read"),
        ("503", Op.GRAPH, TemporaryError, "cannot be listed"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    arm: ArmServer, trouble: str, op: Op, error: type[Exception], says: str
) -> None:
    """Half a list would make the rest look left behind."""
    arm.do(lambda world: world.weather.set(EVERYWHERE, MENU[trouble], op))

    done = run(variables(arm), *HERE)

    assert isinstance(done.exception, error)
    assert says in str(done.exception)
