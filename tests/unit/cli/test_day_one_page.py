"""docs/day-one.md shows what its commands really say.

A passage that begins with `$ aibwatch` is run, in order, against a simulated Azure with the page's
five templates; each line below it stands in what the command tells, but for what `…` stands for.
"""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from aibwatch.model.names import DefinitionId, region, template_id
from aibwatch.sim import body, runs
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.world import World
from unit.cli.test_init import run, variables

PAGE = (Path(__file__).parents[3] / "docs" / "day-one.md").read_text(encoding="utf-8")
PASSAGES = re.findall(
    r"^```console\n\$ aibwatch ([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)
(EXCERPT,) = re.findall(r"(?ms)^```yaml\n(.*?)^```$", PAGE)
(SUBSCRIPTION,) = set(re.findall(r"--subscription (\S+)", PAGE))
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
TEMPLATES = (
    ("ubuntu-2204", "weu/ubuntu-2204", "westeurope", 1),
    ("ubuntu-2204", "neu/ubuntu-2204", "northeurope", 30),
    ("win-2022", "weu/win-2022-weu", "westeurope", 2),
    ("win-2022", "neu/win-2022-neu", "northeurope", 31),
    ("rhel-9", "weu/rhel-9-weu", "westeurope", 3),
)
"""Image, group and name, region, and how many days ago it ran well."""


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The page's templates, without a tag, behind TLS."""
    world = World(wall())
    for image, name, place, days in TEMPLATES:
        definition = DefinitionId(
            f"{GROUP}/providers/Microsoft.Compute/galleries/golden/images/{image}".lower()
        )
        if definition not in world.galleries:
            world.add_definition(definition, region("swedencentral"))
        target = [region("swedencentral")]
        written = body.write(image, region(place), definition, target, group=GROUP)
        kind = "/providers/Microsoft.VirtualMachineImages/imageTemplates/"
        identity = template_id(f"{GROUP}-{name.replace('/', kind)}")
        added = world.add_template(identity, {**written, "tags": {}})
        runs.built_before(world, added, world.now - timedelta(days=days))
    with arm_running(world, tmp_path) as server:
        yield server


def says(shown: str, told: str) -> list[str]:
    """Return the lines of a passage that do not stand in what was told, however it is spaced."""
    flat = " ".join(told.split())
    lines = [" ".join(each.split()) for each in shown.splitlines() if each.strip()]
    return [each for each in lines if not re.search(re.escape(each).replace("…", r"\S+"), flat)]


def test_the_page_is_true(arm: ArmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but `status`, which asks a daemon that the page starts."""
    monkeypatch.chdir(tmp_path)
    wide = variables(arm) | {"COLUMNS": "400", "NO_COLOR": "1"}
    untrue = {}
    for words, shown in PASSAGES:
        if not words.startswith("status"):
            done = run(wide, *shlex.split(words))
            untrue[words] = says(shown, done.stdout + done.stderr)

    assert len(untrue) == 4
    assert {words: lines for words, lines in untrue.items() if lines} == {}
    written = re.sub(r"last run .*", "last run …", (tmp_path / "aibwatch.yaml").read_text())
    assert EXCERPT in written
