"""One scenario, played by the whole daemon on virtual time and told as a story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from aibwatch.cli.narrator import Narrator, Told
from aibwatch.cli.simulate.watch import Watch
from aibwatch.daemon.chronicle import line
from aibwatch.model.entry import Entry, RunSeen
from aibwatch.model.image import Image
from aibwatch.model.policy import Policy
from aibwatch.model.template import RunState
from aibwatch.sim.jumping import START, play
from aibwatch.sim.scenario import Happening, Scenario

ROUTINE = ("run ", "pipeline runs ")
"""How a happening begins that goes without saying: a pipeline at its time."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One line of the story."""

    after: timedelta
    """Since the start."""
    told: Told


@dataclass(frozen=True, slots=True)
class Performance:
    """A scenario that was played to its end."""

    scenario: Scenario
    watch: Watch
    scenes: tuple[Scene, ...]

    @property
    def start(self) -> datetime:
        """When it began."""
        return self.watch.start


def perform(
    scenario: Scenario, images: Sequence[Image], policy: Policy, start: datetime = START
) -> Performance:
    """Let the whole daemon live through a scenario."""
    log = _Log(scenario, start)
    watch = Watch(scenario.world(start), images, policy, start=start, heard=log.hear)

    async def story() -> None:
        watch.boot()
        await watch.run_for(scenario.lasts)
        await watch.executor.drain()

    play(story)
    scenes = sorted([*_happenings(scenario), *log.scenes], key=lambda each: each.after)
    return Performance(scenario, watch, tuple(scenes))


@dataclass(slots=True)
class _Log:
    """Hears the daemon's entries and makes scenes of them."""

    scenario: Scenario
    start: datetime
    scenes: list[Scene] = field(default_factory=list)
    narrator: Narrator = field(init=False)

    def __post_init__(self) -> None:
        self.narrator = Narrator(self.scenario.images, self.start.isoformat())

    def hear(self, entry: Entry) -> None:
        """Tell one entry, unless it is a build that went well where it always does."""
        if self._routine(entry):
            return
        told = line(entry)
        fields: dict[str, Any] = {name: _plain(each) for name, each in told.fields.items()}
        for scene in self.narrator.tell({"event": told.event, **fields}):
            self.scenes.append(Scene(entry.at - self.start, scene))

    def _routine(self, entry: Entry) -> bool:
        primaries = {templates[0] for templates in self.scenario.images.values()}
        return (
            isinstance(entry, RunSeen)
            and entry.run.state is RunState.SUCCEEDED
            and entry.run.template in primaries
        )


def _plain(value: object) -> object:
    match value:
        case StrEnum():
            return value.value
        case datetime():
            return value.isoformat()
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def _happenings(scenario: Scenario) -> Iterator[Scene]:
    for each in scenario.happenings:
        if _is_news(each):
            yield Scene(each.after, Told("azure", "", each.says))


def _is_news(happening: Happening) -> bool:
    return not happening.says.startswith(ROUTINE)
