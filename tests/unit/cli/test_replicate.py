"""`replicate` makes the secondary's template, over the wire of a simulated Azure."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from aibwatch.cli.deploying import NotMadeError
from aibwatch.daemon.clock import wall
from aibwatch.errors import PermissionDeniedError, TemporaryError
from aibwatch.model.body import body_of
from aibwatch.model.drift import differences
from aibwatch.model.names import TemplateId
from aibwatch.model.template import ProvisioningState
from aibwatch.secondaries.recipe import blueprint
from aibwatch.sim import wire
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.trouble import MENU
from aibwatch.sim.weather import Op
from aibwatch.sim.world import World
from builders import NORTH, WEST, an_id
from ten_templates import TEN
from unit.cli.running import config_for, run
from unit.secondaries.test_replicate import IDENTITY, NETWORK, THERE

FAST = 400
"""Seconds of the World in one: provisioning takes 20."""

RULE = f"""
replicate:
  - region: northeurope
    resource_group: north
    subnet: {NETWORK}/build
    container_subnet: {NETWORK}/aci
    identities: [{IDENTITY}]
    vm_identities: [{IDENTITY}-vm]
    definition: "{THERE}/providers/Microsoft.Compute/galleries/g/images/{{definition}}"
    staging: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/st-{{name}}"
"""


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The ten templates in WEST, behind TLS."""
    world = World(wall())
    for name, written in TEN.items():
        world.add_template(an_id(name), written)
    with arm_running(world, tmp_path, speed=FAST) as server:
        yield server


Command = Callable[..., Result]


@pytest.fixture
def replicate(arm: ArmServer, tmp_path: Path) -> Command:
    """Return what replicates one of the ten as the image `web`."""

    def run_it(
        name: str, *words: str, rule: str = RULE, allowed: str = "", more: str = ""
    ) -> Result:
        azure = (
            f"azure: {{endpoint: '{arm.endpoint}', ca_file: '{arm.ca_file}',"
            " credential: {kind: static, token: t}}"
        )
        allows = f"allowed_regions: [{allowed}]"
        templates = ", ".join(filter(None, (an_id(name), more)))
        image = f"images: [{{name: web, {allows}, templates: [{templates}]}}]"
        pace = "poll: {active_interval: 100ms}\nfailover: {settle: 100ms}"
        config = config_for(tmp_path, 1, f"{azure}\n{image}\n{pace}\n{rule}")
        return run("replicate", "web", *words, "--config", str(config))

    return run_it


TO_NORTH = ("--to", "North Europe")
MAKE = (*TO_NORTH, "--deploy", "--yes")


def made(name: str) -> TemplateId:
    """Return the id of what is made of one of the ten."""
    return TemplateId(an_id(name).replace("/images/", "/north/", 1))


@pytest.mark.parametrize("name", TEN)
def test_each_of_the_ten_is_made_provisioned_and_without_drift(
    name: str, arm: ArmServer, replicate: Command, tmp_path: Path
) -> None:
    """Through the SDK, by a request that only this command sends (PROMISES S29)."""
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"parameters": {"secret1": {"value": "sp=r&sig=new"}}}))

    result = replicate(name, *MAKE, "--parameters", str(secrets))

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{made(name)}\n"
    assert f"  - {made(name)}" in result.stderr
    assert arm.count("PUT", f"/imagetemplates/{name}") == 1
    assert {each.method for each in arm.requests} == {"GET", "PUT"}
    template = arm.world.templates[made(name)]
    assert template.region == NORTH
    assert template.look.provisioning is ProvisioningState.SUCCEEDED
    one, other = (
        blueprint(body_of(each.id, wire.template(each, each.look, None)))
        for each in (arm.world.templates[an_id(name)], template)
    )
    assert differences(one, other) == ()


def test_a_file_is_written_and_nothing_is_changed(arm: ArmServer, replicate: Command) -> None:
    """What ARM deploys on stdout, everything for people on stderr."""
    result = replicate("private", *TO_NORTH)

    assert result.exit_code == 0
    written = json.loads(result.stdout)
    (resource,) = written["resources"]
    assert (resource["name"], resource["location"]) == ("private", NORTH)
    assert list(written["parameters"]) == ["secret1"]
    assert "az network vnet subnet create --resource-group north" in result.stderr
    assert "it builds as " in result.stderr
    assert {each.method for each in arm.requests} == {"GET"}


def test_a_drill_template_is_made_beside_the_secondary(arm: ArmServer, replicate: Command) -> None:
    """Under a name of its own, excluded from latest, and in no image's templates."""
    result = replicate("linux", *MAKE, "--drill")

    assert result.exit_code == 0, result.stderr
    template = arm.world.templates[TemplateId(f"{made('linux')}-drill")]
    properties = template.look.body["properties"]
    assert isinstance(properties, dict)
    assert properties["distribute"][0]["excludeFromLatest"] is True
    assert "stays out of images[].templates" in result.stderr


def test_what_nobody_has_said_is_asked_for_by_name(replicate: Command) -> None:
    """Without a terminal nobody can be asked, so all of it is told at once."""
    result = replicate("private", *TO_NORTH, rule="")

    assert result.exit_code == 2
    assert "--subnet, --container-subnet" in result.stderr


def test_options_go_before_the_rule(replicate: Command) -> None:
    """For the one image that is not as the others."""
    result = replicate("vnet", *TO_NORTH, "--subnet", "/other", "--suffix", "-b")

    (resource,) = json.loads(result.stdout)["resources"]
    assert resource["properties"]["vmProfile"]["vnetConfig"]["subnetId"] == "/other"
    assert resource["name"] == "vnet-b"


@pytest.mark.parametrize("words", [("--deploy", "--yes"), ("--drill",)])
def test_a_region_must_be_named(arm: ArmServer, replicate: Command, words: Sequence[str]) -> None:
    """By who deploys without being asked; and a drill rehearses a secondary that there is."""
    result = replicate("linux", *words)

    assert result.exit_code == 2
    assert "name the region" in " ".join(result.stderr.split())
    assert arm.requests == []


def test_without_a_name_the_best_region_is_taken_and_all_are_explained(
    arm: ArmServer, replicate: Command
) -> None:
    """The pair first, then the same geography, then what is near; by the provider's own list."""
    result = replicate("linux")

    assert result.exit_code == 0, result.stderr
    (resource,) = json.loads(result.stdout)["resources"]
    assert resource["location"] == NORTH
    lines = result.stderr.splitlines()
    assert lines[0] == "regions for a secondary of web, the best first:"
    assert lines[1].startswith("  - northeurope: the Azure pair, whose recovery Azure puts first")
    assert "taken: northeurope; --to names another" in lines
    assert {each.method for each in arm.requests} == {"GET"}


def test_a_pair_without_image_builder_is_not_taken_and_that_is_said(
    arm: ArmServer, replicate: Command
) -> None:
    """Most regions with Image Builder have none in their pair."""
    arm.do(lambda world: world.market.without_builder.add(NORTH))

    result = replicate("linux", rule="")

    (resource,) = json.loads(result.stdout)["resources"]
    assert resource["location"] != NORTH
    assert "the Azure pair of westeurope, northeurope, has no Image Builder" in result.stderr


def test_where_no_region_is_allowed_none_is_taken(replicate: Command) -> None:
    """Residency is not for a command to override (PROMISES S28)."""
    result = replicate("linux", allowed="westeurope")

    assert result.exit_code == 2
    assert "no region is left that its owner allows" in " ".join(result.stderr.split())
    assert "not allowed by its owner" in result.stderr
    assert result.stdout == ""


def test_a_region_where_the_image_has_a_template_is_none_to_choose(
    arm: ArmServer, replicate: Command
) -> None:
    """A second one there would protect from nothing more."""
    arm.do(lambda world: world.add_template(made("linux"), {**TEN["linux"], "location": NORTH}))

    result = replicate("linux", rule="", more=made("linux"))

    (resource,) = json.loads(result.stdout)["resources"]
    assert resource["location"] != NORTH
    assert "  - northeurope" not in result.stderr


def test_where_nobody_tells_what_regions_offer_one_must_be_named(
    arm: ArmServer, replicate: Command
) -> None:
    """A guess may end in a region without Image Builder."""
    arm.do(lambda world: world.market.hidden.add("providers"))

    result = replicate("linux")

    assert result.exit_code == 2
    assert "Microsoft.Resources/subscriptions/providers/read" in "".join(result.stderr.split())


def test_an_unknown_image_is_refused(arm: ArmServer, tmp_path: Path) -> None:
    """Those that there are are told."""
    result = run("replicate", "db", *TO_NORTH, "--config", str(config_for(tmp_path, 1)))

    assert result.exit_code == 2
    assert "there is no image 'db'" in result.stderr
    assert arm.requests == []


def test_without_a_yes_nothing_is_made(arm: ArmServer, replicate: Command) -> None:
    """The plan is shown, and then it is asked."""
    result = replicate("linux", *TO_NORTH, "--deploy")

    assert result.exit_code == 1
    assert f"the request: PUT {made('linux')}" in result.stderr
    assert arm.count("PUT", "linux") == 0


def test_secrets_must_be_told_before_anything_is_made(arm: ArmServer, replicate: Command) -> None:
    """They are kept nowhere (PROMISES S39)."""
    result = replicate("private", *MAKE)

    assert result.exit_code == 2
    assert "secret1" in result.stderr
    assert arm.count("PUT", "private") == 0


def test_one_that_is_there_already_is_left_alone(arm: ArmServer, replicate: Command) -> None:
    """Azure updates hardly anything of a template in place."""
    arm.do(lambda world: world.add_template(made("linux"), TEN["linux"]))

    result = replicate("linux", *MAKE)

    assert isinstance(result.exception, NotMadeError)
    assert "is there already; delete it first" in str(result.exception)
    assert arm.count("PUT", "linux") == 0


@pytest.mark.parametrize(
    ("trouble", "error", "says"),
    [
        ("403", PermissionDeniedError, "grant Microsoft.VirtualMachineImages/imageTemplates/write"),
        ("503", TemporaryError, "try again"),
        ("500", TemporaryError, "try again"),
    ],
)
def test_who_may_not_or_cannot_is_told_why(
    arm: ArmServer, replicate: Command, trouble: str, error: type[Exception], says: str
) -> None:
    """The right that is missing, or that it is worth trying again."""
    arm.do(lambda world: world.weather.set(NORTH, MENU[trouble], Op.RUN))

    result = replicate("linux", *MAKE)

    assert isinstance(result.exception, error)
    assert says in str(result.exception)
    assert made("linux") not in arm.world.templates


def test_an_answer_that_was_lost_is_settled_by_reading(arm: ArmServer, replicate: Command) -> None:
    """The template came to be, so nothing is asked for again."""
    arm.do(lambda world: world.weather.set(NORTH, MENU["504"], Op.RUN, begins=True))

    result = replicate("linux", *MAKE)

    assert result.exit_code == 0, result.exception
    assert arm.count("PUT", "linux") == 1
    assert arm.world.templates[made("linux")].look.provisioning is ProvisioningState.SUCCEEDED


def test_what_cannot_be_provisioned_is_told_with_azures_reason(
    arm: ArmServer, replicate: Command
) -> None:
    """It must be deleted: Azure keeps a failed submission."""
    error = ("BadStagingResourceGroup", "the group is not empty")

    def fail() -> None:
        if made("linux") in arm.world.templates:
            arm.world.submit(made("linux"), ProvisioningState.FAILED, error)
        else:
            arm.world.after(timedelta(seconds=1), fail)

    arm.do(lambda _: fail())

    result = replicate("linux", *MAKE)

    assert isinstance(result.exception, NotMadeError)
    assert "BadStagingResourceGroup: the group is not empty" in str(result.exception)


def test_a_region_that_is_gone_is_no_hindrance(arm: ArmServer, replicate: Command) -> None:
    """Resource Graph tells of the primary, and it is said that it lags behind."""
    arm.do(lambda world: world.weather.set(WEST, MENU["503"], Op.READ))
    arm.do(lambda world: world.advance(world.now + world.graph_delay))

    result = replicate("linux", *MAKE)

    assert result.exit_code == 0, result.stderr
    assert "only Resource Graph tells of it" in result.stderr
    assert made("linux") in arm.world.templates
