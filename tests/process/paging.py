"""Prometheus and Alertmanager with what deploy/ ships, much faster, and who is paged.

Only times and addresses of the shipped files are changed.
"""

import asyncio
import json
import re
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from aiohttp import web

from alerts.rules import ALERTING, FOLDER, RECORDING, seconds
from alerts.test_routing import CONFIG
from alerts.tools import program
from process.stage import Stage, free_port

FASTER = 75
WINDOW_LEAST = 6000
"""Milliseconds: a window that holds no scrape shows nothing, and a machine under load is late."""
TIMES = ("for", "keep_firing_for", "interval", "group_wait", "group_interval", "repeat_interval")


def quickened(value: Any) -> Any:
    """Return rules or routes with all their times shortened."""
    if isinstance(value, list):
        return [quickened(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _quick(each) if key in TIMES else _windows(each) if key == "expr" else quickened(each)
        for key, each in value.items()
    }


def _quick(duration: str, least: int = 0) -> str:
    return f"{max(least, seconds(duration) * 1000 // FASTER)}ms"


def _windows(expr: str) -> str:
    return re.sub(
        r"\[(\w+)\]|offset (\w+)",
        lambda found: (
            f"[{_quick(found[1], WINDOW_LEAST)}]" if found[1] else f"offset {_quick(found[2])}"
        ),
        expr,
    )


@dataclass(slots=True)
class Pager:
    """The receivers of all notices, and what they got, in order."""

    port: int = field(default_factory=free_port)
    notices: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """To whom, firing or resolved, and which alerts about what."""

    def told(self, receiver: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return what a receiver got, in order."""
        return [each[1:] for each in self.notices if each[0] == receiver]

    async def _take(self, request: web.Request) -> web.Response:
        told = await request.json()
        alerts = tuple(sorted(_said(each["labels"]) for each in told["alerts"]))
        self.notices.append((request.match_info["receiver"], told["status"], alerts))
        return web.Response()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take notices, on a thread of its own."""
        loop = asyncio.new_event_loop()
        app = web.Application()
        app.router.add_post("/{receiver}", self._take)
        runner = web.AppRunner(app)
        loop.run_until_complete(runner.setup())
        loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", self.port).start())
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.run_until_complete(runner.cleanup())
            loop.close()


def _said(labels: Mapping[str, str]) -> str:
    about = [labels.get(each, "") for each in ("image", "template", "location", "reason")]
    return " ".join([labels["alertname"], labels["severity"], *filter(None, about)])


@dataclass(frozen=True, slots=True)
class Paging:
    """All three, running."""

    pager: Pager
    prometheus: int
    alertmanager: int

    def muted(self) -> set[str]:
        """Return what Alertmanager tells nobody, as another alert explains it."""
        found = _asked(self.alertmanager, "/api/v2/alerts")
        return {_said(each["labels"]) for each in found if each["status"]["inhibitedBy"]}

    def answer(self, query: str) -> list[Any]:
        """Return what Prometheus answers to a query, with every choice of a dashboard on All."""
        chosen = re.sub(r"\$(job|instance|location|image)\b", ".*", query)
        path = f"/api/v1/query?query={quote(chosen)}"
        found: list[Any] = _asked(self.prometheus, path)["data"]["result"]
        return found

    def firing(self) -> set[str]:
        """Return what fires in Prometheus."""
        alerts = _asked(self.prometheus, "/api/v1/alerts")["data"]["alerts"]
        return {_said(each["labels"]) for each in alerts if each["state"] == "firing"}


def _asked(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.loads(answer.read())


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def paging(stage: Stage) -> Iterator[Paging]:
    """Scrape the stage's daemon every second, evaluate, group, mute, tell; end all of it after."""
    pager, ours = Pager(), stage.directory
    found = Paging(pager, free_port(), free_port())
    (ours / "alertmanager.yaml").write_text(yaml.safe_dump(_routes(pager.port)))
    for file in (RECORDING, ALERTING):
        rules = quickened(yaml.safe_load(file.read_text()))
        (ours / file.name).write_text(yaml.safe_dump(rules, sort_keys=False))
    shipped = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())
    (ours / "prometheus.yaml").write_text(yaml.safe_dump(_scrapes(shipped, stage.port, found)))
    prometheus = (
        *(program("prometheus"), f"--config.file={ours}/prometheus.yaml"),
        *(f"--storage.tsdb.path={ours}/prometheus", "--rules.alert.resend-delay=1s"),
    )
    alertmanager = (
        *(program("prometheus-alertmanager"), f"--config.file={ours}/alertmanager.yaml"),
        *(f"--storage.path={ours}/alertmanager", "--cluster.listen-address="),
    )
    with pager.listening(), running(stage.until, found.prometheus, *prometheus):
        # It takes five seconds to find its first target: so long it is right to call it down.
        stage.until(lambda: found.answer("up == 1"), "the daemon is scraped")
        stage.until(lambda: found.firing() == {"AibwatchWatchdog none"}, "all is calm")
        with running(stage.until, found.alertmanager, *alertmanager):
            stage.until(lambda: pager.told("dead-mans-switch"), "what fires arrives")
            yield found


def _routes(port: int) -> dict[str, Any]:
    routes: dict[str, Any] = quickened(CONFIG)
    for receiver in routes["receivers"]:
        for hook in receiver["webhook_configs"]:
            hook["url"] = f"http://127.0.0.1:{port}/{receiver['name']}"
    return routes


def _scrapes(shipped: dict[str, Any], port: int, found: Paging) -> dict[str, Any]:
    shipped["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    shipped["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{port}"]}]
    (alertmanager,) = shipped["alerting"]["alertmanagers"]
    alertmanager["static_configs"] = [{"targets": [f"127.0.0.1:{found.alertmanager}"]}]
    return shipped


@contextmanager
def running(
    until: Callable[[Callable[[], bool], str], None], port: int, *command: str
) -> Iterator[None]:
    """Run one of their servers until it is no more needed."""
    name = Path(command[0]).name
    listen = f"--web.listen-address=127.0.0.1:{port}"
    process = subprocess.Popen([*command, listen], stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), f"{name} answers")
        yield
    finally:
        process.terminate()
        process.wait(30)
