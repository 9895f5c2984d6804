"""The configurations that are shipped can be loaded, and the ways to run agree with the code."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from aibwatch.config.load import load
from aibwatch.daemon.serve import DRAIN_SECONDS
from house.overlays import pod
from house.tree import ROOT
from programs import program

UNIT = (ROOT / "deploy/systemd/aibwatch.service").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_readmes_configuration_is_valid(tmp_path: Path) -> None:
    """What a newcomer copies works."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    file = tmp_path / "aibwatch.yaml"
    file.write_text(dedent(written), encoding="utf-8")

    settings = load(file, {})

    assert len(settings.fleet()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        ["verify", "--recursive-errors=yes"],
        # In tenths: what is left is that it talks to the network and runs in the host's tree.
        ["security", "--offline=true", "--threshold=20", "--no-pager"],
    ],
    ids=["verify", "security"],
)
def test_systemd_takes_the_unit(asked: list[str], tmp_path: Path) -> None:
    """It knows every key, and finds little that the daemon could do to its machine."""
    unit = tmp_path / "aibwatch.service"
    installed = Path(sys.executable).with_name("aibwatch")  # verify wants one that is there
    unit.write_text(UNIT.replace("/opt/aibwatch/bin/aibwatch", str(installed)), encoding="utf-8")

    said = subprocess.run(
        [program("systemd-analyze", "on Debian: apt-get install systemd"), *asked, str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr) == (0, "")


def test_the_dockerfile_has_no_known_fault() -> None:
    """As hadolint knows them; it tells nothing if there is none."""
    told = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(ROOT / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stdout) == (0, "")


def test_the_image_is_given_what_its_build_asks_for() -> None:
    """What is copied from the tree is not kept out by .dockerignore, and there."""
    copied = {
        word.removesuffix("/")
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    }
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)

    assert copied == set(let_in)
    assert [each for each in copied if not (ROOT / each).exists()] == []


def test_a_stop_is_given_the_time_that_it_may_take() -> None:
    """Whoever stops the daemon waits longer than it does."""
    spec = pod("sqlite")["spec"]
    (unit,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)

    assert spec["terminationGracePeriodSeconds"] > DRAIN_SECONDS
    assert int(unit) > DRAIN_SECONDS


def test_everybody_means_the_same_port() -> None:
    """The container, the pod and the default of the configuration."""
    port = load(None, {}).http.port
    (container,) = pod("sqlite")["spec"]["containers"]

    assert [each["containerPort"] for each in container["ports"]] == [port]
    assert f"EXPOSE {port}" in DOCKERFILE


def test_the_probes_ask_paths_that_there_are() -> None:
    """Each probe is answered by the server."""
    server = (ROOT / "src/aibwatch/status/server.py").read_text(encoding="utf-8")
    (container,) = pod("sqlite")["spec"]["containers"]
    asked = [
        container[f"{kind}Probe"]["httpGet"]["path"]
        for kind in ("startup", "liveness", "readiness")
    ]

    assert asked == ["/startupz", "/livez", "/readyz"]
    assert [path for path in asked if f'"{path}"' not in server] == []


def test_nobody_runs_as_root_or_writes_where_it_should_not() -> None:
    """The image has a number for its user, and the unit a user of its own."""
    assert re.search(r"^USER \d+:\d+$", DOCKERFILE, re.MULTILINE)
    assert "DynamicUser=yes" in UNIT
