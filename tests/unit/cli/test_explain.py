"""`aibwatch explain` where no daemon answers: what the store alone tells."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from aibwatch.cli.explain import NothingKeptError
from aibwatch.model.entry import Decided, Entry, FailoverOpened, Witnessed
from told import journal_of
from unit.cli.running import run
from unit.cli.test_replay import stored


def until_held(story: str) -> tuple[tuple[Entry, ...], Decided]:
    """Return a journal up to its first decision that held a failure, and that decision."""
    entries = journal_of(story)
    for at, (before, entry) in enumerate(pairwise(entries)):
        if isinstance(before, Witnessed) and isinstance(entry, Decided):
            return entries[: at + 2], entry
    raise AssertionError(story)


@pytest.mark.parametrize("story", ["outage", "paused", "capacity", "refused"])
def test_the_store_tells_what_was_decided_last(tmp_path: Path, story: str) -> None:
    """The same decision in the same words, by the core itself and what it had looked at."""
    entries, decided = until_held(story)

    result = run("explain", "web", "--config", stored(tmp_path, entries), "--output", "json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (answer["at"], answer["name"]) == (decided.at.isoformat(), "web")
    assert answer["decision"]["reason"] == decided.reason
    assert answer["decision"]["says"] == decided.says
    assert answer["failure"]["message"]


@pytest.mark.parametrize("image", ["web", "db"])
def test_of_an_image_its_own_last_decision_is_told(tmp_path: Path, image: str) -> None:
    """Not the first, nor another's."""
    entries = journal_of("all_ill")
    kept = [each for each in entries if isinstance(each, Witnessed)]
    last = [each.at for each in kept if each.witness.image.name == image][-1]

    result = run("explain", image, "--config", stored(tmp_path, entries), "--output", "json")

    answer = json.loads(result.stdout)
    assert (answer["name"], answer["at"]) == (image, last.isoformat())


def test_what_came_after_the_decision_is_not_in_it(tmp_path: Path) -> None:
    """The failover that it opened was not open when it was decided."""
    entries = journal_of("outage")
    opened = next(at for at, each in enumerate(entries) if isinstance(each, FailoverOpened))
    config = stored(tmp_path, entries[: opened + 1])

    answer = json.loads(run("explain", "web", "--config", config, "--output", "json").stdout)

    assert answer["failover"] is None
    assert answer["decision"]["reason"] == "platform_outage"


def test_people_are_told_as_of_when_it_is(tmp_path: Path) -> None:
    """What the store says is past: nobody should take it for now."""
    entries, decided = until_held("outage")

    result = run("explain", "web", "--config", stored(tmp_path, entries))

    assert decided.says in " ".join(result.stdout.split())
    assert "read from the store instead" in result.stderr
    assert f"as of {decided.at:%Y-%m-%d %H:%M} UTC; what came after it tells" in result.stderr


@pytest.mark.parametrize("image", ["web", "unheard-of"])
def test_an_image_of_which_nothing_is_kept_is_said_to_be_so(tmp_path: Path, image: str) -> None:
    """A calm one has no decision with what it rested on; it is no guess at why."""
    calm = [each for each in journal_of("outage") if not isinstance(each, Witnessed)]

    result = run("explain", image, "--config", stored(tmp_path, calm))

    assert isinstance(result.exception, NothingKeptError)
    assert str(result.exception).startswith(f"{image}: the journal keeps no decision about it")
    assert (result.exception.exit_code, result.stdout) == (2, "")
