"""`failover` and `failback` against the daemon's own HTTP face."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from aibwatch.cli.client import RefusedError
from aibwatch.cli.ordering import who
from aibwatch.failover.plan import plan
from aibwatch.model.image import Image
from aibwatch.model.names import ImageName
from aibwatch.model.order import Order, OrderKind
from aibwatch.model.plan import Plan
from aibwatch.model.readiness import Check
from aibwatch.model.state import Snapshot, View
from builders import EAST, WEB, WEB_NORTH, a_template, an_id
from unit.cli.running import Running, config_for, run, running
from unit.failover.test_ordered import WEB_NAME
from unit.failover.test_ordered import calm as at_rest
from unit.failover.test_plan import red
from unit.status.snapshots import calm
from views import NOW, TWO_SECONDARIES, a_readiness

LAB = Image(ImageName("lab"), (an_id("lab-east"),))


def fleet() -> View:
    """Return `web`, which nothing is wrong with, and `lab`, alone in another region."""
    view = at_rest()
    view.sightings.templates[LAB.primary] = a_template(id=LAB.primary, region=EAST)
    return replace(view, images={WEB_NAME: TWO_SECONDARIES, LAB.name: LAB})


def planning(view: View) -> Callable[[Order], Plan]:
    """Return the core's own plans over a view."""
    return lambda order: plan(view.images[order.image], order, view, NOW)


def served(view: View) -> AbstractContextManager[Running]:
    """Serve a daemon that believes this."""
    picture: Snapshot = replace(calm(), view=view)
    return running(picture, plan=planning(view))


def test_an_order_reaches_the_operator_with_its_actor_and_plan(tmp_path: Path) -> None:
    """What was typed is what is ordered, by whoever typed it."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        words = ("failover", "web", "--to", "web-north", "--reason", "a move", "--accept", "source")
        result = run(*words, "--config", path)

    ((_, order),) = daemon.orders.given
    assert isinstance(order, Order)
    assert (order.to, order.reason, order.actor) == (WEB_NORTH, "a move", who())
    assert (order.kind, order.accept) == (OrderKind.FAILOVER, {"source"})
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        f"ordered: web is built in web-north (northeurope), order {order.id}",
        f"plan {order.plan}",
    ]


def test_a_dry_run_shows_what_the_order_then_does(tmp_path: Path) -> None:
    """Its hash is what `--plan` takes."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        shown = run("failover", "web", "--dry-run", "--config", path)
        machine = run("failover", "web", "--dry-run", "--config", path, "--output", "json")
        before = list(daemon.orders.given)
        hashed = json.loads(machine.stdout)["plan"]
        done = run("failover", "web", "--plan", hashed, "--reason", "x", "--config", path)

    assert (shown.exit_code, before, done.exit_code) == (0, [], 0)
    assert shown.stdout.splitlines() == [
        "would build web in web-north (northeurope)",
        f"plan {hashed}",
        f"request: POST {WEB_NORTH}/run",
        "warning: no failure of the primary is known",
    ]
    assert len(daemon.orders.given) == 1


def test_a_dry_run_says_what_is_red_and_what_is_passed_over(tmp_path: Path) -> None:
    """So that the person knows what he accepts."""
    view = red(replace(fleet(), misconfigured={WEB_NAME: "it is red"}), Check.SOURCE)
    with served(view) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        words = ("failover", "web", "--to", "web-north", "--dry-run", "--config", path)
        bare, accepted = run(*words), run(*words, "--accept", "source")

    assert (bare.exit_code, accepted.exit_code) == (2, 0)
    assert bare.stdout.splitlines()[0] == (
        "would be refused: web: web-north: source is red; to build all the same: --accept source"
    )
    assert accepted.stdout.splitlines()[0] == "would build web in web-north (northeurope)"
    assert "accepted: source: source is red" in accepted.stdout
    assert "passed over: misconfigured: it is red" in accepted.stdout


def test_coming_home_is_a_command_of_its_own(tmp_path: Path) -> None:
    """It asks the primary."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        words = ("failback", "web", "--reason", "it is well again", "--config", path)
        result = run(*words, "--output", "json")

    ((_, order),) = daemon.orders.given
    assert isinstance(order, Order)
    assert order.kind is OrderKind.FAILBACK
    assert json.loads(result.stdout)["target"] == WEB


def test_a_region_is_ordered_image_by_image(tmp_path: Path) -> None:
    """Only the images whose primary lives there; each has its line."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        words = ("failover", "--region", "West Europe", "--reason", "a move", "--config", path)
        result = run(*words)

    ((_, order),) = daemon.orders.given
    assert isinstance(order, Order)
    assert order.image == WEB_NAME
    assert result.exit_code == 0
    assert "ordered: web is built in web-north" in " ".join(result.stdout.split())


def test_a_region_of_which_one_is_refused_exits_with_2(tmp_path: Path) -> None:
    """The others are ordered all the same; programs are told both."""
    view = fleet()
    bad = {
        **view.readiness,
        **{(WEB_NAME, each): a_readiness(each, "gone") for each in TWO_SECONDARIES.secondaries},
    }
    other = replace(TWO_SECONDARIES, name=ImageName("app"))
    good = {(other.name, key[1]): each for key, each in view.readiness.items()}
    view = replace(view, images={WEB_NAME: TWO_SECONDARIES, other.name: other})
    with served(replace(view, readiness={**bad, **good})) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        words = ("failover", "--region", "westeurope", "--reason", "x", "--config", path)
        result = run(*words, "--output", "json")

    told = {each["image"]: each for each in json.loads(result.stdout)["images"]}
    assert result.exit_code == 2
    assert told["web"]["refused"].startswith("web-north: gone")
    assert told["app"]["order"]
    assert len(daemon.orders.given) == 1


def test_a_region_where_no_primary_lives_is_refused(tmp_path: Path) -> None:
    """With those where one does."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("failover", "--region", "mars", "--reason", "x", "--config", path)

    assert isinstance(result.exception, RefusedError)
    assert str(result.exception).endswith("primaries live in: eastus, westeurope")


def test_what_is_refused_exits_with_2(tmp_path: Path) -> None:
    """In the daemon's words."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("failover", "lab", "--reason", "x", "--config", path)

    assert isinstance(result.exception, RefusedError)
    assert (result.exception.exit_code, daemon.orders.given) == (2, [])
    assert str(result.exception) == "it has no secondary"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("web", "--region", "westeurope"),
        ("--region", "westeurope", "--to", "x"),
        ("--region", "westeurope", "--plan", "x"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    """It is told before anything is sent."""
    with served(fleet()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        result = run("failover", *words, "--reason", "x", "--config", path)

    assert (result.exit_code, daemon.orders.given) == (2, [])
