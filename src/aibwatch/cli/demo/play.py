"""Plays the demo: a region fails, a user errs, an answer is lost, the region comes home."""

import asyncio
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console
from rich.text import Text

from aibwatch.cli.demo.narrator import Narrator
from aibwatch.cli.demo.reckoning import Reckoning, owners_own, reckon
from aibwatch.cli.demo.stage import Played, played
from aibwatch.daemon.clock import wall
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
    console: Console
    began: datetime
    now: Callable[[], datetime]
    narrator: Narrator = field(default_factory=Narrator)
    status: dict[str, Any] = field(default_factory=dict)
    outage_shown: datetime | None = None
    happened: int = 0

    def line(self, kind: str, subject: str, says: str) -> None:
        """Print one line of the story."""
        at = (self.now() - self.began).total_seconds()
        text = Text(f"{at:5.1f}s  ")
        text.append(f"{kind:<8}", COLOURS[kind])
        text.append(f"{subject:<13}", "bold")
        text.append(says)
        self.console.print(text, soft_wrap=True)

    def happen(self) -> None:
        """Tell what the timetable has let happen by now."""
        for each in self.scenario.happenings[self.happened :]:
            if self.now() < self.began + each.after:
                return
            self.line("azure", "", each.says)
            self.happened += 1

    def look(self, status: dict[str, Any]) -> None:
        """Tell what the daemon has seen, judged, decided and done since the last look."""
        self.status = status
        for told in self.narrator.tell(status):
            self.line(told.kind, told.subject, told.says)
        out = any(region["health"] == "outage" for region in status["regions"])
        if out and self.outage_shown is None:
            self.outage_shown = self.now()

    @property
    def over(self) -> bool:
        """Whether everything has been told: failovers closed, regions well, timetable done."""
        if self.now() < self.began + self.scenario.lasts:
            return False
        healthy = all(each["health"] == "healthy" for each in self.status.get("regions", ()))
        return healthy and not self.status.get("failovers")


def play(*, keep: bool) -> int:
    """Play the story and return the exit code: 0 only if it ended as it should."""
    with tempfile.TemporaryDirectory(prefix="aibwatch-demo-") as directory:
        return asyncio.run(_play(Path(directory), wall, keep=keep))


async def _play(directory: Path, now: Callable[[], datetime], *, keep: bool) -> int:
    console = Console(highlight=False)
    scenario = packaged(STORY)
    console.print(f"[bold]aibwatch demo[/]: {scenario.title}\n")
    arm = ArmServer(scenario.world(now()), directory)
    await arm.start()
    try:
        async with played(scenario, arm, directory) as daemon:
            return await _perform(scenario, arm, daemon, console, now, keep=keep)
    finally:
        await arm.stop()


async def _perform(
    scenario: Scenario,
    arm: ArmServer,
    daemon: Played,
    console: Console,
    now: Callable[[], datetime],
    *,
    keep: bool,
) -> int:
    show = Show(scenario, arm, console, arm.world.now, now)
    console.print(f"simulated Azure (ARM over TLS)  {arm.endpoint}")
    console.print(f"status page of the daemon       {daemon.address}/\n")
    while not show.over and now() < show.began + CURTAIN:
        arm.do(lambda world: world)
        show.happen()
        status = await asyncio.to_thread(_status, daemon.address)
        if status:
            show.look(status)
        if daemon.process.returncode is not None:
            console.print(f"the daemon ended: {daemon.log.read_text()[-2000:]}")
            return 1
        await asyncio.sleep(LOOK_SECONDS)
    reckoning = reckon(scenario, arm, show.status, show.outage_shown)
    good = _summarize(scenario, reckoning, console)
    if keep:
        await _stay(arm, daemon, console)
    return 0 if good else 1


def _status(address: str) -> dict[str, Any]:
    with suppress(URLError, TimeoutError), urlopen(f"{address}/api/v1/status", timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found
    return {}


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
    console.print(f"\nStill running: {daemon.address}/  (Ctrl-C ends it)")
    while daemon.process.returncode is None:
        arm.do(lambda world: world)
        await asyncio.sleep(1)
