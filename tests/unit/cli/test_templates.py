"""`templates` tells, compares and gives back copies, also while their region is gone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from aibwatch.errors import StoreError, TemporaryError
from aibwatch.model.body import Body, body_of
from aibwatch.model.entry import Booted, Entry, TemplateCopied
from aibwatch.model.names import TemplateId
from aibwatch.secondaries.deployable import deployable
from aibwatch.secondaries.recipe import blueprint
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World
from builders import HOUR, NOON, WEB, WEB_NORTH, WEST, an_id
from ten_templates import TEN, Json, body
from unit.cli.running import config_for, run
from unit.cli.test_history import stored

SLIM = body(vmProfile={"vmSize": "Standard_D2s_v5"})
WIDE = body(vmProfile={"vmSize": "Standard_D8s_v5"}, buildTimeoutInMinutes=60)
IMAGE = "images: [{{name: web, allow_drift: [{allow}], templates: ['{one}', '{other}']}}]"


def copy_of(template: TemplateId, written: Json, hours: int = 0) -> TemplateCopied:
    """Return a copy of a template."""
    told = body_of(template, written)
    at = NOON + hours * HOUR
    return TemplateCopied(at, template, told.revision, told.text, blueprint(told))


ENTRIES: list[Entry] = [
    Booted(NOON, 1, "1"),
    copy_of(WEB, {**SLIM, "tags": {"team": "a"}}),
    copy_of(WEB_NORTH, WIDE, 1),
    copy_of(WEB, SLIM, 2),
]


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration of the image `web`, and a store with copies of its templates."""
    stored(tmp_path, ENTRIES).close()
    image = IMAGE.format(allow="$.buildTimeoutInMinutes", one=WEB, other=WEB_NORTH)
    return str(config_for(tmp_path, 1, image))


def told(*words: str) -> Json:
    """Run a command and return its answer for programs."""
    result = run(*words, "--output", "json")
    assert result.exit_code == 0, result.exception
    found: Json = json.loads(result.stdout)
    return found


def test_copies_are_listed_by_template(config: str) -> None:
    """How many, and of when the newest is."""
    rows = told("templates", "list", "--config", config)["templates"]

    assert [(each["template"], each["copies"], each["at"][:16]) for each in rows] == [
        (WEB_NORTH, 1, "2026-03-02T13:00"),
        (WEB, 2, "2026-03-02T14:00"),
    ]
    table = run("templates", "list", "--config", config)
    assert "web-west" in table.stdout
    assert "2026-03-02 14:00" in table.stdout


@pytest.mark.parametrize("name", ["web-west", "WEB-WEST", "images/web-west", "web", WEB])
def test_a_template_goes_by_its_name_its_id_or_its_image(config: str, name: str) -> None:
    """Whatever a person has at hand."""
    assert told("templates", "show", name, "--config", config)["template"] == WEB


def test_an_image_whose_templates_have_its_name_is_its_primary(tmp_path: Path) -> None:
    """Many owners call all three the same, and keep them apart by resource group."""
    twin = TemplateId(WEB.replace("/images/", "/north/", 1))
    stored(tmp_path, [copy_of(WEB, SLIM), copy_of(twin, SLIM)]).close()
    image = IMAGE.replace("web", "web-west").format(allow="", one=WEB, other=twin)

    found = told("templates", "show", "web-west", "--config", str(config_for(tmp_path, 1, image)))

    assert found["template"] == WEB


def test_a_copy_is_shown_whole(config: str) -> None:
    """The newest, or the one that is asked for."""
    newest = told("templates", "show", "web-west", "--config", config)
    first = told("templates", "show", "web-west", "--copy", "2", "--config", config)
    plain = run("templates", "show", "web-west", "--config", config)

    assert newest["body"]["properties"]["vmProfile"] == {"vmSize": "Standard_D2s_v5"}
    assert first["body"]["tags"] == {"team": "a"}
    assert json.loads(plain.stdout) == newest["body"]
    assert "images/web-west as of 2026-03-02 14:00 UTC" in plain.stderr


def test_an_images_templates_are_compared_by_their_recipes(config: str) -> None:
    """What is allowed to differ is told, and marked (PROMISES S29)."""
    (found,) = told("templates", "diff", "web", "--config", config)["comparisons"]

    assert (found["one"], found["other"]) == ("images/web-west", "images/web-north")
    assert found["differences"] == [
        {"path": "$.buildTimeoutInMinutes", "one": "-", "other": "60", "allowed": True},
        {
            "path": "$.vmProfile.vmSize",
            "one": '"standard_d2s_v5"',
            "other": '"standard_d8s_v5"',
            "allowed": False,
        },
    ]
    table = run("templates", "diff", "web", "--config", config).stdout
    assert "allowed" in table
    assert "$.vmProfile.vmSize" in table


def test_two_copies_are_compared_whole(config: str) -> None:
    """Tags too, which are no part of a recipe."""
    (found,) = told("templates", "diff", "web-west", "--config", config)["comparisons"]
    same = run("templates", "diff", "web-west", "--copy", "1", "--config", config)

    assert [each["path"] for each in found["differences"]] == [
        "$.tags.aibwatch-role",
        "$.tags.team",
    ]
    assert same.stdout.endswith("no difference\n")


def test_a_copy_that_is_not_there_is_told(config: str) -> None:
    """With how many there are."""
    result = run("templates", "show", "web-north", "--copy", "2", "--config", config)

    assert isinstance(result.exception, TemporaryError)
    assert "the store has 1 copy of images/web-north" in str(result.exception)


def test_an_unknown_template_is_refused(config: str) -> None:
    """Those that there are are named."""
    result = run("templates", "show", "db", "--config", config)

    assert result.exit_code == 2
    assert "images/web-north, images/web-west" in result.stderr


def test_without_a_store_there_are_no_copies(tmp_path: Path) -> None:
    """It is said which file is missing."""
    result = run("templates", "list", "--config", str(config_for(tmp_path, 1)))

    assert isinstance(result.exception, StoreError)


def test_a_copy_is_exported_as_a_file_that_arm_deploys(config: str, tmp_path: Path) -> None:
    """Without asking Azure, if a copy is named."""
    file = tmp_path / "web.json"

    result = run(
        "templates", "export", "web-west", "--copy", "1", "--output", str(file), "--config", config
    )

    assert result.exit_code == 0, result.exception
    assert json.loads(file.read_text()) == deployable(body_of(WEB, SLIM))
    assert result.stdout == ""


def test_a_file_that_cannot_be_written_is_told(config: str, tmp_path: Path) -> None:
    """Before anybody believes that it was."""
    where = str(tmp_path / "nowhere" / "web.json")

    result = run("templates", "export", "web", "--copy", "1", "--output", where, "--config", config)

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The ten templates in WEST, behind TLS."""
    world = World(wall() - timedelta(days=1))
    for name, written in TEN.items():
        world.add_template(an_id(name), written)
    with arm_running(world, tmp_path, speed=0) as server:
        yield server


def exported(arm: ArmServer, folder: Path, name: str) -> str:
    """Export one of the ten, and return the file."""
    azure = (
        f"azure: {{endpoint: '{arm.endpoint}', ca_file: '{arm.ca_file}',"
        " credential: {kind: static, token: t}}"
    )
    image = IMAGE.format(allow="", one=an_id(name), other=WEB_NORTH)
    config = config_for(folder, 1, f"{azure}\n{image}")
    result = run("templates", "export", name, "--config", str(config))
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_a_token_in_a_script_is_a_parameter_of_the_export(arm: ArmServer, tmp_path: Path) -> None:
    """Also of one that Azure tells, where whoever reads the file could not read the template."""
    name, written = next(iter(TEN.items()))
    lines = ["curl -H 'Authorization: Bearer CANARY12345' x"]
    script = {"type": "Shell", "name": "get", "inline": lines}
    tokened = {**written, "properties": {**written["properties"], "customize": [script]}}
    arm.do(lambda world: world.rewrite(an_id(name), tokened))

    file = exported(arm, tmp_path, name)

    assert "CANARY" not in file
    assert "Authorization: Bearer ', parameters('secret1')" in file


@pytest.mark.parametrize("name", TEN)
def test_with_its_region_gone_the_export_is_the_same(
    name: str, arm: ArmServer, tmp_path: Path
) -> None:
    """From the copy, which was taken while the region was there."""
    live = exported(arm, tmp_path, name)
    stored(tmp_path, [copy_of(an_id(name), TEN[name])]).close()

    arm.do(lambda world: world.weather.set(WEST, MENU["503"]))

    assert exported(arm, tmp_path, name) == live
    assert json.loads(live)["resources"][0]["location"] == WEST


def test_without_a_copy_resource_graph_still_tells(arm: ArmServer, tmp_path: Path) -> None:
    """It answers while a region's provider does not."""
    live = exported(arm, tmp_path, "linux")
    arm.do(lambda world: world.advance(world.now + world.graph_delay))

    arm.do(lambda world: world.weather.set(WEST, MENU["503"], Op.READ))

    assert exported(arm, tmp_path, "linux") == live


def test_with_neither_it_is_told(arm: ArmServer, tmp_path: Path) -> None:
    """There is nothing to give back."""
    arm.do(lambda world: world.remove_template(an_id("linux")))
    with pytest.raises(AssertionError, match="the store has no copy of it"):
        exported(arm, tmp_path, "linux")


def test_a_body_of_a_copy_is_the_body_that_was_read() -> None:
    """Nothing is lost on the way through the journal."""
    told = body_of(WEB, SLIM)

    assert Body(WEB, copy_of(WEB, SLIM).body) == told
