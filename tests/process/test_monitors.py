"""The monitors in a real daemon: they listen in peace, and what they once heard stays."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from aibwatch.daemon.clock import wall
from aibwatch.journal.monitors.every import PROMISES
from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.entry import Entry, Paused, Violated
from process.stage import Stage


def test_a_broken_promise_holds_everything_over_a_restart_until_it_is_resumed(
    stage: Stage,
) -> None:
    """An outage is answered without a word; after a breach on record nothing more is begun."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    other, spare = stage.image("other", "westeurope", "northeurope")
    stage.serve()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until_built_elsewhere("image")
    calm = stage.get("/metrics")[1]
    stage.kill()

    now = wall() - timedelta(seconds=1)
    broken = Violated(now, "S1", "two runs at once")
    append(stage.directory / "aibwatch.db", broken, Paused(now, "all", "S1 is broken", "monitor"))
    stage.serve()
    stage.begin(other)
    stage.until_decided("other", "paused")

    assert stage.began(secondary) == 1
    assert stage.requests(spare) == 0
    assert stage.status()["headline"]["says"] == "Promise S1 is broken"
    told = json.loads(stage.get("/api/v1/violations")[1])["violations"]
    assert [(each["promise"], each["says"]) for each in told] == [("S1", "two runs at once")]
    assert "Promise S1 is broken." in stage.get("/")[1]
    assert [line for line in series(calm) if not line.endswith(" 0.0")] == []
    assert len(series(calm)) == len(PROMISES)
    now_told = [line for line in series(stage.get("/metrics")[1]) if not line.endswith(" 0.0")]
    assert now_told == ['aibwatch_promise_violations_total{promise="S1"} 1.0']


def series(metrics: str) -> list[str]:
    """Return the counters of broken promises."""
    return [line for line in metrics.splitlines() if line.startswith("aibwatch_promise_violations")]


def append(path: Path, *entries: Entry) -> None:
    """Write into a store that nobody has open."""
    journal = SqliteJournal(path)
    try:
        list(journal.read())
        asyncio.run(journal.append(entries, durable=True))
    finally:
        journal.close()
