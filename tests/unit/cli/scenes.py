"""Where every command with `--output` can be run for both of its outputs, each in a moment.

A scene makes what a command needs (a daemon, a store, a simulated Azure) and gives the path of the
configuration that leads there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aibwatch.daemon.clock import wall
from aibwatch.failover.plan import plan
from aibwatch.model.entry import Entry, FailoverOpened
from aibwatch.model.state import Snapshot
from aibwatch.sim import body
from aibwatch.sim.arm import running as arm_running
from aibwatch.sim.staging import SimGroup
from aibwatch.sim.world import World
from builders import DAY, MINUTE, NORTH, WEB, WEB_NORTH, WEST, a_definition_id, an_id
from told import journal_of
from unit.cli import test_templates
from unit.cli.running import config_for, running
from unit.cli.simulate.test_simulate import STORY
from unit.cli.test_drill import rehearsable
from unit.cli.test_failover import fleet
from unit.cli.test_history import stored
from unit.status.snapshots import calm, outage, unbuilt
from unit.status.test_editions import ALL, knowing
from views import NOW

Scene = Callable[[Path], AbstractContextManager[str]]

BOTH = f"templates: ['{WEB}', '{WEB_NORTH}']"
IMAGE = f"images: [{{name: web, {BOTH}}}]"
FAILOVER = next(e.failover for e in journal_of("outage") if isinstance(e, FailoverOpened))


@dataclass(frozen=True, slots=True)
class Case:
    """One way to call a command, and where."""

    name: str
    """The command, and in brackets which of its ways."""
    words: tuple[str, ...]
    scene: Scene

    @property
    def command(self) -> str:
        """The command alone."""
        return self.name.partition(" (")[0]


def alone(more: str = "") -> Scene:
    """Only a configuration."""

    @contextmanager
    def scene(folder: Path) -> Iterator[str]:
        yield str(config_for(folder, 1, more))

    return scene


def asked(snapshot: Snapshot) -> Scene:
    """A daemon that believes this, and makes the core's own plans."""

    @contextmanager
    def scene(folder: Path) -> Iterator[str]:
        view = snapshot.view

        async def reload() -> list[str]:
            return ["images"]

        with running(
            snapshot,
            plan=lambda order: plan(view.images[order.image], order, view, NOW),
            reload=reload,
        ) as daemon:
            for entry in journal_of("outage"):
                daemon.availability.hear(entry)
            daemon.orders.given.append(("pause", "all", "", None))
            yield str(config_for(folder, daemon.port))

    return scene


def kept(entries: Iterable[Entry], more: str = IMAGE) -> Scene:
    """A store, and no daemon."""

    @contextmanager
    def scene(folder: Path) -> Iterator[str]:
        stored(folder, entries).close()
        yield str(config_for(folder, 1, more))

    return scene


@contextmanager
def azure(folder: Path, left: Iterable[SimGroup] = ()) -> Iterator[str]:
    """A simulated Azure with one image, and no daemon."""
    world = World(wall() - MINUTE)
    world.left += left
    definition = a_definition_id("web")
    world.add_definition(definition, NORTH)
    for template, place in ((WEB, WEST), (WEB_NORTH, NORTH)):
        world.add_template(template, body.write("web", place, definition, [NORTH, WEST]))
    with arm_running(world, folder) as server:
        login = "credential: {kind: static, token: t}"
        endpoint = f"azure: {{endpoint: '{server.endpoint}', ca_file: '{server.ca_file}', {login}}}"
        yield str(config_for(folder, 1, f"{endpoint}\n{IMAGE}"))


def after_an_outage(folder: Path) -> AbstractContextManager[str]:
    """The same, with a staging group whose template is gone."""
    gone = an_id("web-gone")
    return azure(folder, [SimGroup(gone, "web-gone", WEST, wall() - DAY)])


@contextmanager
def timetable(folder: Path) -> Iterator[str]:
    """A story to simulate; no configuration is needed, so its path is the story's."""
    path = folder / "story.txt"
    path.write_text(STORY)
    yield str(path)


def _believing(snapshot: Snapshot) -> Snapshot:
    """Return a day on which `web` may be built by hand."""
    return replace(snapshot, view=fleet())


OUTAGE, REST = asked(outage()), asked(_believing(calm()))
TWO = test_templates.IMAGE.format(allow="", one=WEB, other=WEB_NORTH)
COPIES = kept(test_templates.ENTRIES, TWO)
LIVED = kept(journal_of("outage"))
REASON = ("--reason", "a move")
WEBHOOK = "notify: [{name: ops, kind: webhook, url: 'http://127.0.0.1:1/hook'}]"

CASES = (
    Case("simulate (one)", ("simulate", "--scenario"), timetable),
    Case("check", ("check", "--metadata", "off"), azure),
    Case("check (offline)", ("check", "--offline"), alone(IMAGE)),
    Case("status", ("status",), OUTAGE),
    Case("status (report)", ("status", "--report"), OUTAGE),
    Case("readiness", ("readiness",), OUTAGE),
    Case("readiness (look)", ("readiness", "--look"), azure),
    Case("explain", ("explain", "web"), OUTAGE),
    Case("history", ("history",), LIVED),
    Case("history (verify)", ("history", "--verify"), LIVED),
    Case("ticket", ("ticket", WEST), LIVED),
    Case("classify", ("classify", "Internal error occurred"), alone()),
    Case("classify (signatures)", ("classify", "--signatures"), alone()),
    Case("replay", ("replay", FAILOVER), LIVED),
    Case("backtest", ("backtest",), kept(journal_of("outage"), IMAGE)),
    Case("pause", ("pause", *REASON), REST),
    Case("resume", ("resume",), REST),
    Case("build", ("build", "web"), REST),
    Case("failover", ("failover", "web", *REASON), REST),
    Case("failover (dry run)", ("failover", "web", "--dry-run"), REST),
    Case("failover (region)", ("failover", "--region", WEST, *REASON), REST),
    Case("failback", ("failback", "web", *REASON), REST),
    Case("drill", ("drill", "web"), asked(replace(calm(), view=rehearsable()))),
    Case("ack", ("ack", "web"), asked(unbuilt())),
    Case("image", ("image", "web"), asked(knowing(*ALL))),
    Case("leftovers", ("leftovers",), after_an_outage),
    Case("reload", ("reload",), REST),
    Case("templates list", ("templates", "list"), COPIES),
    Case("templates show", ("templates", "show", WEB), COPIES),
    Case("templates diff", ("templates", "diff", "web"), COPIES),
    Case("region out", ("region", "out", WEST, *REASON), REST),
    Case("region clear", ("region", "clear", WEST), REST),
    Case("notify test", ("notify", "test"), alone(WEBHOOK)),
    Case("config validate", ("config", "validate"), alone(IMAGE)),
    Case("config show", ("config", "show"), alone(IMAGE)),
)
