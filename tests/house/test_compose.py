"""deploy/compose: every path, port, option and name that it gives is there."""

import re
from pathlib import PurePosixPath
from typing import Any

import yaml
from typer.core import TyperGroup
from typer.main import get_command

from aibwatch.cli.app import app
from house.tree import ROOT

FOLDER = ROOT / "deploy/compose"


def read(name: str) -> dict[str, Any]:
    """Return one of its files."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


SERVICES = read("compose")["services"]


def mounts(service: str) -> dict[str, str]:
    """Return what a service sees of the tree, by the path that it has there; it only reads."""
    split = [each.split(":") for each in SERVICES[service].get("volumes", ())]
    assert all(mode == "ro" for _, _, mode in split)
    return {there: here for here, there, _ in split}


def test_every_path_is_there() -> None:
    """What is mounted and what is built from."""
    paths = [here for each in SERVICES for here in mounts(each).values()]
    paths.append(f"{SERVICES['aibwatch']['build']}/Dockerfile")

    assert [each for each in paths if not (FOLDER / each).exists()] == []


def test_every_rule_file_is_mounted() -> None:
    """Prometheus finds it where its configuration says."""
    for rule in map(PurePosixPath, read("prometheus")["rule_files"]):
        folder = mounts("prometheus")[str(rule.parent)]

        assert (FOLDER / folder / rule.name).is_file()


def test_every_rule_is_loaded() -> None:
    """Alerts stand on what the other file records: without it they would never fire."""
    names = {PurePosixPath(each).name for each in read("prometheus")["rule_files"]}

    rules = (ROOT / "deploy/prometheus").glob("*.yaml")
    assert names == {each.name for each in rules if "groups" in yaml.safe_load(each.read_text())}


def test_the_dashboards_are_there_from_the_start() -> None:
    """Grafana looks where they are mounted, and knows the data source that they ask for."""
    seen = mounts("grafana")
    (provider,) = read("dashboards")["providers"]

    assert "/etc/grafana/provisioning/dashboards/aibwatch.yaml" in seen
    assert list((FOLDER / seen[provider["options"]["path"]]).glob("*.json"))


def test_they_find_each_other() -> None:
    """Every address names a service, and a port that this one publishes, to this machine only."""
    told = [
        *re.findall(r'targets: \["([\w.]+):(\d+)"\]', (FOLDER / "prometheus.yaml").read_text()),
        *re.findall(r"http://(\w+):(\d+)", (FOLDER / "grafana.yaml").read_text()),
    ]
    published = {
        name: [each.split(":") for each in service["ports"]] for name, service in SERVICES.items()
    }

    assert {name for name, _ in told} == {"aibwatch", "alertmanager", "prometheus"}
    assert all(port in [inner for *_, inner in published[name]] for name, port in told)
    assert all(host == "127.0.0.1" for ports in published.values() for host, *_ in ports)


def test_the_scrape_has_the_name_that_alerts_ask_for() -> None:
    """They match job="aibwatch"."""
    (scrape,) = read("prometheus")["scrape_configs"]

    assert scrape["job_name"] == "aibwatch"


def test_the_demo_takes_its_command() -> None:
    """Each option is one of `aibwatch demo`; the port is the one that is published."""
    command, *words = SERVICES["aibwatch"]["command"]
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    known = {name for each in group.commands[command].params for name in each.opts}
    (port,) = SERVICES["aibwatch"]["ports"]

    assert all(each in known for each in words if each.startswith("--"))
    assert words[-1].rpartition(":")[2] == port.rpartition(":")[2]


def test_alertmanager_has_its_receiver() -> None:
    """The route names one that there is."""
    told = read("alertmanager")

    assert told["route"]["receiver"] in {each["name"] for each in told["receivers"]}
