"""`aibwatch history --verify` on real stores."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Entry
from told import journal_of
from unit.cli.running import config_for, run
from unit.journal.test_schema import OPEN_FAILOVER, old_store


def stored(folder: Path, entries: Iterable[Entry]) -> SqliteJournal:
    """Write a store and return it, still open."""
    journal = SqliteJournal(folder / "a.db")
    asyncio.run(journal.append(list(entries), durable=True))
    return journal


def tampered(folder: Path, statement: str) -> None:
    """Change a store behind our back."""
    with closing(sqlite3.connect(folder / "a.db")) as db, db:
        db.execute(statement)


def verified(folder: Path) -> tuple[int, dict[str, object]]:
    """Return the exit code and the answer for programs."""
    result = run("history", "--verify", "--config", str(config_for(folder, 1)), "--output", "json")
    return result.exit_code, json.loads(result.stdout)


def test_an_untouched_journal_holds_beside_the_daemon_that_writes_it(tmp_path: Path) -> None:
    """The head is the one that the daemon itself tells."""
    journal = stored(tmp_path, journal_of("outage"))

    code, answer = verified(tmp_path)
    journal.close()

    assert code == 0
    assert answer == {
        "store": str(tmp_path / "a.db"),
        "holds": True,
        "records": journal.head.seq,
        "removed": 0,
        "head": {"seq": journal.head.seq, "sha256": journal.head.sha256},
        "broken": None,
    }


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE entry SET body = replace(body, 'westeurope', 'eastus') WHERE seq = 3",
            "its hash is not",
        ),
        ("DELETE FROM entry WHERE seq = 2", "records 2 to 2 are missing"),
    ],
)
def test_a_change_is_found_where_it_is(tmp_path: Path, statement: str, says: str) -> None:
    """With number, kind and time of the record, for people and for programs."""
    stored(tmp_path, journal_of("outage")).close()
    tampered(tmp_path, statement)

    code, answer = verified(tmp_path)
    people = run("history", "--verify", "--config", str(config_for(tmp_path, 1)))

    broken = answer["broken"]
    assert isinstance(broken, dict)
    assert (code, people.exit_code) == (1, 1)
    assert broken["seq"] == 3
    assert broken["kind"]
    assert broken["at"]
    assert says in broken["says"]
    assert "broken at record 3" in people.stdout


def test_people_are_told_the_head(tmp_path: Path) -> None:
    """It is to be compared with one that was told earlier."""
    journal = stored(tmp_path, journal_of("outage"))
    journal.close()

    result = run("history", "--verify", "--config", str(config_for(tmp_path, 1)))

    assert result.exit_code == 0
    assert f"record {journal.head.seq}, sha256 {journal.head.sha256}" in result.stdout


def test_a_store_of_an_older_aibwatch_has_no_chain_yet(tmp_path: Path) -> None:
    """It is said, rather than that all is well, and the store is left as it is."""
    old_store(tmp_path / "a.db", OPEN_FAILOVER)

    code, answer = verified(tmp_path)
    people = run("history", "--verify", "--config", str(config_for(tmp_path, 1)))

    assert (code, answer["holds"]) == (1, False)
    assert "no hashes yet" in people.stdout
