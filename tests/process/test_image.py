"""The container image: built from the Dockerfile, and the daemon in it runs as nobody."""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from house.tree import ROOT
from process.image import IMAGE, Builder, built
from process.stage import Stage, free_port

NOBODY = 65532
TOOLS = ("buildah", "mmdebstrap")

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        "CI" not in os.environ and not all(map(shutil.which, TOOLS)),
        reason=f"it is built with {' and '.join(TOOLS)}; .ci/tools installs them as root on Debian",
    ),
]


def test_the_image_serves_as_nobody_and_says_what_is_in_it(stage: Stage) -> None:
    """One build, as it takes a minute: what it says, what it holds, and that it works."""
    with built(stage.directory / "image") as builder:
        container = builder("from", "--pull-never", IMAGE)
        try:
            says_how_it_is_run(builder.config())
            lists_what_is_in_it(Path(builder("mount", container)))
            serves(stage, builder, container)
        finally:
            builder("umount", container)


def says_how_it_is_run(config: dict[str, Any]) -> None:
    """A number for its user, the program itself without a shell, a health check, and labels."""
    labels = {name.rpartition(".")[2] for name in config["Labels"]}

    assert config["User"] == f"{NOBODY}:{NOBODY}"
    assert (config["Entrypoint"], config["Cmd"]) == (["aibwatch"], ["serve"])
    assert config["Healthcheck"]["Test"] == ["CMD", "aibwatch", "check", "--live"]
    assert set(config["ExposedPorts"]) == {"9877/tcp"}
    assert set(config["Volumes"]) == {"/var/lib/aibwatch"}
    assert labels >= {"title", "description", "licenses", "version", "revision", "created"}


def lists_what_is_in_it(root: Path) -> None:
    """The bill of materials names what the lock names, all of it, and nothing installs more."""
    home = root / "opt/aibwatch"
    text = (home / "share/sbom/aibwatch.cdx.json").read_text(encoding="utf-8")
    listed = {each["name"]: each for each in json.loads(text)["components"]}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([^\s;]+)(?! ; sys_platform)", lock, re.MULTILINE))

    assert {name: each["version"] for name, each in listed.items()} == {
        name: version for name, version in pinned.items() if name != "colorama"
    }
    assert all(
        reference["hashes"] for each in listed.values() for reference in each["externalReferences"]
    )
    assert not list(home.glob("bin/pip*"))
    assert [each.name for each in (root / "var/lib/aibwatch").iterdir()] == []


def serves(stage: Stage, builder: Builder, container: str) -> None:
    """It watches the simulated Azure, with no right but those of a user that has no name."""
    stage.image("web", "westeurope", "northeurope")
    written = yaml.safe_load(stage.write_config().read_text(encoding="utf-8"))
    etc = stage.directory / "etc"
    etc.mkdir()
    shutil.copy(stage.arm.ca_file, etc / "ca.pem")
    written["azure"]["ca_file"] = "/etc/aibwatch/ca.pem"
    del written["http"], written["store"]
    (etc / "aibwatch.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    for each in (etc, *etc.iterdir()):
        each.chmod(0o755)
    stage.port = free_port()
    # Isolated by chroot it has the network of the machine, so that the simulator can be reached.
    isolated = ["run", "--isolation=chroot", f"--user={NOBODY}:{NOBODY}"]
    around = [
        f"--volume={etc}:/etc/aibwatch:ro",
        f"--env=AIBWATCH_HTTP__LISTEN=127.0.0.1:{stage.port}",
    ]
    command = [*builder.command, *isolated, *around, container, "--"]
    log = (stage.directory / "daemon.log").open("wb")
    stage.daemon = subprocess.Popen([*command, "aibwatch", "serve"], stdout=log, stderr=log)
    try:
        stage.until(lambda: stage.get("/startupz")[0] == 200, "the daemon in the image is up")
        live, _ = stage.get("/livez")
        user = _owner(_daemon(stage.port))
        checked = subprocess.run([*command, "aibwatch", "check", "--live"], check=False)
    finally:
        found = _daemon(stage.port)
        if found:
            os.kill(found, signal.SIGTERM)
        code = stage.daemon.wait(60)
        log.close()

    assert (live, user, checked.returncode, code) == (200, NOBODY, 0, 0)


def _daemon(port: int) -> int:
    """Return the process of the daemon in the image, 0 if there is none: not that of buildah."""
    here = f"AIBWATCH_HTTP__LISTEN=127.0.0.1:{port}".encode()
    return next((int(each.name) for each in Path("/proc").glob("[0-9]*") if _is(each, here)), 0)


def _is(process: Path, here: bytes) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        variables = (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended
        return False
    return words[-2:-1] == [b"serve"] and b"buildah" not in words[0] and here in variables


def _owner(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid
