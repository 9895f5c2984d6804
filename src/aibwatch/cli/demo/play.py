"""Plays the demo: a region fails, a user errs, an answer is lost, the region comes home."""

import asyncio
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from aibwatch.cli.client import address, get
from aibwatch.cli.demo.reckoning import Reckoning, owners_own, reckon
from aibwatch.cli.demo.stage import Played, played
from aibwatch.cli.narrator import Narrator
from aibwatch.config.sections import HttpSection
from aibwatch.daemon.clock import wall
from aibwatch.errors import TemporaryError
from aibwatch.sim.arm import ArmServer
from aibwatch.sim.scenario import Scenario, packaged

STORY = "regional-outage"
LOOK_SECONDS = 0.15
CURTAIN = timedelta(seconds=52)
"""When the story is over whatever is still missing; the whole demo ends within 60 s."""

COLOURS = {
    "azure": "magenta",
    "seen": "cyan",
    "judged": "yellow",
    "decided": "bold green",
    "done": "green",
    "held": "red",
}


@dataclass(slots=True)
class Show:
    """The running story."""

    scenario: Scenario
    arm: ArmServer
    http: HttpSection
    console: Console
    began: datetime
    narrator: Narrator
    status: dict[str, Any] = field(default_factory=dict)
    outage_at: datetime | None = None
    happened: int = 0
    heard: int = 0

    def line(self, at: datetime, kind: str, subject: str, says: str) -> None:
        """Print one line of the story."""
        text = Text(f"{(at - self.began).total_seconds():5.1f}s  ")
        text.append(f"{kind:<8}", COLOURS[kind])
        text.append(f"{subject:<13}", "bold")
        text.append(says)
        self.console.print(text, soft_wrap=True)

    async def look(self) -> None:
        """Tell what happened in Azure and what the daemon made of it, since the last look."""
        with suppress(TemporaryError):  # it is just starting
            history = await asyncio.to_thread(get, self.http, f"/api/v1/history?after={self.heard}")
            status = await asyncio.to_thread(get, self.http, "/api/v1/status")
            assert isinstance(history, dict)
            assert isinstance(status, dict)
            self.status = status
            for entry in history["history"]:
                self.hear(entry)
        self.happen(wall())

    def hear(self, entry: dict[str, Any]) -> None:
        """Tell one entry of the daemon's history, after what happened in Azure before it."""
        self.heard, at = entry["seq"], datetime.fromisoformat(entry["at"])
        self.happen(at)
        for told in self.narrator.tell(entry):
            self.line(at, told.kind, told.subject, told.says)
        if entry.get("health") == "outage" and self.outage_at is None:
            self.outage_at = at

    def happen(self, until: datetime) -> None:
        """Tell what the timetable has let happen."""
        for each in self.scenario.happenings[self.happened :]:
            if until < self.began + each.after:
                return
            self.line(self.began + each.after, "azure", "", each.says)
            self.happened += 1

    @property
    def over(self) -> bool:
        """Whether everything has been told: failovers closed, regions well, timetable done."""
        if wall() < self.began + self.scenario.lasts:
            return False
        healthy = all(each["health"] == "healthy" for each in self.status.get("regions", ()))
        return healthy and not self.status.get("failovers")


def play(*, keep: bool, listen: str = "") -> int:
    """Play the story and return the exit code: 0 only if it ended as it should.

    SIGTERM ends it as Ctrl-C does, with all that it began; then the code is 143.
    """
    with tempfile.TemporaryDirectory(prefix="aibwatch-demo-") as directory:
        try:
            return asyncio.run(_play(Path(directory), keep=keep, listen=listen))
        except asyncio.CancelledError:
            return 128 + signal.SIGTERM


async def _play(directory: Path, *, keep: bool, listen: str) -> int:
    me = asyncio.current_task()
    assert me
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    console = Console(highlight=False)
    scenario = packaged(STORY)
    console.print(f"[bold]aibwatch demo[/]: {scenario.title}\n")
    arm = ArmServer(scenario.world(wall()), directory)
    await arm.start()
    try:
        async with played(scenario, arm, directory, listen) as daemon:
            return await _perform(scenario, arm, daemon, console, keep=keep)
    finally:
        await arm.stop()


async def _perform(
    scenario: Scenario, arm: ArmServer, daemon: Played, console: Console, *, keep: bool
) -> int:
    narrator = Narrator(scenario.images, arm.world.now.isoformat())
    show = Show(scenario, arm, daemon.http, console, arm.world.now, narrator)
    console.print(f"simulated Azure (ARM over TLS)  {arm.endpoint}")
    console.print(f"status page of the daemon       {address(daemon.http)}/\n")
    while not show.over and wall() < show.began + CURTAIN:
        arm.do(lambda world: world)
        await show.look()
        code = daemon.process.returncode
        if code is not None:
            console.print(
                Text(f"the daemon ended: {daemon.log.read_text()[-2000:]}"), soft_wrap=True
            )
            return max(code, 1)
        await asyncio.sleep(LOOK_SECONDS)
    reckoning = reckon(scenario, arm, show.status, show.outage_at)
    good = _summarize(scenario, reckoning, console)
    if keep:
        await _stay(arm, daemon, console)
    return 0 if good else 1


def _summarize(scenario: Scenario, reckoning: Reckoning, console: Console) -> bool:
    expected = frozenset(scenario.images) - owners_own(scenario)
    good = reckoning.as_it_should(expected)
    console.print()
    rows = [
        ("time to detect", _seconds(reckoning.detect)),
        ("time to trigger", _seconds(reckoning.trigger)),
        ("images saved", f"{len(reckoning.saved)} of {len(expected)}"),
        ("duplicates", str(reckoning.duplicates)),
        ("needless failovers", str(reckoning.needless)),
        ("reruns by the service", str(reckoning.reruns)),
    ]
    for name, value in rows:
        console.print(f"{name:<24}{value}")
    ended = "[green]as it should[/]" if good else "[red]not as it should[/]"
    console.print(f"\nThe story ended {ended}.")
    return good


def _seconds(span: timedelta | None) -> str:
    return f"{span.total_seconds():.1f} s" if span is not None else "never"


async def _stay(arm: ArmServer, daemon: Played, console: Console) -> None:
    console.print(f"\nStill running: {address(daemon.http)}/  (Ctrl-C ends it). Try:")
    for command in ("status", "explain win-2022", "check", "pause --reason 'a look around'"):
        console.print(f"  aibwatch {command} --config {daemon.config}", soft_wrap=True)
    while daemon.process.returncode is None:
        arm.do(lambda world: world)
        await asyncio.sleep(1)
