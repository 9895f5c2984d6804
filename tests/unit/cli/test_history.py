"""`aibwatch history` and `history --verify` on real stores, and beside a daemon."""

import asyncio
import json
import re
import socket
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from aibwatch.daemon.clock import wall
from aibwatch.errors import StoreError
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Booted, Entry, FailoverOpened, Paused
from builders import HOUR, NOON
from told import journal_of
from unit.cli.running import config_for, run, running
from unit.journal.test_schema import OPEN_FAILOVER, old_store
from unit.status.snapshots import outage


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


# the story


def told(folder: Path, *words: str) -> list[dict[str, str]]:
    """Return the story as programs get it, from the store: no daemon answers at that port."""
    config = str(config_for(folder, free_port()))
    result = run("history", *words, "--config", config, "--output", "json")
    assert result.exit_code == 0, result.stderr
    assert "read from the store instead" in result.stderr
    rows: list[dict[str, str]] = json.loads(result.stdout)["history"]
    return rows


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_without_a_daemon_the_story_is_the_stores_oldest_first(tmp_path: Path) -> None:
    """Decisions, failovers and regions; not what they were made of."""
    stored(tmp_path, journal_of("outage")).close()

    rows = told(tmp_path)

    events = [each["event"] for each in rows]
    assert [each["at"] for each in rows] == sorted(each["at"] for each in rows)
    assert {"region.assessed", "decided.act", "failover.opened", "failover.closed"} <= set(events)
    assert not {"run.seen", "failure.judged", "Witnessed"} & set(events)


def test_the_story_of_one_image_has_its_failovers_and_the_pauses_that_hold_it(
    tmp_path: Path,
) -> None:
    """By the failover's id where the entry names no image."""
    entries = journal_of("outage")
    opened = [each for each in entries if isinstance(each, FailoverOpened)]
    last = entries[-1].at
    pauses = [Paused(last, scope, "x", "kim") for scope in ("all", "image:none")]
    stored(tmp_path, [*entries, *pauses]).close()
    image = opened[0].image

    rows = told(tmp_path, image)

    mine = {each.failover for each in opened if each.image == image}
    assert {each["failover"] for each in rows if "failover" in each} == mine
    assert {each["image"] for each in rows if "image" in each} == {image}
    assert [each["scope"] for each in rows if each["event"] == "paused"] == ["all"]
    assert "failover.closed" in {each["event"] for each in rows}


def test_people_read_the_story_at_80_columns(tmp_path: Path) -> None:
    """Most of the width is for what happened, and names stand for ids."""
    stored(tmp_path, journal_of("outage")).close()

    shown = run("history", "--config", str(config_for(tmp_path, free_port()))).stdout

    lines = shown.splitlines()
    text = " ".join(shown.split())
    assert max(map(len, lines)) <= 80
    assert lines[2].index("what") < 40
    assert not re.search(r"/subscriptions/|token|epoch|False|\dT\d", shown)
    assert "web failover.intended: target web-north; platform_outage 2026" in text
    assert "web failover.closed: succeeded; replicated; version 1.0.2 is in" in text


def test_the_story_may_be_of_the_last_hours_only(tmp_path: Path) -> None:
    """Counted back from now."""
    now = wall()
    pauses = [Paused(now - age, "all", "x", "kim") for age in (3 * HOUR, HOUR)]
    stored(tmp_path, [Booted(now - 4 * HOUR, 1, "1"), *pauses]).close()

    rows = told(tmp_path, "--since", "2h")

    assert [each["at"] for each in rows] == [(now - HOUR).isoformat()]
    wrong = run("history", "--since", "soon", "--config", str(config_for(tmp_path, 1)))
    assert wrong.exit_code == 2
    assert "'soon' is no duration" in wrong.stderr


def test_the_daemon_is_asked_first(tmp_path: Path) -> None:
    """In words, for people; no store is opened."""
    with running(outage()) as daemon:
        daemon.history.add(NOON, "paused", {"scope": "all", "reason": "x", "actor": ""}, grave=True)
        daemon.history.add(NOON, "run.seen", {"template": "t"}, grave=False)
        path = str(config_for(tmp_path, daemon.port))
        result = run("history", "--config", path)
        of_web = run("history", "web", "--config", path)

    assert result.exit_code == 0
    assert re.search(r"2026-03-02 12:00 +all +paused: x", result.stdout)
    assert "run.seen" not in result.stdout
    assert "paused" in of_web.stdout
    assert not (tmp_path / "a.db").exists()


def test_neither_a_daemon_nor_a_store_is_told(tmp_path: Path) -> None:
    """What is to be mended is the store."""
    result = run("history", "--config", str(config_for(tmp_path, free_port())))

    assert isinstance(result.exception, StoreError)
