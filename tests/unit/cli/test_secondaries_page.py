"""docs/secondaries.md shows what its commands really say.

A passage that begins with `$ aibwatch` is run, in order, against a simulated Azure in which the
page's template lives; what stands below it is what the command tells.
"""

import asyncio
import re
import shlex
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.body import body_of
from aibwatch.model.entry import Entry, TemplateCopied
from aibwatch.model.names import TemplateId
from aibwatch.secondaries.recipe import blueprint
from aibwatch.sim import wire
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.trouble import MENU
from aibwatch.sim.world import World
from builders import HOUR, NOON
from ten_templates import CHECKSUM, Json
from unit.cli.running import config_for, run

PAGE = (Path(__file__).parents[3] / "docs" / "secondaries.md").read_text(encoding="utf-8")
PASSAGES = re.findall(
    r"^```console\n\$ aibwatch ([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)
RULE, ALONE, BOTH = re.findall(r"(?ms)^```yaml\n(.*?)^```$", PAGE)
"""What the page configures: the rule, and the image before and after the secondary is made."""

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
WEU = f"{SUBSCRIPTION}/resourceGroups/images-weu/providers"
PRIMARY = TemplateId(f"{WEU}/microsoft.virtualmachineimages/imagetemplates/ubuntu-2204".lower())
SECONDARY = TemplateId(PRIMARY.replace("images-weu", "images-neu"))
IDENTITY = f"{WEU}/Microsoft.ManagedIdentity/userAssignedIdentities/aib-weu"

WRITTEN: Json = {
    "location": "westeurope",
    "tags": {"team": "platform"},
    "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}},
    "properties": {
        "source": {
            "type": "PlatformImage",
            "publisher": "Canonical",
            "offer": "0001-com-ubuntu-server-jammy",
            "sku": "22_04-lts-gen2",
            "version": "latest",
        },
        "customize": [
            {"type": "Shell", "name": "updates", "inline": ["sudo apt-get -y upgrade"]},
            {
                "type": "Shell",
                "name": "harden",
                "scriptUri": "https://goldenscripts.blob.core.windows.net/cis/v7/harden.sh",
                "sha256Checksum": CHECKSUM,
            },
        ],
        "distribute": [
            {
                "type": "SharedImage",
                "runOutputName": "ubuntu-2204",
                "galleryImageId": f"{SUBSCRIPTION}/resourceGroups/goldens/providers"
                "/Microsoft.Compute/galleries/goldens/images/ubuntu-2204",
                "targetRegions": [
                    {"name": "West Europe", "replicaCount": 2},
                    {"name": "swedencentral"},
                ],
            }
        ],
        "vmProfile": {
            "vmSize": "Standard_D4ds_v5",
            "vnetConfig": {
                "subnetId": f"{WEU}/Microsoft.Network/virtualNetworks/vnet-weu/subnets/build"
            },
        },
        "stagingResourceGroup": "",
    },
}


def stepping(start: datetime) -> Callable[[], datetime]:
    """Return a clock that goes on by a quarter of a minute with every request."""
    return (start + number * timedelta(seconds=15) for number in count()).__next__


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The page's template in a simulated Azure."""
    world = World(wall())
    world.add_template(PRIMARY, WRITTEN)
    with arm_running(world, tmp_path, stepping(world.now)) as server:
        yield server


def config(arm: ArmServer, folder: Path) -> str:
    """Write the configuration: the one of the page, but for where things are."""
    image = BOTH if SECONDARY in arm.world.templates else ALONE
    azure = (
        f"azure: {{endpoint: '{arm.endpoint}', ca_file: '{arm.ca_file}',"
        " credential: {kind: static, token: t}}\npoll: {active_interval: 100ms}"
    )
    path = config_for(folder, 1, f"{azure}\n{RULE}\n{image}")
    return str(path)


def copy_all(arm: ArmServer, folder: Path, hours: int) -> None:
    """Take a copy of every template, as the daemon would."""
    bodies = [
        body_of(each.id, wire.template(each, each.look, None))
        for each in arm.world.templates.values()
    ]
    at = NOON + hours * HOUR
    entries: list[Entry] = [
        TemplateCopied(at, each.template, each.revision, each.text, blueprint(each))
        for each in bodies
    ]
    journal = SqliteJournal(folder / "a.db")
    asyncio.run(journal.append(entries, durable=True))
    journal.close()


def change_primary(arm: ArmServer) -> None:
    """Let the primary be made anew with another step, and its secondary be forgotten."""
    steps = [*WRITTEN["properties"]["customize"], {"type": "Shell", "inline": ["sudo ufw enable"]}]
    properties = {**WRITTEN["properties"], "customize": steps, "buildTimeoutInMinutes": 90}
    arm.do(lambda world: world.rewrite(PRIMARY, {**WRITTEN, "properties": properties}))


def told(arm: ArmServer, folder: Path) -> list[str]:
    """Return what each command of the page tells, in order, with what happens between them."""
    found = []
    for number, (command, _) in enumerate(PASSAGES):
        words = shlex.split(command)
        if words[:2] == ["templates", "list"]:
            copy_all(arm, folder, 1)
        if words[:2] == ["templates", "diff"] and number > 3:
            change_primary(arm)
            copy_all(arm, folder, 26)
        if words[:2] == ["templates", "export"]:
            arm.do(lambda world: world.weather.set(world.templates[PRIMARY].region, MENU["503"]))
        result = run(*words, "--config", config(arm, folder))
        assert result.exit_code == 0, (command, result.exception, result.stderr)
        found.append(re.sub(r"[ ]+$", "", result.stderr + result.stdout, flags=re.MULTILINE))
    return found


def test_the_page_shows_what_its_commands_say(
    arm: ArmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader gets what he is shown."""
    monkeypatch.chdir(tmp_path)

    said = told(arm, tmp_path)

    assert len(said) > 4
    assert [text.strip("\n") for text in said] == [text.strip("\n") for _, text in PASSAGES]
