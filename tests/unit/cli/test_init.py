"""`init` over the wire of a simulated Azure: the demo's fleet, written down and checked."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aibwatch.cli.app import app
from aibwatch.daemon.clock import wall
from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.model.names import Region
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.scenario import packaged
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import EVERYWHERE, Op
from builders import an_id
from ten_templates import TEN

DEMO = packaged("regional-outage")


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The demo's fleet, behind TLS."""
    with arm_running(DEMO.world(wall()), tmp_path) as server:
        yield server


def variables(arm: ArmServer) -> dict[str, str | None]:
    """Return the environment of somebody who is logged in there."""
    return {
        "AIBWATCH_AZURE__ENDPOINT": arm.endpoint,
        "AIBWATCH_AZURE__CA_FILE": str(arm.ca_file),
        "AIBWATCH_AZURE__CREDENTIAL__KIND": "static",
        "AIBWATCH_AZURE__CREDENTIAL__TOKEN": "t",
        "AIBWATCH_CONFIG": None,
        "COLUMNS": "200",
    }


def run(variables: Mapping[str, str | None], *words: str) -> Result:
    """Run a command in an environment."""
    return CliRunner().invoke(app, words, env=variables)


def test_the_fleet_is_found_written_down_valid_and_checked(arm: ArmServer, tmp_path: Path) -> None:
    """From a subscription's id to a configuration on which everything else works."""
    file = tmp_path / "found.yaml"

    done = run(variables(arm), "init", "--subscription", DEMO.subscription, "--output", str(file))

    assert done.exit_code == 0, done.stderr
    assert f"written to {file}" in done.stderr
    valid = run(variables(arm), "config", "show", "--config", str(file), "--output", "json")
    images = json.loads(valid.stdout)["settings"]["images"]
    assert {each["name"]: set(each["templates"]) for each in images} == {
        name: set(templates) for name, templates in DEMO.images.items()
    }
    assert {each["mode"] for each in images} == {"observe"}
    where = ("--config", str(file), "--metadata", "off", "--output", "json")
    checked = json.loads(run(variables(arm), "check", *where).stdout)
    logins = [each for each in checked["findings"] if each["what"] == "login"]
    assert [each["colour"] for each in logins] == ["green"]
    assert {each.method for each in arm.requests if "ResourceGraph" not in each.path} == {"GET"}


def test_what_is_alone_is_named_with_the_next_command(arm: ArmServer) -> None:
    """Text for people on stderr, the configuration on stdout."""
    alone = an_id("linux-lonely", DEMO.subscription)
    arm.do(lambda world: world.add_template(alone, {**TEN["linux"], "tags": {}}))

    done = run(variables(arm), "init", "--subscription", DEMO.subscription)

    assert "  unprotected: linux-lonely; next: aibwatch replicate linux-lonely" in done.stderr
    assert f'- "{alone}"' in done.stdout


def test_what_is_alone_in_its_geography_is_told_its_choices(arm: ArmServer) -> None:
    """Any secondary of it would be in another geography: its owner decides, nobody else (S28)."""
    alone = an_id("linux-lonely", DEMO.subscription)
    arm.do(lambda world: world.add_template(alone, {**TEN["linux"], "tags": {}}))
    before = run(variables(arm), "init", "--subscription", DEMO.subscription)
    arm.do(lambda world: world.market.without_builder.add(Region("northeurope")))

    done = run(variables(arm), "init", "--subscription", DEMO.subscription)

    assert "accept another" not in before.stderr + before.stdout
    assert "Europe has no other region with Image Builder: accept another" in done.stderr
    assert "only keep exports of the template" in done.stderr
    assert "    # its geography has no other region with Image Builder" in done.stdout


def test_what_azure_does_not_tell_of_places_is_left_out(arm: ArmServer) -> None:
    """The configuration is written all the same."""
    alone = an_id("linux-lonely", DEMO.subscription)
    arm.do(lambda world: world.add_template(alone, {**TEN["linux"], "tags": {}}))
    for op in (Op.OFFERS, Op.SUBSCRIPTION):
        arm.do(lambda world, op=op: world.weather.set(EVERYWHERE, MENU["503"], op))

    done = run(variables(arm), "init", "--subscription", DEMO.subscription)

    assert done.exit_code == 0
    assert "unprotected: linux-lonely" in done.stderr
    assert "accept another" not in done.stderr + done.stdout


def test_check_names_what_is_tagged_and_in_no_image(arm: ArmServer, tmp_path: Path) -> None:
    """A template that somebody added later is proposed, not taken."""
    file = tmp_path / "found.yaml"
    run(variables(arm), "init", "--subscription", DEMO.subscription, "--output", str(file))
    tags = {"aibwatch-image": "late\x1b[31m"}
    late = an_id("late", DEMO.subscription)
    arm.do(lambda world: world.add_template(late, {**TEN["linux"], "tags": tags}))

    where = ("--config", str(file), "--metadata", "off", "--output", "json")
    found = json.loads(run(variables(arm), "check", *where).stdout)["findings"]

    (strange,) = [each for each in found if "aibwatch-image" in each["says"]]
    assert (strange["what"], strange["colour"]) == ("template late", "yellow")
    assert strange["says"].startswith("is tagged 'late\\x1b[31m' by aibwatch-image and in no image")


def test_a_file_is_written_over_only_if_that_is_said(arm: ArmServer, tmp_path: Path) -> None:
    """It may be the one that somebody worked on."""
    file = tmp_path / "mine.yaml"
    file.write_text("mine")
    words = ("init", "--subscription", DEMO.subscription, "--output", str(file))

    refused, kept = run(variables(arm), *words), file.read_text()
    forced = run(variables(arm), *words, "--force")

    assert (refused.exit_code, kept, forced.exit_code) == (2, "mine", 0)
    assert "images:" in file.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name at least one"),
        (("--subscription", "mine"), "an id looks like"),
    ],
)
def test_a_wrong_subscription_is_wrong_usage(words: tuple[str, ...], says: str) -> None:
    """Before anything is asked."""
    done = run({"AIBWATCH_CONFIG": None, "COLUMNS": "200"}, "init", *words)

    assert done.exit_code == 2
    assert says in done.stderr


@pytest.mark.parametrize(
    ("trouble", "error"), [("403", PermissionDeniedError), ("503", TemporaryError)]
)
def test_a_subscription_that_cannot_be_listed_gives_nothing(
    arm: ArmServer, trouble: str, error: type[Exception]
) -> None:
    """Half a fleet would be paired otherwise."""
    arm.do(lambda world: world.weather.set(EVERYWHERE, MENU[trouble], Op.LIST))

    done = run(variables(arm), "init", "--subscription", DEMO.subscription)

    assert isinstance(done.exception, error)
    assert done.stdout == ""
