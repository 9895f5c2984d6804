"""A simulated Azure over TLS, a configuration, and `aibwatch serve` as its own process.

Tests count the requests that the ARM face received: what left the process, not what it says.
"""

import copy
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from aibwatch.daemon.clock import wall
from aibwatch.errors import StoreError
from aibwatch.journal.sqlite import read_only
from aibwatch.model.entry import Entry
from aibwatch.model.failover import Event
from aibwatch.model.names import DefinitionId, TemplateId, region
from aibwatch.model.template import ProvisioningState, RunState
from aibwatch.sim import body, runs
from aibwatch.sim.announcement import Announcement
from aibwatch.sim.arm import ArmServer, running
from aibwatch.sim.ending import ENDINGS, Ending
from aibwatch.sim.templates import RunStatus
from aibwatch.sim.trouble import GENERIC, MENU, Manner
from aibwatch.sim.truth import Cause, RunStarted
from aibwatch.sim.weather import Distortion, Op
from aibwatch.sim.world import World

SUBSCRIPTION = "00000000-0000-0000-0000-0000000000a1"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
PATIENCE = 25.0
"""Seconds after which something that should have happened has not; a slow machine needs them."""

FAST: dict[str, Any] = {
    "poll": {
        "interval": "300ms",
        "active_interval": "150ms",
        "health_interval": "500ms",
        "max_age": "3s",
    },
    "detection": {"debounce": "600ms", "window": "30m", "healthy_delay": "2s"},
    "failover": {"settle": "1500ms"},
    "readiness": {"interval": "1s", "max_age": "10s"},
    "log": {"level": "info", "format": "json"},
}
"""The daemon's usual rhythm, some two hundred times faster."""


class Stage:
    """One World, one configuration, and the daemons that a test starts on it."""

    def __init__(self, directory: Path, arm: ArmServer) -> None:
        """Start with an empty fleet."""
        self.directory = directory
        self.arm = arm
        self.images: dict[str, dict[str, Any]] = {}
        self.overrides: dict[str, Any] = {}
        self.channels: list[dict[str, Any]] = []
        """Of the section `notify`."""
        self.daemon: subprocess.Popen[bytes] | None = None
        self.token = "a-token-for-tests"
        self.port = 0

    # -- the fleet

    def image(
        self,
        name: str,
        *places: str,
        built: bool = True,
        publishes_to: str = "",
        mode: str = "auto",
        **options: Any,
    ) -> list[TemplateId]:
        """Add an image with a template in each place, publishing through a third region."""
        ids = [
            self.template(name, place, built=built, publishes_to=publishes_to) for place in places
        ]
        self.images[name] = {"name": name, "templates": ids, "mode": mode, **options}
        return ids

    def template(
        self, name: str, place: str, *, built: bool = True, publishes_to: str = ""
    ) -> TemplateId:
        """Add one template; `built`: with a good run of yesterday.

        Its recipe and definition are those of its name, unless it builds another's.
        """
        made = publishes_to or name
        definition = DefinitionId(
            f"{GROUP}/providers/Microsoft.Compute/galleries/golden/images/{made}".lower()
        )

        def add(world: World) -> TemplateId:
            if definition not in world.galleries:
                world.add_definition(definition, region("swedencentral"))
            written = body.write(
                made, region(place), definition, [region("swedencentral")], group=GROUP
            )
            identity = (
                f"{GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}-{place}"
            )
            return world.add_template(identity, written)

        added = self.arm.do(add)
        if built:
            self.built_before(added)
        return added

    def built_before(self, template: TemplateId) -> None:
        """Let a template have built well yesterday what it would build now."""
        self.arm.do(lambda world: runs.built_before(world, template, world.now - timedelta(days=1)))

    # -- what happens in the World

    def publishes_through(self, home: str, *templates: TemplateId) -> None:
        """Let templates publish to a gallery of their own that is at home in a region."""

        def move(world: World) -> None:
            for each in templates:
                found = world.templates[each]
                image = found.name.rpartition("-")[0]
                gallery = f"{GROUP}/providers/Microsoft.Compute/galleries/golden_{home}"
                definition = DefinitionId(f"{gallery}/images/{image}".lower())
                world.add_definition(definition, region(home))
                written = body.write(
                    image, found.region, definition, [region("swedencentral")], group=GROUP
                )
                found.looks[-1] = replace(found.look, body=written)

        self.arm.do(move)

    def rewrites(self, template: TemplateId, *path: str, to: object) -> None:
        """Let the owner write something else at a place of a template's body."""

        def rewrite(world: World) -> None:
            written = copy.deepcopy(dict(world.templates[template].look.body))
            part: Any = written
            for name in path[:-1]:
                part = part[name]
            part[path[-1]] = to
            world.rewrite(template, written)

        self.arm.do(rewrite)

    def withdraws_source(self, *templates: TemplateId) -> None:
        """Let what templates build from not be offered in their regions any more."""

        def withdraw(world: World) -> None:
            for each in templates:
                found = world.templates[each]
                world.withdrawn.add(body.base(found.look.body, found.region, SUBSCRIPTION))

        self.arm.do(withdraw)

    def fails(self, place: str, how: str | Ending = "generic") -> None:
        """Let builds fail in a place (a region or a template) from now on."""
        ending = ENDINGS[how] if isinstance(how, str) else how
        self.arm.do(lambda world: world.weather.endings.__setitem__(place, ending))

    def works(self, place: str) -> None:
        """Let builds work again there."""
        self.arm.do(lambda world: world.weather.endings.pop(place, None))

    def answers(
        self,
        place: str,
        trouble: str,
        *ops: Op,
        begins: bool = False,
        times: int | None = None,
    ) -> None:
        """Let a place answer requests by a word of the menu from now on, or so many of them.

        `begins`: what was asked to run begins to, whatever the answer.
        """
        self.arm.do(
            lambda world: world.weather.set(place, MENU[trouble], *ops, begins=begins, times=times)
        )

    def answers_again(self, place: str) -> None:
        """Let a place answer properly again; what it kept silent about is lost."""
        silent = self.arm.do(lambda world: is_silent(world, place))
        self.arm.do(lambda world: world.weather.answer_again(place))
        if silent:
            self.arm.hang_up()

    def distorts(self, how: Distortion | None, *places: str) -> None:
        """Let what places show of templates be wrong in some way from now on; None: right."""

        def distort(world: World) -> None:
            for place in places:
                world.weather.distortions.pop(place, None)
                if how is not None:
                    world.weather.distortions[place] = how

        self.arm.do(distort)

    def failed_before(self, template: TemplateId, ago: timedelta) -> None:
        """Let a template show a run that ended so long ago with the generic text."""

        def show(world: World) -> None:
            ended = world.now - ago
            run = RunStatus(ended - timedelta(minutes=20), RunState.FAILED, "", ended, GENERIC)
            world.show(world.templates[template], run)

        self.arm.do(show)

    def begin(self, *templates: TemplateId) -> None:
        """Let the owner's pipeline run templates."""
        for each in templates:
            self.arm.do(lambda world, each=each: runs.begin(world, each, Cause.SCHEDULE))

    def tries(self, template: TemplateId) -> int:
        """Let the owner's pipeline ask for a run as it would; return the status of the answer."""
        host = self.arm.endpoint.removeprefix("https://")
        trust = ssl.create_default_context(cafile=self.arm.ca_file)
        with closing(http.client.HTTPSConnection(host, timeout=10, context=trust)) as line:
            path = f"{template}/run?api-version=2025-10-01"
            line.request("POST", path, b"", {"Authorization": "Bearer the-pipeline's"})
            return line.getresponse().status

    def is_submitted(self, template: TemplateId, code: str, message: str) -> None:
        """Let the owner submit a template anew, and the service end that with an error."""

        def submit(world: World) -> None:
            world.rewrite(template, world.templates[template].look.body)
            world.submit(template, ProvisioningState.FAILED, (code, message))

        self.arm.do(submit)

    def reports(self, place: str) -> None:
        """Let Microsoft report that builds fail in a region."""

        def report(world: World) -> None:
            told = Announcement("SIM1-001", "Builds fail", (region(place),), world.now, world.now)
            world.announcements.append(told)

        self.arm.do(report)

    def release(self, *templates: TemplateId) -> None:
        """Let runs that are stuck come to a good end."""
        for each in templates:
            self.arm.do(lambda world, each=each: runs.release(world, each))

    def cancels(self, template: TemplateId) -> None:
        """Let a person cancel a run; it ends within a second."""

        def cancel(world: World) -> None:
            world.cancel_time = timedelta(seconds=1)
            runs.cancel(world, template)

        self.arm.do(cancel)

    # -- what was done

    def requests(self, template: TemplateId) -> int:
        """Return how many run requests for a template the ARM face received."""
        return self.arm.count("POST", f"{template}/run")

    def began(self, template: TemplateId) -> int:
        """Return how many runs of a template truly began by request."""
        truth = self.arm.do(lambda world: list(world.truth))
        return sum(
            isinstance(each, RunStarted)
            and each.template == template
            and each.cause is Cause.REQUEST
            for each in truth
        )

    def changes(self) -> list[str]:
        """Return every request received that was no read, its path in lower case as ids are."""
        return [
            f"{each.method} {each.path.lower()}"
            for each in self.arm.requests
            if each.method not in ("GET", "HEAD")
            and not each.path.lower().endswith("/microsoft.resourcegraph/resources")
        ]

    def entries(self) -> list[Entry]:
        """Return what is in the journal now, [] while there is none."""
        try:
            reader = read_only(self.directory / "aibwatch.db")
        except StoreError:
            return []
        found = list(reader.read())
        reader.close()
        return found

    def written(self, kind: type[Entry], *events: Event) -> list[Entry]:
        """Return the journal's entries of a kind; if events are named, with one of these."""
        found = (each for each in self.entries() if isinstance(each, kind))
        return [each for each in found if not events or getattr(each, "event", None) in events]

    # -- the daemon

    def serve(self, **variables: str) -> None:
        """Start the daemon and wait until its first cycle was attempted."""
        self.launch(**variables)
        self.until(lambda: self.get("/startupz")[0] == 200, "the daemon is up")

    def launch(self, **variables: str) -> None:
        """Start the daemon."""
        self.port = self.port or free_port()
        config = self.write_config()
        log = (self.directory / "daemon.log").open("ab")
        self.daemon = subprocess.Popen(
            [sys.executable, "-m", "aibwatch", "serve", "--config", str(config)],
            stderr=log,
            stdout=log,
            env={**os.environ, **variables},
        )
        log.close()

    def write_config(self) -> Path:
        """Write the configuration and return its path."""
        token = self.directory / "token"
        token.touch(mode=0o600)
        token.write_text(self.token)
        config = {
            "azure": {
                "endpoint": self.arm.endpoint,
                "ca_file": str(self.arm.ca_file),
                "credential": {"kind": "static", "token": "simulated"},
            },
            "images": [{**each} for each in self.images.values()],
            "notify": self.channels,
            "store": {"url": f"sqlite:///{self.directory / 'aibwatch.db'}"},
            "http": {"listen": f"127.0.0.1:{self.port}", "token_file": str(token)},
            **merged(FAST, self.overrides),
        }
        path = self.directory / "aibwatch.yaml"
        path.write_text(yaml.safe_dump(json.loads(json.dumps(config))))
        return path

    def refused(self, config: Path | None = None, **variables: str) -> tuple[int, str]:
        """Start another daemon that will not serve; return its exit code and what it says."""
        config = config or self.write_config()
        ended = subprocess.run(
            [sys.executable, "-m", "aibwatch", "serve", "--config", str(config)],
            capture_output=True,
            check=False,
            env={**os.environ, **variables},
            timeout=PATIENCE,
        )
        return ended.returncode, ended.stderr.decode()

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self.daemon is not None and self.daemon.poll() is None

    def kill(self) -> None:
        """End the daemon as a power cut would."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()

    def stop(self) -> int:
        """Ask the daemon to stop and return its exit code."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing running."""
        if self.daemon is not None and self.daemon.poll() is None:
            self.kill()

    # -- what it says

    def get(self, path: str) -> tuple[int, str]:
        """Ask the daemon; status 0 if it does not answer."""
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, order: dict[str, Any], token: str | None = None) -> tuple[int, str]:
        """Order the daemon."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(order).encode(),
            {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"},
        )
        return self._ask(request)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  http, ours
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def status(self) -> dict[str, Any]:
        """Return /api/v1/status, {} while there is none."""
        code, text = self.get("/api/v1/status")
        return json.loads(text) if code == 200 else {}

    def of(self, image: str) -> dict[str, Any]:
        """Return what the status says of one image."""
        found = (each for each in self.status().get("images", ()) if each["name"] == image)
        return next(found, {})

    def reason(self, image: str) -> str:
        """Return the reason of the present decision about an image."""
        return self.of(image).get("decision", {}).get("reason", "")

    def held_by(self, image: str) -> set[str]:
        """Return the reasons that hold an image."""
        return {hold["reason"] for hold in self.of(image).get("held_by", ())}

    def run_state(self, image: str) -> str:
        """Return what the status says of the primary's last run."""
        return next(iter(self.of(image).get("templates", ())), {}).get("run_state", "")

    def run_states(self, *images: str) -> list[str]:
        """Return the same of several images, of one instant."""
        told = {each["name"]: each["templates"] for each in self.status().get("images", ())}
        return [told[image][0]["run_state"] for image in images if image in told]

    def is_readable(self, image: str) -> bool:
        """Whether the last read of the primary worked."""
        return next(iter(self.of(image).get("templates", ())), {}).get("readable", False)

    def lacks(self, image: str, template: TemplateId) -> list[str]:
        """Return what forbids to build on a secondary."""
        templates = self.of(image).get("templates", ())
        return next((each["lacks"] for each in templates if each["id"] == template), [])

    def health(self, place: str) -> str:
        """Return the health of a region."""
        found = (each for each in self.status().get("regions", ()) if each["name"] == place)
        return next(found, {}).get("health", "")

    def outcomes(self, image: str) -> list[str]:
        """Return the outcomes of an image's closed failovers."""
        closed = self.status().get("recent", ())
        return [each["outcome"] for each in closed if each["image"] == image]

    def phase(self, image: str) -> str:
        """Return the phase of an image's open failover, "" if it has none."""
        return (self.of(image).get("failover") or {}).get("phase", "")

    def log(self) -> str:
        """Return all that the daemons of this stage logged."""
        return (self.directory / "daemon.log").read_text(errors="replace")

    # -- waiting

    def until(self, holds: Callable[[], Any], what: str, patience: float = PATIENCE) -> None:
        """Wait until `holds`, or fail with what the daemon says."""
        deadline = time.monotonic() + patience
        pause = threading.Event()
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: not within {patience} s\n{self.report()}")
            pause.wait(0.05)

    def until_ready(self, *images: str) -> None:
        """Wait until all that the secondaries of images rest on was read, and is well."""
        for image in images:
            self.until(
                lambda image=image: any(
                    each["ready"] for each in self.of(image).get("templates", ())
                ),
                f"{image} has a ready secondary",
            )

    def until_built_elsewhere(self, *images: str) -> None:
        """Wait until the one failover of each image has ended well."""
        for image in images:
            self.until(
                lambda image=image: self.outcomes(image) == ["succeeded"],
                f"{image} is built elsewhere",
            )

    def until_decided(self, image: str, reason: str) -> None:
        """Wait until the decision about an image has this reason."""
        self.until(lambda: self.reason(image) == reason, f"{image}: {reason}")

    def cycles(self, count: int = 6) -> None:
        """Wait until the daemon has listed its templates `count` times more."""
        path = "/microsoft.virtualmachineimages/imagetemplates"
        before = self.arm.count("GET", path)
        self.until(lambda: self.arm.count("GET", path) >= before + count, f"{count} more lists")

    def report(self) -> str:
        """Return what helps to understand a failure: decisions and the end of the log."""
        status = self.status()
        images = [
            f"{each['name']}: {each.get('decision')} held by {each.get('held_by')}"
            for each in status.get("images", ())
        ]
        log = self.log()[-4000:]
        regions = [(each["name"], each["health"]) for each in status.get("regions", ())]
        return "\n".join([*images, str(regions), *self.changes(), log])


def is_silent(world: World, place: str) -> bool:
    """Whether a place takes requests and does not end its answers."""
    spells = world.weather.spells.items()
    endless = (Manner.SILENCE, Manner.TRICKLE)
    return any(key[0] == place and each.trouble.manner in endless for key, each in spells)


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with the sections of `more` laid over it."""
    return {
        section: {**base.get(section, {}), **more.get(section, {})}
        for section in base.keys() | more.keys()
    }


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def set_up(directory: Path) -> Iterator[Stage]:
    """Give a test its stage, and leave nothing running after it."""
    world = World(wall())
    world.build_time = timedelta(seconds=1)
    world.operation_lag = timedelta(seconds=1)
    world.graph_delay = timedelta(0)
    world.activity_delay = timedelta(0)
    world.throttled = False
    with running(world, directory) as arm:
        stage = Stage(directory, arm)
        try:
            yield stage
        finally:
            stage.end()
