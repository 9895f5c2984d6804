"""`check` tells a newcomer whether he can start, over the wire of a simulated Azure."""

import json
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from aibwatch.errors import ConfigError, PermissionDeniedError, TemporaryError
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.sim import body, front
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.trouble import MENU
from aibwatch.sim.world import World
from azurite import connection_string
from builders import NORTH, SUBSCRIPTION, WEB, WEB_NORTH, WEST, a_definition_id
from unit.cli.running import config_for, run, running, speaking
from unit.status.snapshots import calm, outage


@pytest.fixture
def arm(tmp_path: Path) -> Iterator[ArmServer]:
    """The image `web` in WEST and NORTH as of now, behind TLS."""
    world = World(wall())
    definition = a_definition_id("web")
    world.add_definition(definition, NORTH)
    for template, place in ((WEB, WEST), (WEB_NORTH, NORTH)):
        world.add_template(template, body.write("web", place, definition, [NORTH, WEST]))
    world.estate.grant(definition.partition("/providers/")[0])
    with arm_running(world, tmp_path) as server:
        yield server


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def config_with(arm: ArmServer, folder: Path, port: int, mode: str = "auto") -> str:
    """Write a configuration for the simulated Azure and return its path."""
    azure = (
        f"azure: {{endpoint: '{arm.endpoint}', ca_file: '{arm.ca_file}',"
        " credential: {kind: static, token: t}}"
    )
    image = f"images: [{{name: web, mode: {mode}, templates: ['{WEB}', '{WEB_NORTH}']}}]"
    drills = "drills: {publish: latest, schedule: {cron: 0 3 * * 1}}"
    return str(config_for(folder, port, f"{azure}\n{image}\n{drills}"))


def test_all_is_well(arm: ArmServer, tmp_path: Path, free_port: int) -> None:
    """A good start: exit 0, every line green, the image protected."""
    path = config_with(arm, tmp_path, free_port)

    result = run("check", "--config", path, "--output", "json")

    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["exit"]) == (0, 0)
    assert {each["colour"] for each in answer["findings"]} == {"green"}
    says = {each["what"]: each["says"] for each in answer["findings"]}
    assert says["web"] == "protected by web-north"
    assert says["port"] == f"127.0.0.1:{free_port} is free"
    assert says["store"] == f"{tmp_path}/a.db will be made"


def test_nothing_is_changed_anywhere(arm: ArmServer, tmp_path: Path, free_port: int) -> None:
    """Neither in Azure nor on this machine."""
    before = {each.name for each in tmp_path.iterdir()}
    path = config_with(arm, tmp_path, free_port)

    run("check", "--config", path)

    asked = {each.path for each in arm.requests if each.method != "GET"}
    assert asked <= {"/providers/Microsoft.ResourceGraph/resources"}, "a query, by its API"
    assert {each.name for each in tmp_path.iterdir()} == {*before, "aibwatch.yaml", "token"}


def test_people_get_a_table(arm: ArmServer, tmp_path: Path, free_port: int) -> None:
    """It fits a terminal and ends with the verdict."""
    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    lines = result.stdout.splitlines()
    assert lines[-1] == "all is well"
    assert max(map(len, lines)) <= 80


def test_an_image_that_is_only_observed_is_not_protected(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """That is a warning, and how to change it is said."""
    result = run("check", "--config", config_with(arm, tmp_path, free_port, mode="observe"))

    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "not protected: its mode is observe; web-north would be ready" in text


@pytest.mark.parametrize(("word", "code"), [("403", 77), ("500", 10), ("429", 75)])
def test_a_secondary_that_cannot_be_read_has_its_exit_code(
    arm: ArmServer, tmp_path: Path, free_port: int, word: str, code: int
) -> None:
    """Permission, the region's own trouble, ours, and what is not there are told apart."""
    arm.do(lambda world: world.weather.set(WEB_NORTH, MENU[word]))

    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    assert result.exit_code == code


def test_a_secondary_that_is_not_there_is_exit_12(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """Its id is wrong, or somebody has deleted it."""
    arm.do(lambda world: world.templates.pop(WEB_NORTH))

    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    assert result.exit_code == 12
    assert "there is no such template" in " ".join(result.stdout.split())


def test_a_secondary_that_is_not_ready_is_exit_12(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """The reason is the one that would hold the daemon."""
    arm.do(lambda world: front.run(world, WEB_NORTH))

    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    assert result.exit_code == 12
    text = " ".join(result.stdout.split())
    assert "not ready: idle: busy since" in text
    assert "not protected: no secondary is ready" in text


def test_a_clock_that_is_off_is_told(arm: ArmServer, tmp_path: Path, free_port: int) -> None:
    """With a wrong clock nothing is ever started, so better now than in an outage."""

    def shift(world: World) -> None:
        world.weather.skew = timedelta(minutes=5)

    arm.do(shift)

    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    assert result.exit_code == 75
    assert "set it (NTP)" in " ".join(result.stdout.split())


def test_an_azure_that_is_not_there_is_temporary(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """The network is to be looked at, not the templates: people are told once, programs of each."""
    path = Path(config_with(arm, tmp_path, free_port))
    path.write_text(path.read_text().replace(arm.endpoint, f"https://localhost:{free_port}"))

    result = run("check", "--config", str(path))
    told = run("check", "--config", str(path), "--output", "json")

    findings = json.loads(told.stdout)["findings"]
    assert (result.exit_code, told.exit_code) == (75, 75)
    assert result.stdout.count("azure.proxy") == result.stdout.count("ServiceRequestError") == 1
    assert sum("ServiceRequestError" in each["says"] for each in findings) > 4


def test_a_port_that_is_taken_is_told(arm: ArmServer, tmp_path: Path) -> None:
    """Somebody else's program listens where the daemon would."""
    with speaking(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        path = config_with(arm, tmp_path, port)
        result = run("check", "--config", path, "--output", "json")

    says = {each["what"]: each["says"] for each in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 75
    assert "cannot be listened on: Address already in use" in says["port"]


def test_a_store_that_is_none_is_told(arm: ArmServer, tmp_path: Path, free_port: int) -> None:
    """The daemon would only observe."""
    (tmp_path / "a.db").write_text("this is no database, but long enough to be read as one" * 99)

    result = run("check", "--config", config_with(arm, tmp_path, free_port))

    assert result.exit_code == 75


def test_a_store_that_may_be_used_is_told(arm: ArmServer, tmp_path: Path) -> None:
    """It is there, and nobody holds it."""
    SqliteJournal(tmp_path / "a.db").close()

    result = run("check", "--config", config_with(arm, tmp_path, 0), "--output", "json")

    says = {each["what"]: each["says"] for each in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 0
    assert says["store"] == f"{tmp_path}/a.db can be read and written"


def test_who_acts_by_himself_and_never_rehearsed_is_advised(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """It is no trouble: the exit code stays 0."""
    path = Path(config_with(arm, tmp_path, free_port))
    path.write_text(path.read_text().replace("schedule: {cron: 0 3 * * 1}", "schedule: null"))

    result = run("check", "--config", str(path))

    assert result.exit_code == 0
    assert "in auto, and never rehearsed" in " ".join(result.stdout.split())


def test_rights_that_are_missing_or_too_many_are_told(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """One that is needed only once a failover has run is tried before; neither is trouble."""
    action = "Microsoft.Compute/galleries/images/versions/read"
    arm.do(lambda world: world.estate.denied.add(action.lower()))
    arm.do(lambda world: setattr(world.estate, "wide", True))

    path = config_with(arm, tmp_path, free_port)
    result = run("check", "--config", path, "--output", "json")

    says = {each["what"]: each["says"] for each in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 0
    assert says[f"right {action}"].startswith("missing, refused 1x; without it ")
    assert "to start: images (" in says[f"role in {SUBSCRIPTION}"]


@pytest.mark.parametrize(
    ("snapshot", "code", "says"),
    [(calm, 0, "says healthy since"), (outage, 11, "says outage since 2026-03-02 12:04 UTC")],
)
def test_a_daemon_that_runs_is_believed(
    arm: ArmServer, tmp_path: Path, snapshot: object, code: int, says: str
) -> None:
    """It has watched for longer than a check can look; its port and store are its own."""
    picture = calm() if snapshot is calm else outage()
    with running(picture) as daemon:
        result = run("check", "--config", config_with(arm, tmp_path, daemon.port))

    told = " ".join(result.stdout.split())
    assert result.exit_code == code
    assert "3 images, 2 protected" in told
    assert f"the daemon {says}" in told


def test_a_machine_in_a_primary_s_region_is_warned_of(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """It may be asked for by name where an endpoint is configured; a warning is no trouble."""
    path = config_with(arm, tmp_path, free_port)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nwesteurope"
    with speaking(answer) as port:
        result = run(
            *("check", "--config", path, "--output", "json"),
            *("--metadata", f"http://127.0.0.1:{port}"),
        )

    findings = {each["what"]: each for each in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 0
    assert findings["this machine"]["colour"] == "yellow"
    assert "where web is built: aibwatch would go down with it" in findings["this machine"]["says"]


def test_an_account_in_a_primary_s_region_is_warned_of(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """As Resource Graph tells, whether the container can be reached or not."""
    arm.do(lambda world: world.accounts.update(journals=WEST))
    path = Path(config_with(arm, tmp_path, free_port))
    store = (
        f"store: {{url: 'http://127.0.0.1:{free_port}/journals/store',"
        f" connection_string: '{connection_string(free_port)}'}}"
    )
    path.write_text(re.sub("(?m)^store:.*$", store, path.read_text()))

    result = run("check", "--config", str(path), "--output", "json")

    findings = {each["what"]: each for each in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 75
    assert findings["store account journals"]["colour"] == "yellow"
    assert "this machine" not in findings


def test_live_asks_only_the_daemon(tmp_path: Path) -> None:
    """For a container's health check: no Azure, no images needed."""
    with running(calm()) as daemon:
        path = str(config_for(tmp_path, daemon.port))
        well = run("check", "--live", "--config", path)
        daemon.health.draining = True
        leaving = run("check", "--live", "--config", path)

    assert (well.exit_code, leaving.exit_code) == (0, 75)


def test_only_the_whole_check_looks_at_files(
    arm: ArmServer, tmp_path: Path, free_port: int
) -> None:
    """A token that everybody may read keeps the daemon from starting, not from living."""
    path = config_with(arm, tmp_path, free_port)
    (tmp_path / "token").chmod(0o644)

    whole, live = run("check", "--config", path), run("check", "--live", "--config", path)

    assert isinstance(whole.exception, PermissionDeniedError)
    assert isinstance(live.exception, TemporaryError)


def test_live_without_a_daemon_is_temporary(tmp_path: Path, free_port: int) -> None:
    """No daemon, no life."""
    result = run("check", "--live", "--config", str(config_for(tmp_path, free_port)))

    assert isinstance(result.exception, TemporaryError)


def test_nothing_to_watch_is_a_mistake(tmp_path: Path, free_port: int) -> None:
    """A configuration without images is surely not the one that was meant."""
    path = str(config_for(tmp_path, free_port))

    for command in ("check", "serve"):
        result = run(command, "--config", path)

        assert isinstance(result.exception, ConfigError)
        assert "images: none is configured" in str(result.exception)


@pytest.mark.parametrize("command", ["check", "serve"])
def test_who_gives_no_configuration_is_told_so(command: str) -> None:
    """And not what the defaults lack on this machine, such as the directory of the store."""
    result = run(command)

    assert isinstance(result.exception, ConfigError)
    assert str(result.exception).startswith("images: none is configured")
