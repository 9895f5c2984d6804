"""`aibwatch backtest` on a real store."""

import asyncio
import json
from pathlib import Path

from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Witnessed
from told import journal_of
from unit.cli.running import config_for, run


def stored(folder: Path, mode: str) -> str:
    """Write the store of a story and a configuration of the same fleet in this mode."""
    entries = journal_of("outage")
    journal = SqliteJournal(folder / "a.db")
    asyncio.run(journal.append(entries, durable=True))
    journal.close()
    image = next(each.witness.image for each in entries if isinstance(each, Witnessed))
    templates = ", ".join(image.templates)
    images = f"images: [{{name: {image.name}, templates: [{templates}], mode: {mode}}}]"
    return str(config_for(folder, 1, images))


def test_programs_get_cases_and_builds(tmp_path: Path) -> None:
    """What would have moved beside what did, and what is assumed."""
    result = run("backtest", "--config", stored(tmp_path, "auto"), "--output", "json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["builds"] == {"would": 1, "really": 1}
    (case,) = answer["cases"]
    assert case["would_move"] == case["really_moved"]
    assert "assumed" in answer["assumed"].lower()


def test_people_see_why_it_would_not_move(tmp_path: Path) -> None:
    """One line a failure, with the guard."""
    result = run("backtest", "--config", stored(tmp_path, "observe"))

    assert result.exit_code == 0
    assert "1 failures; builds elsewhere: 0, really 1" in result.stdout
    assert "observe_only" in result.stdout


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    """`--store` names another one."""
    config = stored(tmp_path, "auto")

    result = run("backtest", "--config", config, "--store", str(tmp_path / "none.db"))

    assert "none.db" in str(result.exception)
