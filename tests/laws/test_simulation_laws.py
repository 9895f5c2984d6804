"""A scenario is one story: played again, elsewhere or at another time it is the same."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import pytest

from aibwatch.cli.simulate.reckoning import Reckoning, reckon
from aibwatch.cli.simulate.stage import staged
from aibwatch.sim.jumping import START
from aibwatch.sim.scenario import load

STORIES = (
    "builds-dropped",
    pytest.param("gateway-timeouts", marks=pytest.mark.long),
    pytest.param("control-plane-blind", marks=pytest.mark.long),
)
ELSEWHERE = {
    "westeurope": "norwayeast",
    "northeurope": "italynorth",
    "uksouth": "qatarcentral",
    "swedencentral": "polandcentral",
    "eastus": "koreacentral",
    "westus2": "japaneast",
    "southeastasia": "centralindia",
    "eastasia": "uaenorth",
}
INSTANT = re.compile(r"\d{4}-\d\d-\d\d")

Story = Sequence[tuple[timedelta, str, Sequence[str]]]


def text_of(name: str) -> str:
    """Return a packaged timetable as it is written."""
    folder = resources.files("aibwatch.sim") / "scenarios"
    return (folder / f"{name}.txt").read_text(encoding="utf-8")


def lived(text: str, start: datetime = START) -> tuple[Story, Reckoning]:
    """Return a story, its words in no order of names, and its sum."""
    done = staged(load(text), None, start).performance
    scenes = (
        (scene.after, scene.told.kind, sorted(f"{scene.told.subject} {scene.told.says}".split()))
        for scene in done.scenes
    )
    return sorted(scenes), reckon(done)


@cache
def first(name: str) -> tuple[Story, Reckoning]:
    """Return a packaged story as it was lived first in this process."""
    return lived(text_of(name))


def renamed(text: str) -> str:
    """Let it happen elsewhere; longer names first, as one may begin another."""
    for name, other in sorted(ELSEWHERE.items(), reverse=True):
        text = re.sub(rf"\b{name}\b", other, text)
    return text


@pytest.mark.parametrize("name", STORIES)
def test_played_again_it_is_the_same(name: str) -> None:
    """No chance and no clock is in it."""
    assert lived(text_of(name)) == first(name)


@pytest.mark.parametrize("name", STORIES)
def test_with_regions_renamed_it_is_the_same_with_other_names(name: str) -> None:
    """No region is known by its name."""
    here, _ = first(name)
    there, _ = lived(renamed(text_of(name)))

    told = sorted(
        (after, kind, sorted(renamed(each).strip(",;") for each in words))
        for after, kind, words in here
    )
    assert told == sorted(
        (after, kind, sorted(each.strip(",;") for each in words)) for after, kind, words in there
    )


@pytest.mark.parametrize("name", STORIES)
def test_at_another_time_it_is_the_same(name: str) -> None:
    """Months later, over the turn of a year; only the dates in it are others."""
    now, found = first(name)
    later, same = lived(text_of(name), START + timedelta(days=100))

    assert same == found
    assert undated(later) == undated(now)


def undated(story: Story) -> list[object]:
    """Return a story without the dates in it."""
    return [(a, kind, sorted(INSTANT.sub("", w) for w in words)) for a, kind, words in story]
