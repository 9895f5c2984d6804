"""Scenarios: timetables of what happens in a World, to be read by an operator.

    # one region fails
    fleet
      image ubuntu-2204 westeurope northeurope
    builds take 4s
    at 2s  run ubuntu-2204 in westeurope
    at 5s  westeurope builds fail with generic text

First the fleet, each image with its regions, the primary's first; then how long things take; then
what happens when, counted from the start. `verbs` has every sentence, `expectation` every line that
says what a right answer is. A `#` that follows a blank or begins a line begins a comment, but in a
source, where issues are written so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from importlib import resources
from types import MappingProxyType

from aibwatch.errors import ConfigError
from aibwatch.model.names import Region, TemplateId
from aibwatch.sim.expectation import Expectation, Expected
from aibwatch.sim.fleet import SUBSCRIPTION, Fleet
from aibwatch.sim.verbs import Act, Stage, understand
from aibwatch.sim.words import duration
from aibwatch.sim.world import World

_COMMENT = re.compile(r"(?:^|\s)#")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timetable."""

    after: timedelta
    """Since the start."""
    says: str
    act: Act = field(repr=False)
    words: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Times:
    """How long things take; None: as usual in a World."""

    builds: timedelta | None = None
    replication: timedelta | None = None
    cancels: timedelta | None = None
    operations: timedelta | None = None
    graph: timedelta | None = None
    built: timedelta | None = timedelta(days=1)
    """How long ago every template was built well; None: never."""
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A timetable that was understood."""

    title: str
    fleet: Fleet
    times: Times
    happenings: tuple[Happening, ...]
    expectation: Expectation = field(default_factory=Expectation)

    @property
    def images(self) -> Mapping[str, tuple[TemplateId, ...]]:
        """Each image's template ids, the primary's first: enough to write a configuration."""
        return MappingProxyType({name: self.fleet.templates(name) for name in self.fleet.images})

    @property
    def subscription(self) -> str:
        """The one subscription that everything is in."""
        return SUBSCRIPTION

    @property
    def lasts(self) -> timedelta:
        """When the story is over: as it says, else at its last happening."""
        return self.times.lasts or max(
            (each.after for each in self.happenings), default=timedelta()
        )

    def world(self, start: datetime) -> World:
        """Return a World at `start` (aware UTC) in which all this is going to happen."""
        world = World(start)
        _take_times(world, self.times)
        self.fleet.settle(world, self.times.built)
        for each in self.happenings:
            stage = Stage(world, self.fleet, each.words)
            world.schedule(start + each.after, partial(each.act, stage))
        return world


def _take_times(world: World, times: Times) -> None:
    world.build_time = times.builds or world.build_time
    world.cancel_time = times.cancels or world.cancel_time
    world.replication_time = times.replication or world.replication_time
    if times.operations is not None:
        world.operation_lag = times.operations
    if times.graph is not None:
        world.graph_delay = times.graph


_SETTINGS: Mapping[str, str] = {
    "builds take": "builds",
    "replication takes": "replication",
    "cancels take": "cancels",
    "operations linger": "operations",
    "Resource Graph lags": "graph",
    "built before": "built",
    "lasts": "lasts",
}
"""How a line begins that says how long something takes."""


@dataclass(slots=True)
class _Reader:
    """What was read so far."""

    title: str = ""
    images: dict[str, tuple[Region, ...]] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    times: dict[str, timedelta | None] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    rounds: list[tuple[timedelta, Happening]] = field(default_factory=list)
    """What happens again and again: how often, and the first time."""
    expected: Expected = field(default_factory=Expected)

    @property
    def fleet(self) -> Fleet:
        """The images read so far."""
        return Fleet(self.images, self.sizes)

    def read(self, line: str) -> None:
        """Take one line in. Raises ValueError, saying what is wrong with it."""
        match line.split():
            case ["fleet"]:
                pass
            case ["image", name, *regions] if regions:
                self.images[name] = tuple(Region(each) for each in regions)
            case ["never", "built"]:
                self.times["built"] = None
            case [name, "builds", "on", size] if name in self.images:
                self.sizes[name] = size
            case ["every", often, "from", first, *sentence] if sentence:
                self.rounds.append((duration(often), self._happening(first, sentence)))
            case _ if self.expected.read(line, self.fleet):
                pass
            case ["at", when, *sentence] if sentence:
                self.happenings.append(self._happening(when, sentence))
            case _:
                self._setting(line)

    def _happening(self, when: str, sentence: list[str]) -> Happening:
        says = " ".join(sentence)
        act, words = understand(says, self.fleet)
        return Happening(duration(when), says, act, words)

    def all_happenings(self) -> tuple[Happening, ...]:
        """Return every happening; what happens again and again does so for as long as it lasts."""
        lasts = self.times.get("lasts") or timedelta()
        again = [
            replace(first, after=first.after + number * often)
            for often, first in self.rounds
            for number in range(max(0, -(-(lasts - first.after) // often)))
        ]
        return tuple(sorted([*self.happenings, *again], key=lambda each: each.after))

    def check(self) -> list[str]:
        """Return what is wrong with the timetable as a whole."""
        problems = self.expected.check()
        if not self.images:
            problems.append("there is no image; write such as: image web westeurope northeurope")
        if self.rounds and not self.times.get("lasts"):
            problems.append("what happens every so often needs an end; write such as: lasts 8h")
        return problems

    def _setting(self, line: str) -> None:
        start, _, value = " ".join(line.split()).rpartition(" ")
        if start not in _SETTINGS:
            known = ", ".join(f"{each} …" for each in _SETTINGS)
            message = (
                f"{line.strip()!r} is not understood; a line is fleet, image, at, every, source,"
                f" expects or: {known}"
            )
            raise ValueError(message)
        self.times[_SETTINGS[start]] = duration(value)


def _parted(line: str) -> list[str]:
    """Return a line and its comment, if it has one; issues are told with a # in sources."""
    return [line] if line.split()[:1] == ["source"] else _COMMENT.split(line, maxsplit=1)


def load(text: str) -> Scenario:
    """Return the scenario that a timetable tells.

    Raises ConfigError with every line that is wrong, each with its number.
    """
    reader, problems = _Reader(), []
    for number, whole in enumerate(text.splitlines(), 1):
        line, *comment = _parted(whole)
        if not line.strip():
            reader.title = reader.title or "".join(comment).strip()
            continue
        try:
            reader.read(line)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    problems += reader.check()
    if problems:
        raise ConfigError(problems)
    times, expected = Times(**reader.times), reader.expected.value
    return Scenario(reader.title, reader.fleet, times, reader.all_happenings(), expected)


def names() -> tuple[str, ...]:
    """Return the names of the packaged scenarios."""
    folder = resources.files("aibwatch.sim") / "scenarios"
    found = (each.name for each in folder.iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt")))


def packaged(name: str) -> Scenario:
    """Return a packaged scenario. Raises ConfigError if there is none of this name."""
    if name not in names():
        raise ConfigError([f"{name!r} is no scenario; there is: {', '.join(names())}"])
    folder = resources.files("aibwatch.sim") / "scenarios"
    return load((folder / f"{name}.txt").read_text(encoding="utf-8"))
