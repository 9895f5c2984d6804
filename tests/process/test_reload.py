"""Another configuration while the daemon runs: wholly, or not at all and told (PROMISES S42)."""

import signal
from pathlib import Path
from typing import Any

import yaml

from aibwatch.model.entry import Configured
from process.stage import Stage, free_port


def mounted(stage: Stage) -> Path:
    """Lay the configuration out as a ConfigMap is mounted; return the link that names its data.

    `aibwatch.yaml` is a link to `..data/aibwatch.yaml`, and `..data` one to a folder of a name.
    """
    stage.port = free_port()
    plain = stage.write_config()
    data = stage.directory / "..data"
    first = stage.directory / "..first"
    first.mkdir()
    plain.rename(first / plain.name)
    data.symlink_to(first.name)
    plain.symlink_to(f"..data/{plain.name}")
    stage.write_config = lambda: plain  # type: ignore[method-assign]  # it is there as it is
    return data


def swap(stage: Stage, data: Path, name: str, **changes: Any) -> None:
    """Let the link lead to another folder at once, as the kubelet does."""
    config = yaml.safe_load((data / "aibwatch.yaml").read_text())
    for section, value in changes.items():
        config[section] = {**config[section], **value} if isinstance(value, dict) else value
    folder = stage.directory / f"..{name}"
    folder.mkdir()
    (folder / "aibwatch.yaml").write_text(yaml.safe_dump(config))
    link = stage.directory / f"..link-{name}"
    link.symlink_to(folder.name)
    link.replace(data)


def mode_of(stage: Stage) -> str:
    """Return the mode of the image as the daemon takes it."""
    return str(stage.of("web").get("mode"))


def loaded(stage: Stage) -> str:
    """Return the metric that says whether the last load worked."""
    lines = stage.get("/metrics")[1].splitlines()
    name = "aibwatch_config_last_reload_successful "
    return next((each.removeprefix(name) for each in lines if each.startswith(name)), "")


def test_a_configmap_that_is_swapped_is_taken_and_a_wrong_one_is_not(stage: Stage) -> None:
    """From observe to auto the secondary may be run: the gate follows. A wrong one changes nothing.

    Nor does one that needs a restart, also by the API, which says so.
    """
    primary, secondary = stage.image("web", "westeurope", "northeurope", mode="observe")
    data = mounted(stage)
    stage.serve()
    stage.until(lambda: mode_of(stage) == "observe", "the image is known")

    swap(stage, data, "wrong", images=[{"name": "web", "templates": []}])
    stage.until(lambda: loaded(stage) == "0.0", "the wrong one is told")
    assert "is empty; name at least the primary" in stage.log()
    code, text = stage.get("/readyz?verbose")
    assert (code, "[+] config the last reload was refused" in text) == (200, True)
    image = {"name": "web", "templates": [primary, secondary], "mode": "auto"}
    swap(stage, data, "restart", images=[image], store={"url": "sqlite:////tmp/another.db"})
    stage.until(lambda: "store.url: cannot change while" in stage.log(), "a restart is told")
    code, text = stage.post("/api/v1/reload", {})
    assert (code, "store.url: cannot change while aibwatch runs" in text) == (409, True)
    stage.cycles()
    assert mode_of(stage) == "observe"

    store = {"url": f"sqlite:///{stage.directory / 'aibwatch.db'}"}
    swap(stage, data, "right", images=[image], store=store)
    stage.until(lambda: mode_of(stage) == "auto", "the new one holds")
    assert loaded(stage) == "1.0"
    assert len(stage.written(Configured)) == 1
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("web")

    assert (stage.requests(primary), stage.requests(secondary)) == (0, 1)


def test_what_leaves_the_configuration_is_forgotten_by_sighup(stage: Stage) -> None:
    """And what comes in is watched; an order to reload answers what changes."""
    stage.image("web", "westeurope", "northeurope", mode="observe")
    for each in stage.image("db", "westeurope", "northeurope", mode="observe"):
        stage.rewrites(each, "tags", to={})  # else it would be known by these
    stage.serve()
    stage.until(lambda: stage.of("db"), "both are known")

    gone = stage.images.pop("db")
    stage.write_config()
    assert stage.daemon is not None
    stage.daemon.send_signal(signal.SIGHUP)
    names = lambda: [each["name"] for each in stage.status().get("images", ())]  # noqa: E731
    stage.until(lambda: names() == ["web"], "one has left")
    stage.images["db"] = gone
    stage.write_config()
    code, text = stage.post("/api/v1/reload", {})
    stage.until(lambda: sorted(names()) == ["db", "web"], "it is back")

    assert code == 200
    assert text in ('{"changed": ["images"]}', '{"changed": []}')
    assert stage.alive
