"""The configurations that are shipped can be loaded, and the ways to run agree with the code."""

import re
from pathlib import Path
from textwrap import dedent

import yaml

from aibwatch.config.load import load
from aibwatch.daemon.serve import DRAIN_SECONDS
from house.tree import ROOT

UNIT = (ROOT / "deploy/systemd/aibwatch.service").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
POD = yaml.safe_load((ROOT / "deploy/kubernetes/deployment.yaml").read_text(encoding="utf-8"))


def test_the_configuration_of_the_pod_is_valid() -> None:
    """It is loaded as `aibwatch config validate` loads it; the example has a test of its own."""
    settings = load(ROOT / "deploy/kubernetes/aibwatch.yaml", {})

    assert settings.warnings == ()
    assert len(settings.fleet()) == 1


def test_the_readmes_configuration_is_valid(tmp_path: Path) -> None:
    """What a newcomer copies works."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    file = tmp_path / "aibwatch.yaml"
    file.write_text(dedent(written), encoding="utf-8")

    settings = load(file, {})

    assert len(settings.fleet()) == 1


def test_a_stop_is_given_the_time_that_it_may_take() -> None:
    """Whoever stops the daemon waits longer than it does."""
    spec = POD["spec"]["template"]["spec"]
    (unit,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)

    assert spec["terminationGracePeriodSeconds"] > DRAIN_SECONDS
    assert int(unit) > DRAIN_SECONDS


def test_everybody_means_the_same_port() -> None:
    """The container, the pod and the default of the configuration."""
    port = load(None, {}).http.port
    (container,) = POD["spec"]["template"]["spec"]["containers"]

    assert [each["containerPort"] for each in container["ports"]] == [port]
    assert f"EXPOSE {port}" in DOCKERFILE


def test_the_probes_ask_paths_that_there_are() -> None:
    """Each probe is answered by the server."""
    server = (ROOT / "src/aibwatch/status/server.py").read_text(encoding="utf-8")
    (container,) = POD["spec"]["template"]["spec"]["containers"]
    asked = [
        container[f"{kind}Probe"]["httpGet"]["path"]
        for kind in ("startup", "liveness", "readiness")
    ]

    assert asked == ["/startupz", "/livez", "/readyz"]
    assert [path for path in asked if f'"{path}"' not in server] == []


def test_nobody_runs_as_root_or_writes_where_it_should_not() -> None:
    """The pod is restricted, the image has a number for its user, the unit a user of its own."""
    spec = POD["spec"]["template"]["spec"]
    (container,) = spec["containers"]

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert re.search(r"^USER \d+:\d+$", DOCKERFILE, re.MULTILINE)
    assert "DynamicUser=yes" in UNIT
