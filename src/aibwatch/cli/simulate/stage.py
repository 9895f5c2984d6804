"""Which scenario is played, for whose images and by whose policy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aibwatch.cli.options import fleet_needed, settings_of
from aibwatch.cli.simulate.casting import Part, cast, recast
from aibwatch.cli.simulate.perform import Performance, perform
from aibwatch.config.schema import PER_DAY_FLOOR, Settings
from aibwatch.errors import ConfigError
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName
from aibwatch.model.policy import Policy
from aibwatch.sim.jumping import START
from aibwatch.sim.scenario import Scenario, load, names, packaged


@dataclass(frozen=True, slots=True)
class Own:
    """The user's own images and policy."""

    images: Sequence[Image]
    policy: Policy


@dataclass(frozen=True, slots=True)
class Staged:
    """A performance, and who of the user's images played what."""

    performance: Performance
    parts: Sequence[Part] = ()


def own(config: Path | None) -> Own | None:
    """Return what a configuration says; None without one: the scenario's images, by default."""
    if config is None:
        return None
    settings = settings_of(config)
    fleet_needed(settings)
    return Own(settings.fleet(), settings.policy())


def found(name: str, file: Path) -> Scenario:
    """Return a packaged scenario, or the one in a file. Raises ConfigError."""
    if file.suffix != ".txt":
        return packaged(name)
    try:
        return load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{file}: {error.strerror}; give the path of a timetable"]) from error


def incidents() -> dict[str, Scenario]:
    """Return the packaged scenarios that say what a right answer is, by name."""
    scenarios = {name: packaged(name) for name in names()}
    return {name: each for name, each in scenarios.items() if each.expectation.told}


def staged(scenario: Scenario, mine: Own | None, start: datetime = START) -> Staged:
    """Play a scenario: with its own images in mode auto, or with the user's as configured.

    The user's regions are those of the scenario, so what the images say of residency cannot be
    asked and is left out.
    """
    if mine is None:
        images = [Image(ImageName(n), t, Mode.AUTO) for n, t in scenario.images.items()]
        return Staged(perform(scenario, images, _usual(len(images)), start))
    parts = cast(scenario, mine.images)
    played = recast(scenario, mine.images, parts)
    anywhere = [
        replace(each, allowed_regions=frozenset(), required_regions=frozenset())
        for each in mine.images
    ]
    return Staged(perform(played, anywhere, mine.policy, start), parts)


def _usual(images: int) -> Policy:
    return replace(Settings().policy(), per_day=max(PER_DAY_FLOOR, 2 * images))
