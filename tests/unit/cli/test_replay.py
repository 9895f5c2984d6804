"""`aibwatch replay` on a real store."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Entry, FailoverOpened, Witnessed
from aibwatch.model.image import Mode
from told import journal_of
from unit.cli.running import config_for, run


def stored(folder: Path, entries: Iterable[Entry]) -> str:
    """Write a store and return the configuration that names it."""
    journal = SqliteJournal(folder / "a.db")
    asyncio.run(journal.append(list(entries), durable=True))
    journal.close()
    return str(config_for(folder, 1))


def failover() -> str:
    """Return the id of the failover of the story."""
    return next(e.failover for e in journal_of("outage") if isinstance(e, FailoverOpened))


def test_a_failover_is_replayed_from_the_store_alone(tmp_path: Path) -> None:
    """No daemon runs; everything is the same, and the exit code says so."""
    config = stored(tmp_path, journal_of("outage"))

    result = run("replay", failover(), "--config", config, "--output", "json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [each["same"] for each in answer] == [True] * len(answer)
    assert {"decided", "intended"} == {each["kind"] for each in answer}
    assert {each["family"] for each in answer[0]["evidence"]} >= {"run"}


def test_the_last_decision_until_a_time_is_shown_to_people(tmp_path: Path) -> None:
    """IMAGE@TIME names one; its reason is told twice, and the evidence beside it."""
    config = stored(tmp_path, journal_of("outage"))

    result = run("replay", "web@2030-01-01", "--config", config)

    assert result.exit_code == 0
    assert "same" in result.stdout
    assert "history" in result.stdout


def test_a_decision_that_is_another_one_now_exits_with_one(tmp_path: Path) -> None:
    """For scripts that compare versions."""
    forged = [
        replace(e, witness=replace(e.witness, image=replace(e.witness.image, mode=Mode.OBSERVE)))
        if isinstance(e, Witnessed)
        else e
        for e in journal_of("outage")
    ]
    config = stored(tmp_path, forged)

    result = run("replay", failover(), "--config", config)

    assert result.exit_code == 1
    assert "DIFFERENT" in result.stdout
    assert "observe_only" in result.stdout


@pytest.mark.parametrize(
    ("name", "words"), [("f00d", "f00d"), ("web@1999-01-01", "no decision"), ("web@soon", "soon")]
)
def test_what_is_not_there_is_wrong_usage(tmp_path: Path, name: str, words: str) -> None:
    """A name of nothing is told with what there is."""
    config = stored(tmp_path, journal_of("outage"))

    result = run("replay", name, "--config", config)

    assert result.exit_code != 0
    assert words in str(result.exception)
